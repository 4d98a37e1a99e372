using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.AnthropicMessages;

/// <summary>Streams of other dialects on their way to Anthropic's clients.</summary>
public sealed class StreamEncoderTests
{
    private static PartStarted Call(int index, string id, string name) => new(index, new ToolCallPart { Id = id, Name = name });

    private static PartDelta Delta(int index, DeltaKind kind, string text) => new(index, kind, RawJson.FromString(text));

    private static readonly Finished End = new(StopReason.End, default);

    [Fact]
    public void Calls_that_interleave_come_out_one_after_another()
    {
        var frames = Exchange.Frames(Exchange.EncodeStream(
            new LossReport(), new Started("", "", null), Call(0, "a", "f"), Call(1, "b", "g"),
            Delta(1, DeltaKind.Arguments, "{\"y\":"), Delta(0, DeltaKind.Arguments, "{\"x\":1}"), Delta(1, DeltaKind.Arguments, "2}"),
            new PartEnded(0), new PartEnded(1), new Finished(StopReason.ToolUse, default)));

        AssertGrammar(frames);
        Assert.Equal(
            ["""{"x":1}""", """{"y":""", "2}"],
            frames.Where(frame => (string)frame["type"]! == "content_block_delta").Select(frame => (string)frame["delta"]!["partial_json"]!));
    }

    [Fact]
    public void Thinking_of_another_provider_gets_causeways_signature()
    {
        var frames = Exchange.Frames(Exchange.EncodeStream(
            new LossReport(), new Started("", "", null), new PartStarted(0, new ReasoningPart { Origin = DialectId.OpenAIChat }),
            Delta(0, DeltaKind.Text, "hm"), new PartEnded(0), End));

        AssertGrammar(frames);
        Assert.True(MintedSignature.IsOne(RawJson.FromString((string)frames[3]["delta"]!["signature"]!)));
    }

    [Fact]
    public void An_empty_answer_is_a_valid_message()
    {
        var frames = Exchange.Frames(Exchange.EncodeStream(new LossReport(), new Started("", "", null), End));

        Assert.Equal(["message_start", "message_delta", "message_stop"], frames.Select(frame => (string)frame["type"]!));
        Assert.StartsWith("msg_", (string)frames[0]["message"]!["id"]!, StringComparison.Ordinal);
        Assert.Equal("claude-x", (string)frames[0]["message"]!["model"]!);
        Assert.Equal(0, (int)frames[0]["message"]!["usage"]!["input_tokens"]!);
    }

    [Theory]
    [InlineData(StopReason.ToolUse, false, "end_turn")]
    [InlineData(StopReason.End, true, "tool_use")]
    [InlineData(StopReason.Length, true, "max_tokens")]
    [InlineData(StopReason.Filter, false, "refusal")]
    [InlineData(StopReason.Other, false, "end_turn")]
    public void The_stop_reason_says_tool_use_exactly_if_there_is_a_call(StopReason reason, bool calls, string expected)
    {
        StreamEvent[] call = calls ? [Call(0, "a", "f")] : [];

        var frames = Exchange.Frames(Exchange.EncodeStream(new LossReport(), [new Started("", "", null), .. call, new Finished(reason, default)]));

        Assert.Equal(expected, (string)frames[^2]["delta"]!["stop_reason"]!);
    }

    [Fact]
    public void A_broken_answer_ends_with_an_error_and_nothing_after_it()
    {
        var frames = Exchange.Frames(Exchange.EncodeStream(
            new LossReport(), new Started("", "", null), new PartStarted(0, Exchange.Text("")), Delta(0, DeltaKind.Text, "Hel"),
            new Failed(new GatewayError(ErrorKind.Overloaded, "busy")), End));

        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "error"], frames.Select(frame => (string)frame["type"]!));
        Assert.Equal("overloaded_error", (string)frames[3]["error"]!["type"]!);
    }

    [Fact]
    public void Input_tokens_leave_out_what_the_cache_gave()
    {
        var frames = Exchange.Frames(Exchange.EncodeStream(
            new LossReport(), new Started("", "", null),
            new UsageReported(new Usage { InputTokens = 100, CacheReadTokens = 60, CacheWriteTokens = 10, OutputTokens = 5, ReasoningTokens = 2 }), End));

        var usage = frames[^2]["usage"]!;
        Assert.Equal((30, 60, 10), ((int)usage["input_tokens"]!, (int)usage["cache_read_input_tokens"]!, (int)usage["cache_creation_input_tokens"]!));
        Assert.Equal(2, (int)usage["output_tokens_details"]!["thinking_tokens"]!);
    }

    [Fact]
    public void Web_citations_carry_over_and_what_cannot_is_declared()
    {
        var losses = new LossReport();
        var cited = new Citation { Url = RawJson.FromString("https://x.example"), Origin = DialectId.OpenAIChat, Raw = RawJson.EmptyObject };
        var frames = Exchange.Frames(Exchange.EncodeStream(
            losses, new Started("", "", null), new PartStarted(0, Exchange.Text("")), Delta(0, DeltaKind.Text, "See"),
            new PartDelta(0, DeltaKind.Citation, RawJson.EmptyObject) { Citation = cited },
            new PartDelta(0, DeltaKind.Citation, RawJson.EmptyObject) { Citation = cited with { Url = default } }, End));

        Assert.Equal("https://x.example", (string)frames[3]["delta"]!["citation"]!["url"]!);
        Assert.Equal("annotations", Assert.Single(losses.Losses).Key.Path);
    }

    private static readonly Gen<(int Part, int Action)[]> Script = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3]).Array[0, 40];

    [Fact]
    public void Any_order_of_open_parts_keeps_the_grammar_and_every_piece() => Script.Sample(script =>
    {
        var events = new List<StreamEvent> { new Started("", "", null) };
        var expected = new string[5];
        var (open, ended) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (part, action) in script)
        {
            if (ended.Contains(part)) continue;
            if (open.Add(part))
            {
                events.Add(Call(part, $"id{part}", $"f{part}"));
            }
            else if (action == 0)
            {
                ended.Add(part);
                events.Add(new PartEnded(part));
            }
            else
            {
                expected[part] += action;
                events.Add(Delta(part, DeltaKind.Arguments, $"{action}"));
            }
        }

        events.Add(End);
        var frames = Exchange.Frames(Exchange.EncodeStream(new LossReport(), [.. events]));

        AssertGrammar(frames);
        var actual = new string[5];
        var current = 0;
        foreach (var frame in frames)
        {
            if (frame["content_block"] is { } block) current = ((string)block["name"]!)[1] - '0';
            if (frame["delta"]?["partial_json"] is { } piece) actual[current] += (string)piece!;
        }

        for (var i = 0; i < 5; i++) Assert.Equal(expected[i] ?? "", actual[i] ?? "");
    });

    private static void AssertGrammar(List<System.Text.Json.Nodes.JsonNode> frames)
    {
        Assert.Equal("message_start", (string)frames[0]["type"]!);
        Assert.Equal(["message_delta", "message_stop"], frames[^2..].Select(frame => (string)frame["type"]!));
        var (open, next) = (-1, 0);
        foreach (var frame in frames[1..^2])
        {
            var index = (int)frame["index"]!;
            switch ((string)frame["type"]!)
            {
                case "content_block_start":
                    Assert.Equal((-1, next++), (open, index));
                    open = index;
                    break;
                case "content_block_stop":
                    Assert.Equal(open, index);
                    open = -1;
                    break;
                default:
                    Assert.Equal(open, index);
                    break;
            }
        }

        Assert.Equal(-1, open);
    }
}
