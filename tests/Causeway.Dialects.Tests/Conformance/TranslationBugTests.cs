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
    public void Where_thinking_is_taken_out_nothing_clears_it()
    {
        var request = Pair.Anthropic.DecodeRequest("""{"model":"m","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":2000},"context_management":{"edits":[{"type":"clear_thinking_20251015"}]},"messages":[{"role":"user","content":"x"}]}"""u8.ToArray()).Value!;
        var (output, losses) = (new System.Buffers.ArrayBufferWriter<byte>(), new LossReport());
        Pair.Anthropic.EncodeRequest(request, new ModelTraits { Reasons = false }, output, losses);
        Assert.Null(JsonNode.Parse(output.WrittenSpan)!["context_management"]);
        Assert.Contains("context_management", losses.Losses.Select(loss => loss.Key.Path));
    }

    [Theory]
    [InlineData("xhigh", 32000)]
    [InlineData("minimal", 1024)]
    public void Each_effort_has_a_budget_of_its_own(string effort, int budget) =>
        Assert.Equal(budget, (int)Pair.ToAnthropic("""[{"role":"user","content":"x"}]""", $",\"reasoning_effort\":\"{effort}\",\"max_tokens\":64000").Body["thinking"]!["budget_tokens"]!);

    [Fact]
    public void An_effort_that_the_other_api_has_not_is_the_nearest_and_declared()
    {
        var (body, losses) = Pair.ToChat("""[{"role":"user","content":"x"}]""", ""","thinking":{"type":"adaptive"},"output_config":{"effort":"max"}""");
        Assert.Equal("high", (string?)body["reasoning_effort"]);
        Assert.Contains("output_config.effort", losses);
    }

    [Fact]
    public void Arguments_that_come_only_at_the_end_are_not_lost()
    {
        const string Stream = """
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","output":[]}}

            data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":""}}

            data: {"type":"response.output_item.done","sequence_number":2,"output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"}}

            data: {"type":"response.completed","sequence_number":3,"response":{"id":"resp_1","status":"completed","output":[]}}


            """;
        Assert.Contains("""{\"x\":1}""", Cohere.Restream(Stream, new Dialects.OpenAIResponses.OpenAIResponsesDialect(), Pair.Anthropic), StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_message_delta_without_a_reason_gets_one()
    {
        const string Stream = """
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":2}}

            data: {"type":"message_stop"}


            """;
        Assert.Matches("\"stop_reason\":\"tool_use\".*message_stop", Cohere.Restream(Stream, Pair.Anthropic, Pair.Anthropic).ReplaceLineEndings(" "));
    }

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens.", "context_length_exceeded")]
    [InlineData("The input token count (9000) exceeds the maximum number of tokens allowed (8192).", null)]
    public void A_conversation_too_long_is_told_in_the_words_that_clients_shorten_upon(string message, string? code)
    {
        var error = new GatewayError(ErrorKind.InvalidRequest, message) { Code = code };
        var (anthropic, chat) = (new System.Buffers.ArrayBufferWriter<byte>(), new System.Buffers.ArrayBufferWriter<byte>());
        Pair.Anthropic.EncodeError(error, anthropic);
        Pair.Chat.EncodeError(error, chat);
        Assert.Equal($"prompt is too long: {message}", (string?)JsonNode.Parse(anthropic.WrittenSpan)!["error"]!["message"]);
        Assert.Equal("context_length_exceeded", (string?)JsonNode.Parse(chat.WrittenSpan)!["error"]!["code"]);
    }

    [Fact]
    public void Results_of_parallel_calls_are_one_content_in_the_calls_order()
    {
        const string Messages = """[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"g","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"tool_result","tool_use_id":"b","content":"2"}]}]""";
        var (body, _) = Cohere.Translate($$"""{"model":"m","max_tokens":9,"messages":{{Messages}} }""", Pair.Anthropic, new Dialects.Gemini.GeminiDialect());
        Assert.Equal(["f", "g"], body["contents"]![2]!["parts"]!.AsArray().Select(part => (string?)part!["functionResponse"]!["name"]));
    }

    [Fact]
    public void A_schema_goes_to_Gemini_in_the_field_that_takes_all_of_it()
    {
        const string Schema = """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"x":{"type":["string","null"]}},"additionalProperties":false}""";
        var (body, _) = Cohere.Translate($$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":{{Schema}} }]}""", Pair.Anthropic, new Dialects.Gemini.GeminiDialect());
        var function = body["tools"]![0]!["functionDeclarations"]![0]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Schema), function["parametersJsonSchema"]));
        Assert.Null(function["parameters"]);
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
