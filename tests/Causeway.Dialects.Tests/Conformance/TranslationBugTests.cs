using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Tests.CohereChat;

namespace Causeway.Dialects.Tests.Conformance;

/// <summary>Bugs that other gateways had between chat completions and Anthropic messages: each is a test here.</summary>
public sealed class TranslationBugTests
{
    private const string Call = """{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}""";

    [Fact]
    public void Thinking_blocks_go_back_byte_for_byte()
    {
        const string Block = """{"type":"thinking","thinking":"a\u00e9\/ ","signature":"s\/=="}""";
        const string Messages = $$"""[{"role":"user","content":"x"},{"role":"assistant","content":[{{Block}},{"type":"redacted_thinking","data":"d"},{"type":"text","text":"y"}]},{"role":"user","content":"z"}]""";
        var decoded = Pair.Anthropic.DecodeRequest(Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":9,"messages":{{Messages}}}"""));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Pair.Anthropic.EncodeRequest(decoded.Value!, ModelTraits.Unknown, output, new LossReport());
        Assert.Contains(Block, Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_thinking_is_dropped_before_it_is_sent_and_never_refused()
    {
        var (body, losses) = Pair.ToChat("""[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"y"}]},{"role":"user","content":"z"}]""");
        Assert.DoesNotContain("signature", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("messages.thinking", losses);
    }

    [Theory]
    [InlineData("cw1.", true, "t")]     // what Causeway itself signed: thinking of a model that signs none
    [InlineData("c2ln", true, null)]    // Anthropic's
    [InlineData("cw1.", false, null)]
    public void Thinking_goes_back_with_its_calls_to_models_that_want_it(string signature, bool wants, string? expected)
    {
        var request = Pair.Anthropic.DecodeRequest(Encoding.UTF8.GetBytes($$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"{{{signature}}}" },{"type":"tool_use","id":"a","name":"f","input":{} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"y"}]}]}""")).Value!;
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Pair.Chat.EncodeRequest(request, new ModelTraits { ReplaysReasoning = wants }, output, new LossReport());
        Assert.Equal(expected, (string?)JsonNode.Parse(output.WrittenSpan)!["messages"]![1]!["reasoning_content"]);
    }

    [Fact]
    public void Parallel_calls_come_out_one_block_after_another()
    {
        var text = Pair.Stream("\"delta\":{\"tool_calls\":[" + Call + "]},\"finish_reason\":null",
            "\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"finish_reason\":null",
            "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":null", "\"delta\":{},\"finish_reason\":\"tool_calls\"");
        var blocks = text.Split('\n').Where(line => line.StartsWith("data: {\"type\":\"content_block_st", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[6..])!);
        Assert.Equal(["content_block_start 0", "content_block_stop 0", "content_block_start 1", "content_block_stop 1"], blocks.Select(block => $"{block["type"]} {block["index"]}"));
    }

    [Theory]
    [InlineData("tool_calls", false, "end_turn")]
    [InlineData("stop", true, "tool_use")]
    public void The_stop_reason_follows_from_the_blocks_that_were_sent(string reason, bool calls, string expected)
    {
        var delta = calls ? "\"tool_calls\":[" + Call + "]" : "\"content\":\"x\"";
        var text = Pair.Stream($"\"delta\":{{{delta}}},\"finish_reason\":null", $"\"delta\":{{}},\"finish_reason\":\"{reason}\"");
        Assert.Contains($"\"stop_reason\":\"{expected}\"", text[text.IndexOf("event: message_delta", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_message_delta_always_has_usage() =>
        Assert.Matches("message_delta.*\"usage\":\\{.*\"output_tokens\":", Pair.Stream("\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"").ReplaceLineEndings(" "));

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}\n\n")]
    [InlineData("")]
    public void An_upstream_error_after_200_is_an_error_event_and_no_clean_stop(string last)
    {
        var text = Pair.CutStream(last, "\"delta\":{\"content\":\"x\"},\"finish_reason\":null");
        Assert.Contains("event: error", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_tokens_leave_the_cached_ones_out()
    {
        var (body, _) = Cohere.Answer("""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":4}}}""", Pair.Chat, Pair.Anthropic);
        var usage = body["usage"]!;
        Assert.Equal((6, 4), ((int)usage["input_tokens"]!, (int)usage["cache_read_input_tokens"]!));
    }

    [Fact]
    public void More_tokens_than_the_model_gives_are_clamped()
    {
        var decoded = Pair.Anthropic.DecodeRequest("""{"model":"m","max_tokens":64000,"messages":[{"role":"user","content":"x"}]}"""u8.ToArray());
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var losses = new LossReport();
        Pair.Chat.EncodeRequest(decoded.Value!, new ModelTraits { MaxOutputTokens = 4096 }, output, losses);
        Assert.Equal(4096, (int)JsonNode.Parse(output.WrittenSpan)!["max_completion_tokens"]!);
        Assert.Single(losses.Losses);
    }

    [Fact]
    public void A_system_message_in_mid_conversation_stays_where_it_is()
    {
        var (body, _) = Pair.ToChat("""[{"role":"user","content":"x"},{"role":"assistant","content":"y"},{"role":"system","content":"z"},{"role":"user","content":"w"}]""");
        Assert.Equal(["user", "assistant", "system", "user"], body["messages"]!.AsArray().Select(message => (string)message!["role"]!));
    }

    [Fact]
    public void A_cache_mark_that_a_chat_client_set_reaches_anthropic() =>
        Assert.Contains("cache_control", Pair.ToAnthropic("""[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}]""").Body.ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public void An_errors_envelope_is_the_clients_own()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Pair.Anthropic.EncodeError(Pair.Chat.DecodeError(429, """{"error":{"message":"slow down"}}"""u8.ToArray()), output);
        var error = JsonNode.Parse(output.WrittenSpan)!;
        Assert.Equal(("error", "rate_limit_error", "slow down"), ((string?)error["type"], (string?)error["error"]!["type"], (string?)error["error"]!["message"]));
    }

    [Fact]
    public void A_long_tool_name_gets_the_same_short_one_in_tools_and_history()
    {
        var name = "mcp__plugin_" + new string('x', 80);
        var (body, _) = Pair.ToChat($$"""[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"{{name}}","input":{} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"y"}]}]""",
            $$""","tools":[{"name":"{{name}}","input_schema":{"type":"object"} }]""");
        var sent = (string)body["tools"]![0]!["function"]!["name"]!;
        Assert.InRange(sent.Length, 1, 64);
        Assert.Equal(sent, (string?)body["messages"]![1]!["tool_calls"]![0]!["function"]!["name"]);
    }

    [Fact]
    public void A_picture_in_a_tool_result_is_lifted_into_the_next_user_message()
    {
        var (body, _) = Pair.ToChat("""[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}]""");
        Assert.Equal("tool", (string?)body["messages"]![2]!["role"]);
        Assert.Contains("image_url", body["messages"]![3]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_text_block_is_left_out()
    {
        var (body, _) = Pair.ToAnthropic("""[{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"x"}]}]""");
        Assert.DoesNotContain("\"text\":\"\"", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_providers_own_tool_is_declared_lost_and_not_dropped_in_silence()
    {
        var (body, losses) = Pair.ToChat("""[{"role":"user","content":"x"}]""", ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""");
        Assert.Null(body["tools"]);
        Assert.Contains("tools.web_search_20250305", losses);
    }

    [Fact]
    public void What_one_api_alone_edits_in_its_context_is_not_sent_to_another()
    {
        var (body, losses) = Pair.ToChat("""[{"role":"user","content":"x"}]""", ""","context_management":{"edits":[]}""");
        Assert.Null(body["context_management"]);
        Assert.Contains("context_management", losses);
    }
}
