using System.Buffers;
using System.Text;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.CohereChat;
using Causeway.Dialects.Gemini;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;
using Causeway.Dialects.OpenAIResponses;
using CsCheck;

namespace Causeway.Dialects.Tests.Contract;

/// <summary>What every dialect owes, whatever its form: what it writes it reads again, and no input breaks it.</summary>
public sealed class DialectContractTests
{
    private static readonly Dictionary<DialectId, object> All = new object[]
    {
        new OpenAIChatDialect(), new AnthropicMessagesDialect(), new OpenAIResponsesDialect(), new GeminiDialect(), new CohereChatDialect(), new BedrockConverseDialect(),
    }.ToDictionary(dialect => ((IClientDialect)dialect).Id);

    public static TheoryData<DialectId> Dialects => [.. All.Keys];

    private static IClientDialect Client(DialectId id) => (IClientDialect)All[id];

    private static IUpstreamDialect Upstream(DialectId id) => (IUpstreamDialect)All[id];

    private static RawJson Text(string text) => RawJson.FromString(text);

    private static ChatResponse Answer(bool calls) => new()
    {
        Origin = DialectId.OpenAIChat,
        Id = "answer-1",
        Model = "some-model",
        Created = 1_700_000_000,
        Parts =
        [
            new ReasoningPart { Origin = DialectId.OpenAIChat, Text = Text("First I think.\nThen \"more\".") },
            new TextPart(Text("Hé😀 \"quoted\" \\ and\nlines")),
            .. calls ? (Part[])[
                new ToolCallPart { Id = "call_1", Name = "weather", Arguments = new RawJson("""{"city":"Oslo","deep":{"x":[1,2]}}"""u8.ToArray()) },
                new ToolCallPart { Id = "call_2", Name = "clock" }] : [],
        ],
        Stop = calls ? StopReason.ToolUse : StopReason.End,
        Usage = new Usage { InputTokens = 21, OutputTokens = 9, CacheReadTokens = 5, ReasoningTokens = 3 },
    };

    private static string Show(ChatResponse response) => string.Join(" | ", response.Parts.Select(part => part switch
    {
        TextPart text => text.Text.AsString(),
        ReasoningPart thought => $"({thought.Text.AsString()})",
        ToolCallPart call => $"{call.Name}{call.Arguments}",
        _ => part.GetType().Name,
    })) + $" | {response.Stop} {response.Usage?.InputTokens}+{response.Usage?.OutputTokens}";

    private static byte[] Streamed(DialectId id, ChatResponse answer)
    {
        var events = new List<StreamEvent>();
        StreamUnfold.Into(answer, events);
        var encoder = Client(id).CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        var output = new ArrayBufferWriter<byte>();
        foreach (var item in events) encoder.Encode(item, output);
        return output.WrittenSpan.ToArray();
    }

