using System.Buffers;
using System.Text;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.BedrockInvoke;

/// <summary>Puts the events that <paramref name="events"/> writes into event-stream messages: each is a chunk with its JSON in base64.</summary>
internal sealed class InvokeStreamEncoder(IStreamEncoder events) : IStreamEncoder
{
    private readonly ArrayBufferWriter<byte> _frames = new();
    private readonly EventStreamWriter _messages = new();
    private Usage? _usage;

    /// <summary>A whole message with one event.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(new EventStreamWriter(), json.ToArray(), output);
        return output.WrittenSpan.ToArray();
    }

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        if (item is Failed failed)
        {
            _messages.Exception(Encoding.UTF8.GetBytes(Errors.TypeOf(failed.Error.Kind)), output, failed.Error.Message);
            return;
        }

        if (item is UsageReported report) _usage = report.Usage.Over(_usage);
        _frames.ResetWrittenCount();
        events.Encode(item, _frames);
        Pack(output);
    }

    public void EncodeEndMark(IBufferWriter<byte> output)
    {
        _frames.ResetWrittenCount();
        events.EncodeEndMark(_frames);
        Pack(output);
    }

    private void Pack(IBufferWriter<byte> output)
    {
        var rest = _frames.WrittenMemory;
        while (rest.Span.IndexOf("\n\n"u8) is >= 0 and var end)
        {
            var frame = rest[..end];
            var json = frame[(frame.Span.IndexOf("data: "u8) + "data: ".Length)..];
            if (frame.Span.StartsWith("event: message_stop"u8)) json = Encoding.UTF8.GetBytes(WithMetrics());
            Write(_messages, json, output);
            rest = rest[(end + 2)..];
        }
    }

    /// <summary>The last event tells what Amazon counted.</summary>
    private string WithMetrics() =>
        $$$"""{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":{{{_usage?.InputTokens ?? 0}}},"outputTokenCount":{{{_usage?.OutputTokens ?? 0}}},"invocationLatency":0,"firstByteLatency":0}}""";

    private static void Write(EventStreamWriter messages, ReadOnlyMemory<byte> json, IBufferWriter<byte> output) =>
        messages.Event("chunk"u8, output, writer => writer.WriteBase64String("bytes"u8, json.Span));
}
