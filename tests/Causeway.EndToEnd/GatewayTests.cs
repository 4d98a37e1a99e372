using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>What clients rely on, asked of the release binary over HTTP.</summary>
public sealed class GatewayTests
{
    private static readonly (string, string) Version = ("anthropic-version", "2023-06-01");

    private static JsonNode Message(string model = "openai/gpt-4o", string more = "") =>
        JsonNode.Parse($$"""{"model":"{{model}}","max_tokens":32000,"messages":[{"role":"user","content":"hi"}]{{more}}}""")!;

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(params Answer[] answers)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        foreach (var answer in answers) upstream.Script(answer);
        return (await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address, upstream.Address)), upstream);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/anthropic")]
    [InlineData("/openai/v1")]
    public async Task HEAD_of_any_prefix_is_fine(string path)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Head, path)).Status);
    }

    [Theory]
    [InlineData("GET", "/anthropic/v1/nope", 404, "error", "not_found_error")]
    [InlineData("GET", "/anthropic/v1/messages", 405, "error", "invalid_request_error")]
    [InlineData("GET", "/v1/nope", 404, null, "invalid_request_error")]
    [InlineData("DELETE", "/v1/chat/completions", 405, null, "invalid_request_error")]
    public async Task Unknown_routes_and_methods_answer_in_the_dialect_of_their_prefix(string method, string path, int status, string? type, string errorType)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var reply = await gateway.SendAsync(new HttpMethod(method), path);
        Assert.Equal((status, type, errorType), (reply.Status, (string?)reply.Json["type"], (string)reply.Json["error"]!["type"]!));
    }

    [Fact]
    public async Task Models_are_listed_in_the_callers_shape_and_pickable_by_Claude_Code()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        var openai = (await gateway.SendAsync(HttpMethod.Get, "/v1/models")).Json;
        Assert.Equal("list", (string)openai["object"]!);
        Assert.Contains(openai["data"]!.AsArray(), m => (string)m!["id"]! == "openai/gpt-4o" && (string)m["object"]! == "model");
        var anthropic = (await gateway.SendAsync(HttpMethod.Get, "/anthropic/v1/models?limit=1000", null, Version)).Json;
        Assert.False((bool)anthropic["has_more"]!);
        Assert.Contains(anthropic["data"]!.AsArray(), m => (string)m!["id"]! == "claude-gw/openai/gpt-4o" && m["display_name"] is not null);
        var answer = await gateway.PostAsync("/anthropic/v1/messages", Message("claude-gw/openai/gpt-4o"));
        Assert.Equal((200, "gpt-4o"), (answer.Status, (string)upstream.Requests[^1]["model"]!));
    }

    [Theory]
    [InlineData("gzip", "/v1/chat/completions")]
    [InlineData("br", "/anthropic/v1/messages")]
    [InlineData("deflate", "/anthropic/v1/messages")]
    public async Task Compressed_answers_are_read(string coding, string path)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("hello").Compressed(coding), Answer.Stream("hello").Compressed(coding));
        await using var _ = gateway;
        await using var __ = upstream;
        var whole = await gateway.PostAsync(path, Message(), Version);
        var streamed = await gateway.PostAsync(path, Message(more: ",\"stream\":true"), Version);
        Assert.Equal((200, 200), (whole.Status, streamed.Status));
        Assert.Contains("hello", whole.Text, StringComparison.Ordinal);
        Assert.Contains("hello", streamed.Text, StringComparison.Ordinal);
        Assert.All(upstream.Headers, headers => Assert.Contains(coding, headers["accept-encoding"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_property_name_with_half_a_surrogate_pair_does_no_harm()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        const string Body = """{"model":"openai/gpt-4o","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"a","\ud800":1}]}]}""";
        var reply = await gateway.SendAsync(HttpMethod.Post, "/anthropic/v1/messages", Body, Version);
        Assert.Equal((200, "x"), (reply.Status, (string)reply.Json["content"]![0]!["text"]!));
        Assert.Empty(upstream.Violations);
    }

    [Fact]
    public async Task What_Claude_Code_sends_is_translated_and_what_cannot_be_is_declared()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("ok"));
        await using var _ = gateway;
        await using var __ = upstream;
        var request = JsonNode.Parse("""
            {"model":"openai/gpt-4o","max_tokens":32000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"tools":[],
             "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"metadata":{"user_id":"u1"},
             "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=1; cc_entrypoint=cli;"},{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":"read"},{"role":"system","content":"Mind the time."},
               {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"cw1."},{"type":"tool_use","id":"t1","name":"Read","input":{"path":"a.png"}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"tool_reference","tool_name":"Grep"}]},
                 {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]}]}
            """)!;
        var reply = await gateway.PostAsync("/anthropic/v1/messages?beta=true", request, Version, ("x-api-key", "dummy"), ("Authorization", "Bearer other"));
        Assert.Equal(200, reply.Status);
        Assert.Empty(upstream.Violations);
        var sent = upstream.Requests[0];
        Assert.Equal(16384, (int)sent["max_completion_tokens"]!);
        Assert.Null(sent["reasoning_effort"]);   // gpt-4o cannot be asked to think
        Assert.Equal(["system", "user", "system", "assistant", "tool", "user"], sent["messages"]!.AsArray().Select(m => (string)m!["role"]!));
        Assert.Equal("Be brief.", (string)sent["messages"]![0]!["content"]!);
        Assert.Contains("Grep", (string)sent["messages"]![4]!["content"]!, StringComparison.Ordinal);
        Assert.Equal(["text", "image_url", "file"], sent["messages"]![5]!["content"]!.AsArray().Select(p => (string)p!["type"]!));
        foreach (var lost in (ReadOnlySpan<string>)["max_tokens", "thinking", "context_management", "system.cache_control", "messages.thinking"])
            Assert.Contains(lost, reply.Headers["x-causeway-losses"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-api-key", "dummy")]
    [InlineData("Authorization", "Bearer dummy")]
    [InlineData("x-goog-api-key", "dummy")]
    public async Task Any_client_key_is_fine_and_never_goes_upstream(string header, string value)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("ok"));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Equal(200, (await gateway.PostAsync("/anthropic/v1/messages", Message(), (header, value), ("cookie", "c=1"))).Status);
        var headers = Assert.Single(upstream.Headers);
        Assert.Equal("Bearer sk-upstream-secret", headers["authorization"]);
        Assert.False(headers.ContainsKey("x-api-key") || headers.ContainsKey("x-goog-api-key") || headers.ContainsKey("cookie"));
    }

    [Fact]
    public async Task Beta_headers_and_unknown_fields_reach_Anthropic_untouched()
    {
        const string Native = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"hi"}],  "stop_reason":"end_turn","stop_sequence":null,"new_field":1,"usage":{"input_tokens":1,"output_tokens":1}}""";
        var (gateway, upstream) = await StartAsync(Answer.Json(Native));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync("/anthropic/v1/messages", Message("anthropic/claude-x", ""","brand_new":{"a":[1.50]}"""), Version, ("anthropic-beta", "some-beta-2027-01-01"));
        Assert.Equal((200, Native), (reply.Status, reply.Text));
        Assert.Equal("""{"a":[1.50]}""", upstream.Requests[0]["brand_new"]!.ToJsonString());
        Assert.Equal("claude-x", (string)upstream.Requests[0]["model"]!);
        Assert.Equal("some-beta-2027-01-01", upstream.Headers.First()["anthropic-beta"]);
        Assert.Equal("sk-upstream-secret", upstream.Headers.First()["x-api-key"]);
    }

    [Fact]
    public async Task A_stream_has_event_lines_and_usage_at_its_end()
    {
        var (gateway, upstream) = await StartAsync(Answer.Stream("Hello there."));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync("/anthropic/v1/messages", Message(more: ""","stream":true"""));
        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            reply.Text.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)).Select(l => l[7..]));
        Assert.Equal(11, (int)JsonNode.Parse(reply.Events[4])!["usage"]!["input_tokens"]!);
    }

    [Fact]
    public async Task A_chat_stream_of_OpenAI_passes_byte_by_byte()
    {
        var (gateway, upstream) = await StartAsync(Answer.Stream("Hello there."));
        await using var _ = gateway;
        await using var __ = upstream;
        var body = JsonNode.Parse("""{"model":"openai/gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""")!;
        var reply = await gateway.PostAsync("/v1/chat/completions", body);
        Assert.EndsWith("data: [DONE]\n\n", reply.Text, StringComparison.Ordinal);
        Assert.Equal(5, reply.Events.Count);
        Assert.All(reply.Events.SkipLast(1), e => Assert.StartsWith("""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o",""", e, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_stream_never_looks_complete()
    {
        var (gateway, upstream) = await StartAsync(Answer.Broken("Half an ans"));
        await using var _ = gateway;
        await using var __ = upstream;
        var anthropic = await gateway.PostAsync("/anthropic/v1/messages", Message(more: ""","stream":true"""));
        Assert.Contains("event: error\n", anthropic.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", anthropic.Text, StringComparison.Ordinal);
        var chat = await gateway.PostAsync("/v1/chat/completions", Message(more: ""","stream":true"""));
        Assert.Contains("\"error\":", chat.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", chat.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fallbacks_take_over_before_anything_is_sent()
    {
        var (gateway, upstream) = await StartAsync(Answer.Error(503, """{"error":{"message":"down","type":"server_error"}}"""), Answer.Whole("From the second."));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync("/v1/chat/completions", Message(more: ""","fallbacks":[{"provider":"openai","model":"gpt-4.1"}]"""));
        Assert.Equal((200, "From the second."), (reply.Status, (string)reply.Json["choices"]![0]!["message"]!["content"]!));
        Assert.Equal(["gpt-4o", "gpt-4.1"], upstream.Requests.Select(r => (string)r["model"]!));
        Assert.All(upstream.Requests, r => Assert.Null(r["fallbacks"]));
        Assert.Equal("openai/gpt-4.1", reply.Headers["x-causeway-model"]);
    }

    [Fact]
    public async Task Errors_keep_status_and_message_and_hide_the_key()
    {
        var (gateway, upstream) = await StartAsync(Answer.Error(401, """{"error":{"message":"Incorrect API key: sk-upstream-secret","type":"invalid_request_error"}}"""));
        await using var _ = gateway;
        await using var __ = upstream;
        foreach (var path in (string[])["/v1/chat/completions", "/anthropic/v1/messages"])
        {
            var reply = await gateway.PostAsync(path, Message());
            Assert.Equal(401, reply.Status);
            Assert.Contains("Incorrect API key", (string)reply.Json["error"]!["message"]!, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-upstream-secret", reply.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("sk-upstream-secret", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream()
    {
        var cancelled = new TaskCompletionSource();
        var (gateway, upstream) = await StartAsync(Answer.Endless(cancelled));
        await using var _ = gateway;
        await using var __ = upstream;
        using (await gateway.OpenAsync("/anthropic/v1/messages", Message(more: ""","stream":true"""), TestContext.Current.CancellationToken))
        {
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Tokens_are_counted_also_for_foreign_models()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        async Task<int> CountAsync(string body) => (int)(await gateway.SendAsync(HttpMethod.Post, "/anthropic/v1/messages/count_tokens", body)).Json["input_tokens"]!;
        var plain = await CountAsync("""{"model":"openai/gpt-4o","messages":[{"role":"user","content":"How many tokens are in here?"}]}""");
        var more = await CountAsync("""{"model":"openai/gpt-4o","system":"You are a very helpful assistant.","tools":[{"name":"f","description":"Reads a file.","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"How many tokens are in here?"}]}""");
        Assert.InRange(plain, 7, 20);
        Assert.InRange(more, plain + 15, plain + 120);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("""{"model":"openai/gpt-4o","max_tokens":5}""", "messages")]
    [InlineData("""{"model":"openai/gpt-4o","max_tokens":5,"messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData("""{"model":"openai/gpt-4o","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":3}]}]}""", "messages[0].content[0].source")]
    [InlineData("""{"model":"openai/gpt-4o","model":"x"}""", "model")]
    [InlineData("""{"model":"groq/llama"}""", "GROQ_API_KEY")]
    public async Task A_wrong_request_is_told_what_is_wrong(string body, string named)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, "/anthropic/v1/messages", body);
        Assert.InRange(reply.Status, 400, 404);
        Assert.Contains(named, (string)reply.Json["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }
}