    private static (ChatResponse Response, GatewayError? Error) ReadStream(DialectId id, ReadOnlySpan<byte> bytes, int pieceSize)
    {
        using var reader = Upstream(id).CreateFrameReader();
        using var decoder = Upstream(id).CreateStreamDecoder(Translation.None);
        var fold = new StreamFold(id);
        var events = new List<StreamEvent>();
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(pieceSize, bytes.Length)];
            bytes = bytes[piece.Length..];
            reader.Append(piece);
            while (reader.TryRead(out var frame))
            {
                decoder.Decode(frame, events);
                fold.AddAll(events);
            }
        }

        while (reader.TryRead(out var frame, atEnd: true))
        {
            decoder.Decode(frame, events);
            fold.AddAll(events);
        }

        decoder.End(events);
        fold.AddAll(events);
        return (fold.ToResponse(), fold.Error);
    }

    [Theory, MemberData(nameof(Dialects))]
    public void A_whole_answer_is_read_as_it_was_written(DialectId id)
    {
        foreach (var calls in (bool[])[false, true])
        {
            var output = new ArrayBufferWriter<byte>();
            Client(id).EncodeResponse(Answer(calls), output, new LossReport());
            using var read = Upstream(id).DecodeResponse(output.WrittenMemory, Translation.None).Value!;
            Assert.Equal(Show(Answer(calls)), Show(read));
            Assert.True(Upstream(id).Glance(output.WrittenMemory).Value!.Conforms);
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public void A_streamed_answer_is_read_as_it_was_written_wherever_it_is_cut(DialectId id)
    {
        foreach (var calls in (bool[])[false, true])
        {
            var bytes = Streamed(id, Answer(calls));
            foreach (var pieceSize in (int[])[1, 7, 4096])
            {
                var (response, error) = ReadStream(id, bytes, pieceSize);
                Assert.Null(error);
                Assert.Equal(Show(Answer(calls)), Show(response));
            }
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public void A_stream_that_ends_early_never_looks_complete(DialectId id)
    {
        var bytes = Streamed(id, Answer(calls: false));
        var text = Encoding.UTF8.GetString(bytes);
        var lastContent = Encoding.UTF8.GetByteCount(text[..text.LastIndexOf("quoted", StringComparison.Ordinal)]);
        for (var length = 0; length < Math.Min(lastContent, bytes.Length / 2); length++)
            Assert.NotNull(ReadStream(id, bytes.AsSpan(0, length), 4096).Error);
    }

    [Theory, MemberData(nameof(Dialects))]
    public void A_failure_in_mid_stream_is_read_as_one(DialectId id)
    {
        var encoder = Client(id).CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        var output = new ArrayBufferWriter<byte>();
        foreach (var item in (StreamEvent[])[new Started("i", "m", 1), new PartStarted(0, new TextPart(RawJson.EmptyString)), new PartDelta(0, DeltaKind.Text, Text("half")),
            new Failed(new GatewayError(ErrorKind.Overloaded, "too busy just now"))]) encoder.Encode(item, output);
        var (_, error) = ReadStream(id, output.WrittenSpan, 4096);
        Assert.Contains("too busy just now", error!.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public void An_error_is_read_as_it_was_written(DialectId id)
    {
        var output = new ArrayBufferWriter<byte>();
        Client(id).EncodeError(new GatewayError(ErrorKind.RateLimited, "slow down \"please\""), output);
        var error = Upstream(id).DecodeError(429, output.WrittenMemory);
        Assert.Equal((ErrorKind.RateLimited, "slow down \"please\""), (error.Kind, error.Message));
    }

    [Theory, MemberData(nameof(Dialects))]
    public void A_request_is_read_as_it_was_written(DialectId id)
    {
        using var request = Client(DialectId.OpenAIChat).DecodeRequest("""
            {"model":"m","max_tokens":500,"temperature":0.5,"top_p":0.9,"tool_choice":"required",
             "tools":[{"type":"function","function":{"name":"weather","description":"Tells.","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},
               {"role":"assistant","content":"Hm.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},
               {"role":"tool","tool_call_id":"call_1","content":"sunny"},{"role":"user","content":"Thanks"}]}
            """u8.ToArray()).Value!;
        var output = new ArrayBufferWriter<byte>();
        var losses = new LossReport();
        Upstream(id).EncodeRequest(request, ModelTraits.Unknown, output, losses);
        Assert.Empty(losses.Losses);
        using var read = Client(id).DecodeRequest(output.WrittenMemory).Value!;
        Assert.Equal("weather", ((FunctionTool)Assert.Single(read.Tools)).Name);
        Assert.Equal((500, 0.5, 0.9), (read.MaxTokens, read.Temperature.AsNumber(), read.TopP.AsNumber()));
        Assert.Equal(ToolChoiceMode.Required, read.ToolChoice!.Mode);
        var parts = read.Turns.SelectMany(turn => turn.Parts).ToList();
        Assert.Equal(["Be brief.", "Look", "Hm.", "Thanks"], parts.OfType<TextPart>().Select(text => text.Text.AsString()));
        Assert.Equal("\"iVBORw0KGgo=\"", Assert.Single(parts.OfType<MediaPart>()).Data.ToString());
        var call = Assert.Single(parts.OfType<ToolCallPart>());
        Assert.Equal("""{"city":"Oslo"}""", call.Arguments.ToString());
        var result = Assert.Single(parts.OfType<ToolResultPart>());
        Assert.Equal((call.Id, "sunny"), (result.CallId, ((TextPart)result.Content[0]).Text.AsString()));
    }

    [Theory, MemberData(nameof(Dialects))]
    public void No_bytes_break_a_reader(DialectId id)
    {
        var request = new ArrayBufferWriter<byte>();
        using (var chat = Client(DialectId.OpenAIChat).DecodeRequest("""{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}"""u8.ToArray()).Value!)
            Upstream(id).EncodeRequest(chat, ModelTraits.Unknown, request, new LossReport());
        var whole = new ArrayBufferWriter<byte>();
        Client(id).EncodeResponse(Answer(calls: true), whole, new LossReport());
        var streamed = Streamed(id, Answer(calls: true));
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1 << 16], Gen.OneOf(new[] { "", "null", "[]", "{}", "\"\"", "0", "true", "\"\\ud800\"", "}", "\n" }.Select(Gen.Const).ToArray()), Gen.Int[0, 40]).Sample((which, at, patch, length) =>
        {
            var source = which == 0 ? request.WrittenSpan : which == 1 ? whole.WrittenSpan : streamed;
            at %= source.Length;
            byte[] broken = [.. source[..at], .. Encoding.UTF8.GetBytes(patch), .. source[Math.Min(source.Length, at + length)..]];
            switch (which)
            {
                case 0: Client(id).DecodeRequest(broken).Value?.Dispose(); break;
                case 1:
                    Upstream(id).DecodeResponse(broken, Translation.None).Value?.Dispose();
                    Upstream(id).Glance(broken);
                    Upstream(id).DecodeError(500, broken);
                    break;
                default: ReadStream(id, broken, 64); break;
            }
        }, iter: 3_000);
    }
}
