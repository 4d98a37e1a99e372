using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Rate limits of virtual keys, asked of the release binary.</summary>
public sealed class LimitTests
{
    private static readonly JsonNode Body = JsonNode.Parse("""{"model":"openai/gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""")!;

    [Theory]
    [InlineData("/v1/chat/completions", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests")]
    [InlineData("/anthropic/v1/messages", "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining")]
    public async Task The_third_of_two_requests_is_refused_with_the_time_when_it_may_come(string path, string limit, string remaining)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        var config = GatewayProcess.ConfigOf(upstream.Address, "openai");
        config["governance"] = JsonNode.Parse("""{"virtual_keys":[{"name":"few","value":"vk-few","rate_limit":{"request_max_limit":2,"request_reset_duration":"1m"}},{"name":"free","value":"vk-free"}]}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Task<Reply> Ask(string key) => gateway.PostAsync(path, Body, ("x-api-key", key), ("anthropic-version", "2023-06-01"));
        var first = await Ask("vk-few");
        var second = await Ask("vk-few");
        var third = await Ask("vk-few");
        Assert.Equal((200, "2", "1"), (first.Status, first.Headers[limit], first.Headers[remaining]));
        Assert.Equal((200, "0"), (second.Status, second.Headers[remaining]));
        Assert.Equal((429, "0"), (third.Status, third.Headers[remaining]));
        Assert.InRange(int.Parse(third.Headers["retry-after"]), 1, 60);
        Assert.Contains("virtual key 'few'", (string)third.Json["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await Ask("vk-free")).Status);
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_request_that_its_budget_does_not_have_is_lowered_and_the_next_one_refused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        var config = GatewayProcess.ConfigOf(upstream.Address, "openai");
        config["governance"] = JsonNode.Parse("""{"virtual_keys":[{"name":"poor","value":"vk-poor","budget":{"max_budget":0.01,"budget_duration":"daily"}}],"pricing_overrides":[{"pattern":"*","price":{"input":1,"output":20}}]}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Task<Reply> Ask(int tokens) => gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions",
            $$"""{"model":"openai/gpt-4o","max_completion_tokens":{{tokens}},"messages":[{"role":"user","content":"hi"}]}""", ("authorization", "Bearer vk-poor"));
        var lowered = await Ask(5000);   // would be ten cents
        Assert.Equal((200, "max_tokens"), (lowered.Status, lowered.Headers["x-causeway-losses"]));
        Assert.InRange((int)upstream.Requests[0]["max_completion_tokens"]!, 256, 500);
        for (var i = 0; i < 200 && (await Ask(400)).Status == 200; i++)
        {
        }

        var refused = await Ask(400);
        Assert.Equal((402, "budget_exceeded", "false"), (refused.Status, (string?)refused.Json["error"]!["code"], refused.Headers["x-should-retry"]));
    }
}
