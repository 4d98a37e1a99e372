using System.Buffers;
using System.Text;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Fuzz;

/// <summary>
/// A stream's events keep to their grammar whatever the frames are and wherever the network cuts them, and every client dialect
/// writes them as frames of JSON.
/// </summary>
internal static class StreamChecks
{
    public static void Run(IUpstreamDialect upstream, byte[] input)
    {
        using var reader = upstream.CreateFrameReader();
        using var decoder = upstream.CreateStreamDecoder(Translation.None);
        var writers = Dialects.Clients.Select(client => new Writer(client)).ToList();
        var grammar = new Grammar();
        var events = new List<StreamEvent>();
        var piece = 1 + (input.Length % 97);
        for (var at = 0; at < input.Length; at += piece)
        {
            reader.Append(input.AsSpan(at, Math.Min(piece, input.Length - at)));
            Drain(atEnd: false);
        }

        Drain(atEnd: true);
        decoder.End(events);
        Take();
        grammar.End();
        writers.ForEach(writer => writer.End());

        void Drain(bool atEnd)
        {
            while (reader.TryRead(out var frame, atEnd))
            {
                decoder.Decode(frame, events);
                if (!decoder.Mended.IsEmpty) Frames.Check("the mended frame", decoder.Mended.Span);
                Take();
            }
        }

        void Take()
        {
            foreach (var item in events)
            {
                grammar.Take(item);
                foreach (var writer in writers) writer.Write(item);
            }

            events.Clear();
        }
    }

    /// <summary>One client's view of the stream.</summary>
    private sealed class Writer(IClientDialect client)
    {
        private readonly IStreamEncoder _encoder = client.CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        private readonly ArrayBufferWriter<byte> _output = new();

        public void Write(StreamEvent item) => _encoder.Encode(item, _output);

        public void End()
        {
            var what = $"the stream for {Dialects.NameOf(client)}";
            if (client.StreamContentType.StartsWith("application/json", StringComparison.Ordinal)) Checks.Parse(what, _output.WrittenMemory);
            else if (client.StreamContentType.StartsWith("text/event-stream", StringComparison.Ordinal)) Frames.Check(what, _output.WrittenSpan);
            else Frames.CheckBinary(what, Dialects.Upstreams.Single(upstream => upstream.Id == DialectId.BedrockConverse), _output.WrittenSpan);
        }
    }
}

/// <summary>The form of streams.</summary>
internal static class Frames
{
    public static void Check(string what, ReadOnlySpan<byte> stream)
    {
        foreach (var frame in Encoding.UTF8.GetString(stream).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var line in frame.Split('\n'))
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    if (line != "data: [DONE]") Checks.Parse(what, Encoding.UTF8.GetBytes(line[6..]));
                }
                else if (!line.StartsWith("event: ", StringComparison.Ordinal)) throw new BrokenRuleException($"{what} has the line {line}");
            }
        }
    }

    public static void CheckBinary(string what, IUpstreamDialect dialect, ReadOnlySpan<byte> stream)
    {
        using var reader = dialect.CreateFrameReader();
        reader.Append(stream);
        while (reader.TryRead(out var frame))
        {
            if (frame.Event.Span.SequenceEqual("broken"u8)) throw new BrokenRuleException($"{what} has a broken message");
            Checks.Parse(what, frame.Data);
        }
    }
}
