using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Tests.AnthropicMessages;

/// <summary>Short ways to run the dialect in tests.</summary>
internal static class Exchange
{
    public static AnthropicMessagesDialect Dialect { get; } = new();

    public static ChatRequest DecodeRequest(string body)
    {
        var decoded = Dialect.DecodeRequest(Encoding.UTF8.GetBytes(body));
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        return decoded.Value;
    }

    public static GatewayError RequestError(string body)
    {
        var decoded = Dialect.DecodeRequest(Encoding.UTF8.GetBytes(body));
        Assert.NotNull(decoded.Error);
        return decoded.Error;
    }

    public static JsonNode Encode(ChatRequest request, LossReport? losses = null, ModelTraits? traits = null)
    {
        var output = new ArrayBufferWriter<byte>();
        Dialect.EncodeRequest(request, traits ?? ModelTraits.Unknown, output, losses ?? new LossReport());
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    public static JsonNode Encode(ChatResponse response, LossReport? losses = null)
    {
        var output = new ArrayBufferWriter<byte>();
        Dialect.EncodeResponse(response, output, losses ?? new LossReport());
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    public static ChatResponse DecodeResponse(string body)
    {
        var decoded = Dialect.DecodeResponse(Encoding.UTF8.GetBytes(body), Translation.None);
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        return decoded.Value;
    }

    /// <summary>A request as another dialect would decode it.</summary>
    public static ChatRequest Foreign(params Turn[] turns)
    {
        var request = new ChatRequest { Origin = DialectId.OpenAIChat, Model = "claude-x", MaxTokens = 100 };
        request.Turns.AddRange(turns);
        return request;
    }

    public static Turn Turn(Role role, params Part[] parts)
    {
        var turn = new Turn(role);
        turn.Parts.AddRange(parts);
        return turn;
    }

    public static TextPart Text(string text) => new(RawJson.FromString(text));

    public static RawJson Raw(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>The events of a stream that arrives in pieces of <paramref name="size"/> bytes, encoded again.</summary>
    public static string Restream(byte[] stream, int size, LossReport? losses = null)
    {
        using var reader = new SseReader();
        using var decoder = Dialect.CreateStreamDecoder(Translation.None);
        var encoder = Dialect.CreateStreamEncoder(new AnswerEncoding("claude-x"), losses ?? new LossReport());
        var output = new ArrayBufferWriter<byte>();
        var events = new List<StreamEvent>();
        foreach (var piece in stream.Chunk(size))
        {
            reader.Append(piece);
            while (reader.TryRead(out var frame)) Pass(frame);
        }

        while (reader.TryRead(out var frame, atEnd: true)) Pass(frame);
        decoder.End(events);
        Flush(events, encoder, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);

        void Pass(in SseFrame frame)
        {
            decoder.Decode(frame, events);
            Flush(events, encoder, output);   // raw values are good until the next frame
        }
    }

    public static string EncodeStream(LossReport losses, params StreamEvent[] events)
    {
        var encoder = Dialect.CreateStreamEncoder(new AnswerEncoding("claude-x"), losses);
        var output = new ArrayBufferWriter<byte>();
        foreach (var item in events) encoder.Encode(item, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The data of each frame, whose event name must be its type.</summary>
    public static List<JsonNode> Frames(string stream)
    {
        var frames = new List<JsonNode>();
        foreach (var frame in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            Assert.Equal(2, lines.Length);
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
            Assert.Equal("event: " + data["type"], lines[0]);
            frames.Add(data);
        }

        return frames;
    }

    public static void AssertSame(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected?.ToJsonString()}\nactual   {actual?.ToJsonString()}");

    private static void Flush(List<StreamEvent> events, IStreamEncoder encoder, ArrayBufferWriter<byte> output)
    {
        foreach (var item in events) encoder.Encode(item, output);
        events.Clear();
    }
}
