using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>A web address is told when a provider is down and back, when an agent goes round in circles, and when a prompt cache does not work any more and why.</summary>
public sealed class WatchTests
{
    private const string Session = "6f1c2d3e-0000-4000-8000-000000000001";

    private readonly ConcurrentQueue<JsonNode> _told = new();

    private Answer Take => new(http =>
    {
        _told.Enqueue(JsonNode.Parse((string)http.Items["raw"]!)!);
        return Task.CompletedTask;
    });

    private async Task<JsonNode> NextAsync()
    {
        await ScriptedUpstream.UntilAsync(() => !_told.IsEmpty);
        Assert.True(_told.TryDequeue(out var told));
        return told;
    }

    /// <summary>A conversation with so many turns of a tool.</summary>
    private static string Conversation(int rounds, string tools, string system = "be brief")
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = system }, new JsonObject { ["role"] = "user", ["content"] = "make the tests pass" });
        for (var i = 0; i < rounds; i++)
        {
            messages.Add(JsonNode.Parse($$$$$"""{"role":"assistant","content":null,"tool_calls":[{"id":"call_{{{{{i}}}}}","type":"function","function":{"name":"bash","arguments":"{\"command\":\"npm test\"}"}}]}"""));
            messages.Add(JsonNode.Parse($$$$$"""{"role":"tool","tool_call_id":"call_{{{{{i}}}}}","content":"failed in {{{{{i}}}}} ms"}"""));
        }

        return new JsonObject { ["model"] = "openai/gpt-4o", ["messages"] = messages, ["tools"] = JsonNode.Parse(tools) }.ToJsonString();
    }

    private static string Tools(params string[] names) => new JsonArray([.. names.Select(name => JsonNode.Parse($$$$$"""{"type":"function","function":{"name":"{{{{{name}}}}}","parameters":{"type":"object","properties":{}}}}"""))]).ToJsonString();

    private static Answer Said(string message, int input, int cached, string finish) => Answer.Json(
        $$$$$"""{"id":"c","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{{{{{message}}}}},"logprobs":null,"finish_reason":"{{{{{finish}}}}}"}],"usage":{"prompt_tokens":{{{{{input}}}}},"completion_tokens":5,"total_tokens":{{{{{input + 5}}}}},"prompt_tokens_details":{"cached_tokens":{{{{{cached}}}}}}}}""");

    private static Task<Reply> SayAsync(GatewayProcess gateway, string body) => gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", body, ("x-session-id", Session), ("x-causeway-agent", "tester"));

    [Fact]
    public async Task A_provider_that_answers_with_failures_or_not_at_all_is_down_and_then_up()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("hook", Take);
        var failure = Answer.Error(503, """{"error":{"message":"down for today","type":"server_error"}}""");
        upstream.Script("openai", failure, failure, failure, failure, Answer.Whole("back"));
        var config = GatewayProcess.ConfigAt(upstream.Address, $$$$$"""
            {"providers": {"groq": {"keys": [{"value": "k"}], "network_config": {"base_url": "http://127.0.0.1:{{{{{ChildProcess.FreePort()}}}}}"}}},
             "governance": {
               "alerts": [{"url": "{{{{{upstream.Address}}}}}hook", "events": ["provider_down", "provider_up"]}],
               "alert_rules": [{"type": "provider_down", "min_requests": 4}, {"type": "error_rate", "min_requests": 1}]}}
            """, "openai");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Task<Reply> Ask(string model) => gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", $$$$$"""{"model":"{{{{{model}}}}}","messages":[{"role":"user","content":"hi"}]}""");
        for (var i = 0; i < 4; i++) Assert.True((await Ask("openai/gpt-4o")).Status >= 500);
        var down = await NextAsync();
        Assert.Equal(("provider_down", "openai", false, 4), ((string?)down["type"], (string?)down["provider"], (bool)down["unreached"]!, (int)down["failed"]!));
        Assert.Contains("down for today", (string?)down["why"], StringComparison.Ordinal);
        Assert.Equal(200, (await Ask("openai/gpt-4o")).Status);
        var up = await NextAsync();
        Assert.Equal(("provider_up", "openai", (string?)down["time"]), ((string?)up["type"], (string?)up["provider"], (string?)up["down_since"]));

        for (var i = 0; i < 6; i++) Assert.True((await Ask("groq/llama")).Status >= 500);
        var gone = await NextAsync();
        Assert.Equal(("provider_down", "groq"), ((string?)gone["type"], (string?)gone["provider"]));
        await ScriptedUpstream.UntilAsync(() => gateway.Log.Contains("error_rate: all requests:", StringComparison.Ordinal));   // not sent, but in the log
        Assert.Empty(_told);
    }

    [Fact]
    public async Task An_agent_that_calls_the_same_tool_again_and_again_is_told_of_once()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("hook", Take);
        upstream.Script("openai", Said("""{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"call_x","type":"function","function":{"name":"bash","arguments":"{\"command\":\"npm test\"}"}}]}""", 300, 0, "tool_calls"));
        var config = GatewayProcess.ConfigAt(upstream.Address, $$$$$"""
            {"governance": {"alerts": [{"url": "{{{{{upstream.Address}}}}}hook"}], "alert_rules": [{"type": "runaway_agent", "in_a_row": 4}]}, "logging": {"content": "drop"}}
            """, "openai");
        await using var gateway = await GatewayProcess.StartAsync(config);
        for (var i = 0; i < 8; i++) Assert.Equal(200, (await SayAsync(gateway, Conversation(i, Tools("bash")))).Status);
        var told = await NextAsync();
        Assert.Equal(("runaway_agent", "same_call_in_a_row", "bash", 4, Session, "tester", 4), ((string?)told["type"], (string?)told["reason"], (string?)told["tool"], (int)told["times"]!, (string?)told["session"], (string?)told["agent"], (int)told["requests"]!));
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)), "it did not stop");   // all is looked at by then
        Assert.Empty(_told);
        Assert.DoesNotContain("npm test", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_cache_that_does_not_work_any_more_is_told_of_with_what_changed()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("hook", Take);
        const string Text = """{"role":"assistant","content":"ok","refusal":null}""";
        upstream.Script("openai", Said(Text, 6000, 5500, "stop"), Said(Text, 6100, 5600, "stop"), Said(Text, 6200, 0, "stop"));
        var config = GatewayProcess.ConfigAt(upstream.Address, $$$$$"""{"governance": {"alerts": [{"url": "{{{{{upstream.Address}}}}}hook"}]}}""", "openai");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Assert.Equal(200, (await SayAsync(gateway, Conversation(1, Tools("bash", "read")))).Status);
        Assert.Equal(200, (await SayAsync(gateway, Conversation(2, Tools("bash", "read")))).Status);
        Assert.Equal(200, (await SayAsync(gateway, Conversation(3, Tools("read", "bash"), "be very brief"))).Status);
        var told = await NextAsync();
        Assert.Equal(("cache_regression", Session, "tester"), ((string?)told["type"], (string?)told["session"], (string?)told["agent"]));
        Assert.Equal(["tools_reordered", "system_edited"], told["causes"]!.AsArray().Select(cause => (string?)cause!["kind"]));
        Assert.Equal((5600, 0), ((int)told["before"]!["cache_read_tokens"]!, (int)told["after"]!["cache_read_tokens"]!));
        Assert.Contains("the tools are in another order", gateway.Log, StringComparison.Ordinal);
    }
}
