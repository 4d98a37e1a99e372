using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Tests.AnthropicMessages;

public sealed class RoundTripTests
{
    [Fact]
    public void A_request_comes_back_with_every_field_and_block()
    {
        var losses = new LossReport();

        var encoded = Exchange.Encode(Exchange.DecodeRequest(Samples.Request), losses);

        var expected = JsonNode.Parse(Samples.Request)!;
        foreach (var (name, value) in expected.AsObject()) Exchange.AssertSame(value, encoded[name]);
        Assert.Equal(expected.AsObject().Count, encoded.AsObject().Count);
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void An_answer_comes_back_with_every_field_and_block()
    {
        var losses = new LossReport();

        Exchange.AssertSame(JsonNode.Parse(Samples.Answer), Exchange.Encode(Exchange.DecodeResponse(Samples.Answer), losses));

        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void A_stream_comes_back_event_by_event_wherever_the_network_cuts_it()
    {
        var stream = Encoding.UTF8.GetBytes(Samples.Stream);
        var expected = Exchange.Frames(Samples.Stream);
        for (var size = 1; size <= 64; size++)
        {
            var actual = Exchange.Frames(Exchange.Restream(stream, size));
            Assert.Equal(expected.Count, actual.Count);
            for (var i = 0; i < expected.Count; i++) Exchange.AssertSame(expected[i], actual[i]);
        }
    }

    [Fact]
    public void A_stream_cut_at_any_byte_never_looks_complete()
    {
        var stream = Encoding.UTF8.GetBytes(Samples.Stream);
        var complete = Samples.Stream.IndexOf("event: message_delta", StringComparison.Ordinal);
        for (var length = 0; length < complete; length += 3)
        {
            var output = Exchange.Restream(stream[..length], 4096);
            Assert.DoesNotContain("message_stop", output, StringComparison.Ordinal);
            Assert.Contains("event: error", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pause_turn")]
    [InlineData("model_context_window_exceeded")]
    [InlineData("a_future_reason")]
    public void Stop_reasons_that_only_this_api_knows_come_back(string reason)
    {
        var answer = Samples.Answer.Replace("\"tool_use\", \"stop_sequence\"", $"\"{reason}\", \"stop_sequence\"", StringComparison.Ordinal);
        Assert.Equal(reason, (string?)Exchange.Encode(Exchange.DecodeResponse(answer))["stop_reason"]);

        var stream = Samples.Stream.Replace("\"stop_reason\":\"tool_use\"", $"\"stop_reason\":\"{reason}\"", StringComparison.Ordinal);
        var frames = Exchange.Frames(Exchange.Restream(Encoding.UTF8.GetBytes(stream), 4096));
        Assert.Equal(reason, (string?)frames[^2]["delta"]!["stop_reason"]);
    }

    [Fact]
    public void Effort_alone_does_not_switch_thinking_on()
    {
        var encoded = Exchange.Encode(Exchange.DecodeRequest(
            """{"model":"m","max_tokens":5,"output_config":{"effort":"low"},"messages":[{"role":"user","content":"x"}]}"""));

        Assert.Null(encoded["thinking"]);
        Assert.Equal("low", (string?)encoded["output_config"]!["effort"]);
    }

    [Fact]
    public void Thinking_that_causeway_signed_is_dropped_and_the_rest_of_the_message_stays()
    {
        var losses = new LossReport();

        var encoded = Exchange.Encode(Exchange.DecodeRequest("""
            {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},
             {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"cw1."},{"type":"text","text":"a"}]},
             {"role":"user","content":"y"}]}
            """), losses);

        Assert.Equal("a", (string?)encoded["messages"]![1]!["content"]);
        Assert.Equal("messages.thinking", Assert.Single(losses.Losses).Key.Path);
    }
}
