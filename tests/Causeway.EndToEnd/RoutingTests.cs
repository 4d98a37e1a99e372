using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Routing rules, asked of the release binary: where requests go, and how one learns why.</summary>
public sealed class RoutingTests
{
    private const string Chat = "/v1/chat/completions";

    private static JsonObject Config(Uri upstream, string more)
    {
        var config = GatewayProcess.ConfigOf(upstream, "openai", "groq");
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject()) config[name] = value!.DeepClone();
        return config;
    }

    private static JsonObject Request(string model, string more = "") => JsonNode.Parse($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]{{more}}}""")!.AsObject();

    [Fact]
    public async Task A_rule_sends_simple_requests_to_the_cheap_model_and_shows_the_saving()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address,
            """{"routing":{"rules":[{"name":"simple","when":{"tokens":{"below":500},"tools":false},"to":"openai/gpt-4o-mini"}]}}"""));
        var cheap = await gateway.PostAsync(Chat, Request("openai/gpt-4o"));
        var dear = await gateway.PostAsync(Chat, Request("openai/gpt-4o", """,  "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"""));
        Assert.Equal((200, 200), (cheap.Status, dear.Status));
        Assert.Equal(["gpt-4o-mini", "gpt-4o"], upstream.Requests.Select(request => (string)request["model"]!));
        Assert.StartsWith("rule 'simple'", cheap.Headers["x-causeway-route"], StringComparison.Ordinal);
        Assert.DoesNotContain("x-causeway-route", dear.Headers.Keys);
        var rule = Assert.Single((await gateway.SendAsync(HttpMethod.Get, "/api/routing")).Json["rules"]!.AsArray())!;
        Assert.Equal(("simple", 1), ((string)rule["name"]!, (int)rule["requests"]!));
        Assert.Equal((11 * 0.15m / 1e6m) + (3 * 0.60m / 1e6m), (decimal)rule["dollars"]!);
        Assert.Equal((11 * (2.5m - 0.15m) / 1e6m) + (3 * (10m - 0.60m) / 1e6m), (decimal)rule["saved_dollars"]!);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "openai/gpt-4o")]
    [InlineData("/anthropic/v1/messages", "claude-sonnet-4-5")]
    [InlineData("/genai/v1beta/models/gemini-2.5-pro:generateContent", null)]
    public async Task Deny_refuses_with_its_message_in_the_callers_dialect(string path, string? model)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address,
            """{"routing":{"rules":[{"name":"no","when":{"headers":{"x-department":"finance"}},"deny":"finance may not use models"}]}}"""));
        JsonNode body = model is null ? JsonNode.Parse("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""")! : Request(model, ",\"max_tokens\":5");
        var reply = await gateway.PostAsync(path, body, ("x-department", "finance"));
        Assert.Equal((403, "finance may not use models"), (reply.Status, (string)reply.Json["error"]!["message"]!));
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_dry_run_says_where_a_request_would_go_and_sends_nothing()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address,
            """{"routing":{"rules":[{"name":"long","when":{"tokens":{"above":60000}},"to":"openai/gpt-4o"},{"name":"fast","when":{"model":"claude-*haiku*"},"to":"groq/llama-3.3-70b-versatile","fallbacks":"openai/gpt-4o-mini"}]}}"""));
        var reply = await gateway.PostAsync("/anthropic/v1/messages", Request("claude-haiku-4-5", ",\"max_tokens\":5"), ("x-causeway-dry-run", "true"));
        Assert.Equal(200, reply.Status);
        Assert.Equal(["groq/llama-3.3-70b-versatile", "openai/gpt-4o-mini"], reply.Json["candidates"]!.AsArray().Select(candidate => (string)candidate!["target"]!));
        Assert.Equal([false, true], reply.Json["rules"]!.AsArray().Select(rule => (bool)rule!["applied"]!));
        Assert.Contains("tokens above 60000", (string)reply.Json["rules"]![0]!["why"]!, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task What_rests_is_shown_and_asked_last()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Error(503, """{"error":{"message":"down","type":"server_error"}}""", ("retry-after", "600")));
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address, """{"fallbacks":{"openai/gpt-4o":"groq/llama-3.3-70b-versatile"}}"""));
        Assert.Equal(200, (await gateway.PostAsync(Chat, Request("openai/gpt-4o"))).Status);
        var second = await gateway.PostAsync(Chat, Request("openai/gpt-4o"));
        Assert.Equal("groq/llama-3.3-70b-versatile", second.Headers["x-causeway-model"]);
        Assert.DoesNotContain("x-causeway-attempts", second.Headers.Keys);
        var providers = (await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["providers"]!.AsArray();
        Assert.Equal(["degraded", "ok"], providers.Select(provider => (string)provider!["status"]!));
        var resting = Assert.Single(providers[0]!["resting"]!.AsArray())!;
        Assert.Equal("gpt-4o", (string)resting["model"]!);
        Assert.InRange((DateTimeOffset)resting["until"]! - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
    }
}
