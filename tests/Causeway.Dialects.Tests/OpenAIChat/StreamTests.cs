using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;
using CsCheck;

namespace Causeway.Dialects.Tests.OpenAIChat;

/// <summary>Streams of OpenAI and of the many copies of its API.</summary>
public sealed class StreamTests
{
    private const string Head = "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"";

    private static string Chunk(string delta, string finish = "null", string more = "") => $"data: {{{Head},\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]{more}}}\n\n";

    private static string UsageChunk(string usage) => $"data: {{{Head},\"choices\":[],\"usage\":{usage}}}\n\n";

    private const string Role = """{"role":"assistant","content":""}""";
    private const string Usage = """{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}""";
    private const string Done = "data: [DONE]\n\n";

    private static readonly string Plain = Chunk(Role) + Chunk("""{"content":"Hé"}""") + Chunk("""{"content":"llo"}""") + Chunk("{}", "\"stop\"") + UsageChunk(Usage) + Done;

    private static readonly string Parallel = Chunk(Role)
        + Chunk("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}""")
        + Chunk("""{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]}""")
        + Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}}]}""")
        + Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}""")
        + Chunk("{}", "\"tool_calls\"") + Done;

    private static (ChatResponse Response, GatewayError? Error, bool Conforms) Read(string stream, int pieces = 1)
    {
        using var reader = new SseReader();
        using var decoder = new OpenAIChatDialect().CreateStreamDecoder(Translation.None);
        var fold = new StreamFold(DialectId.OpenAIChat);
        var events = new List<StreamEvent>();
        foreach (var piece in Encoding.UTF8.GetBytes(stream).Chunk(Math.Max(1, Encoding.UTF8.GetByteCount(stream) / pieces)))
        {
            reader.Append(piece);
            while (reader.TryRead(out var frame))
            {
                decoder.Decode(frame, events);
                fold.AddAll(events);
            }
        }

        decoder.End(events);
        fold.AddAll(events);
        return (fold.ToResponse(), fold.Error, decoder.Conforms);
    }

    private static string Show(ChatResponse response) => string.Join(" | ", response.Parts.Select(part => part switch
    {
        TextPart text => text.Text.AsString(),
        ReasoningPart thought => $"({thought.Text.AsString()})",
        ToolCallPart call => $"{call.Name}{call.Arguments}",
        _ => part.GetType().Name,
    }));

    [Fact]
    public void A_conforming_stream_is_read_and_known_as_such()
    {
        var (response, error, conforms) = Read(Plain);
        Assert.Equal(("Héllo", StopReason.End, null, true), (Show(response), response.Stop, error, conforms));
        Assert.Equal((5L, 2L), (response.Usage!.InputTokens, response.Usage.OutputTokens));
    }

    [Fact]
    public void A_cut_at_any_byte_changes_nothing()
    {
        foreach (var stream in (string[])[Plain, Parallel])
        {
            var whole = Show(Read(stream).Response);
            for (var pieces = 2; pieces <= stream.Length; pieces++) Assert.Equal(whole, Show(Read(stream, pieces).Response));
        }
    }

    [Fact]
    public void Interleaved_calls_are_kept_apart()
    {
        var (response, _, conforms) = Read(Parallel);
        Assert.Equal(("""f{"x":1} | g{}""", StopReason.ToolUse, true), (Show(response), response.Stop, conforms));
    }

    /// <summary>Each is a liberty that some vendor takes; what was meant must be read, and strict clients must not see it.</summary>
    [Theory]
    [InlineData("usage with the finish", "hi", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],\"usage\":USAGE}\n\ndata: [DONE]\n\n")]
    [InlineData("no role", "hi", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("no head", "hi", "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("content as a list", "(hm) | hi", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"hi\"}]},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("another word for stop", "hi", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"eos\"}]}\n\n")]
    [InlineData("arguments null", "f{}", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"null\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\n")]
    [InlineData("arguments as an object", "f{\"x\":1}", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}]},\"finish_reason\":\"tool_calls\"}]}\n\n")]
    [InlineData("two calls at one index", "f{} | g{}", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("content after the finish", "hi you", "data: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: {HEAD,\"choices\":[{\"index\":0,\"delta\":{\"content\":\" you\"},\"finish_reason\":null}]}\n\n")]
    [InlineData("a whole message", "hi", "data: {\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("reasoning_details", "(hm) | hi", "data: {\"choices\":[{\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\"}],\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n")]
    public void Liberties_are_understood_and_not_passed_on(string liberty, string expected, string stream)
    {
        stream = stream.Replace("HEAD", Head, StringComparison.Ordinal).Replace("USAGE", Usage, StringComparison.Ordinal);
        var (response, error, conforms) = Read(stream);
        Assert.True(error is null, liberty);
        Assert.Equal(expected, Show(response));
        Assert.False(conforms, liberty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n")]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"code\":503}}\n\n")]
    public void What_is_not_complete_fails(string stream) => Assert.NotNull(Read(stream).Error);

    [Fact]
    public void Any_value_anywhere_in_a_chunk_never_throws()
    {
        var hostile = Gen.OneOf(new[] { "null", "true", "-1", "1e999", "\"\"", "\"\\ud800\"", "[]", "{}", "[{}]", "[[1]]", "{\"a\":{}}" }.Select(v => Gen.Const(v)).ToArray());
        var chunk = JsonNode.Parse("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"x","reasoning":"r","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}],"annotations":[{"url_citation":{"url":"u"}}],"images":[{"image_url":{"url":"u"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}}""")!;
        var text = chunk.ToJsonString();
        var spots = text.Select((c, i) => (c, i)).Where(p => p.c == ':').Select(p => p.i).ToArray();
        Gen.Select(Gen.Int[0, spots.Length - 1], hostile).Sample((spot, value) =>
        {
            var at = spots[spot] + 1;
            var end = Skip(text, at);
            var (response, error, _) = Read($"data: {text[..at]}{value}{text[end..]}\n\n{Chunk("{}", "\"stop\"")}{Done}");
            Assert.True(error is not null || response.Stop >= StopReason.End);
        });
    }

    /// <summary>Wherever a stream stops conforming, bytes before and encoder output after make one valid stream.</summary>
    [Fact]
    public void Encoded_streams_are_strict_and_say_the_same()
    {
        foreach (var stream in (string[])[Plain, Parallel])
        {
            var encoded = Encode(stream, new OpenAIChatDialect());
            var (again, error, conforms) = Read(encoded);
            Assert.Null(error);
            Assert.True(conforms, encoded);
            Assert.Equal(Show(Read(stream).Response), Show(again));
            Assert.EndsWith("data: [DONE]\n\n", encoded, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Interleaved_calls_become_blocks_one_after_another()
    {
        var lines = Encode(Parallel, new AnthropicMessagesDialect()).Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => JsonNode.Parse(l[6..])!).ToList();
        Assert.Equal([0, 0, 0, 1, 1, 1, 1], lines.Where(l => l["index"] is not null).Select(l => (int)l["index"]!));
        Assert.Equal("tool_use", (string)lines[^2]["delta"]!["stop_reason"]!);
    }

    private static string Encode(string stream, IClientDialect client)
    {
        using var reader = new SseReader();
        using var decoder = new OpenAIChatDialect().CreateStreamDecoder(Translation.None);
        var encoder = client.CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        var events = new List<StreamEvent>();
        var output = new ArrayBufferWriter<byte>();
        reader.Append(Encoding.UTF8.GetBytes(stream));
        while (reader.TryRead(out var frame))
        {
            decoder.Decode(frame, events);
            foreach (var item in events) encoder.Encode(item, output);
            events.Clear();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The end of the JSON value that begins at <paramref name="at"/>.</summary>
    private static int Skip(string text, int at)
    {
        var bytes = Encoding.UTF8.GetBytes(text[at..]);
        var reader = new System.Text.Json.Utf8JsonReader(bytes, isFinalBlock: false, default);
        reader.Read();
        reader.TrySkip();
        return at + (int)reader.BytesConsumed;
    }
}
