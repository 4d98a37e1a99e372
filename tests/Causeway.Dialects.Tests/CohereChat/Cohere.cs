using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.CohereChat;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Tests.CohereChat;

/// <summary>Short ways to run the dialect in tests.</summary>
internal static class Cohere
{
    public static CohereChatDialect Dialect { get; } = new();

    /// <summary>A request of one dialect in the form of another, with the paths of what was lost.</summary>
    public static (JsonNode Body, string[] Losses) Translate(string request, IClientDialect from, IUpstreamDialect to)
    {
        var decoded = from.DecodeRequest(Encoding.UTF8.GetBytes(request));
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        to.EncodeRequest(decoded.Value, ModelTraits.Unknown, output, losses);
        return (JsonNode.Parse(output.WrittenSpan)!, [.. losses.Losses.Select(loss => loss.Key.Path)]);
    }

    /// <summary>An answer of one dialect in the form of another, with the paths of what was lost.</summary>
    public static (JsonNode Body, string[] Losses) Answer(string answer, IUpstreamDialect from, IClientDialect to)
    {
        var decoded = from.DecodeResponse(Encoding.UTF8.GetBytes(answer), Translation.None);
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        to.EncodeResponse(decoded.Value, output, losses);
        return (JsonNode.Parse(output.WrittenSpan)!, [.. losses.Losses.Select(loss => loss.Key.Path)]);
    }

    /// <summary>The events of a stream that arrives in pieces of <paramref name="size"/> bytes, folded.</summary>
    public static (ChatResponse Response, GatewayError? Error, bool Conforms) Read(string stream, int size = int.MaxValue)
    {
        var fold = new StreamFold(DialectId.CohereChat);
        var conforms = Run(stream, size, Dialect, fold.Add);
        return (fold.ToResponse(), fold.Error, conforms);
    }

    /// <summary>A stream of <paramref name="from"/> as <paramref name="to"/> writes it.</summary>
    public static string Restream(string stream, IUpstreamDialect from, IClientDialect to)
    {
        var encoder = to.CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        var output = new ArrayBufferWriter<byte>();
        Run(stream, int.MaxValue, from, item => encoder.Encode(item, output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static bool Run(string stream, int size, IUpstreamDialect from, Action<StreamEvent> take)
    {
        using var reader = new SseReader();
        using var decoder = from.CreateStreamDecoder(Translation.None);
        var events = new List<StreamEvent>();
        foreach (var piece in Encoding.UTF8.GetBytes(stream).Chunk(size))
        {
            reader.Append(piece);
            while (reader.TryRead(out var frame)) Pass(frame);
        }

        while (reader.TryRead(out var frame, atEnd: true)) Pass(frame);
        decoder.End(events);
        events.ForEach(take);
        return decoder.Conforms;

        void Pass(in SseFrame frame)
        {
            decoder.Decode(frame, events);
            events.ForEach(take);
            events.Clear();
        }
    }
}
