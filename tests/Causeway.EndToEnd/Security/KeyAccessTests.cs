using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Security;

/// <summary>A virtual key that is bound to some keys of a provider uses no others, whatever it asks for.</summary>
public sealed class KeyAccessTests
{
    private const string Bound = "sk-of-tenant";

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(params Answer[] answers)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        foreach (var answer in answers is [] ? [Answer.Whole("x")] : answers) upstream.Script(answer);
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, $$$"""
            {"version":2,
             "providers":{
               "openai":{"keys":[{"name":"main","value":"sk-main","weight":100,"models":["*"]},{"name":"tenant","id":"7","value":"{{{Bound}}}","weight":0,"models":["gpt-4o*"]}]},
               "anthropic":{"keys":[{"name":"main","value":"sk-main","models":["*"]},{"name":"tenant","value":"{{{Bound}}}","models":["*"]}]},
               "groq":{"keys":[{"name":"main","value":"sk-groq","models":["*"]}]} },
             "governance":{"virtual_keys":[
               {"name":"bound","value":"vk-bound","providers":[{"provider":"openai","allowed_models":["*"],"key_ids":["7"]},{"provider":"anthropic","allowed_models":["*"],"key_ids":["tenant"]},{"provider":"groq","allowed_models":["*"],"key_ids":[]}]},
               {"name":"free","value":"vk-free"}]}}
            """, "openai", "anthropic", "groq")), upstream);
    }

    [Fact]
    public async Task Its_calls_go_out_with_its_keys_only()
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("x-bf-vk", "vk-bound"))).Status);
            await gateway.PostAsync("/anthropic/v1/messages/count_tokens", Ask.For("anthropic/claude-x"), ("x-bf-vk", "vk-bound"));
        }

        Assert.All(upstream.Headers, sent => Assert.Equal(Bound, sent.GetValueOrDefault("x-api-key") ?? sent["authorization"]["Bearer ".Length..]));
        Assert.Equal(20, upstream.Headers.Count);
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("x-bf-vk", "vk-free"));
        Assert.Equal("Bearer sk-main", upstream.Headers.Last()["authorization"]);
    }

    [Fact]
    public async Task A_failing_key_is_not_followed_by_one_that_it_may_not_use()
    {
        int[] statuses = [429, 401, 403, 500];
        var (gateway, upstream) = await StartAsync([.. statuses.Select(status => Answer.Error(status, """{"error":{"message":"no","type":"t"}}"""))]);
        await using var _ = gateway;
        await using var __ = upstream;
        foreach (var status in statuses)
        {
            Assert.Equal(status, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("x-bf-vk", "vk-bound"))).Status);
        }

        Assert.All(upstream.Keys, key => Assert.Equal(Bound, key));
    }

    [Theory]
    [InlineData("groq/llama", "groq")]      // its list is empty
    [InlineData("openai/o3", "openai")]     // its key is not for the model
    public async Task Without_a_key_for_it_the_candidate_is_passed_over_and_at_the_end_the_client_is_told_why(string model, string provider)
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        var refused = await gateway.PostAsync(Ask.Chat, Ask.For(model), ("x-bf-vk", "vk-bound"));
        Assert.Equal((403, "key_blocked"), (refused.Status, (string?)refused.Json["error"]!["code"]));
        var message = (string)refused.Json["error"]!["message"]!;
        Assert.Contains("virtual key 'bound'", message, StringComparison.Ordinal);
        Assert.Contains($"provider '{provider}'", message, StringComparison.Ordinal);
        Assert.Equal(0, upstream.Hits);
        var next = await gateway.PostAsync(Ask.Chat, Ask.For(model, ",\"fallbacks\":[\"openai/gpt-4o\"]"), ("x-bf-vk", "vk-bound"));
        Assert.Equal((200, "openai/gpt-4o"), (next.Status, next.Headers["x-causeway-model"]));
        Assert.Equal([Bound], upstream.Keys);
    }

    [Fact]
    public async Task It_is_shown_the_models_that_it_can_use()
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        foreach (var provider in (string[])["openai", "anthropic", "groq"])
        {
            foreach (var path in (string[])[$"/{provider}/v1/models", $"/{provider}/openai/v1/models", $"/{provider}/models", $"/{provider}/v1/models?limit=1000"]) upstream.Gets[path] = """{"data":[{"id":"gpt-4o"},{"id":"o3"}]}""";
        }

        async Task<string[]> ListAsync(string key) => [.. (await gateway.SendAsync(HttpMethod.Get, "/v1/models", null, ("x-bf-vk", key))).Json["data"]!.AsArray().Select(model => (string)model!["id"]!)];
        var (all, own) = (await ListAsync("vk-free"), await ListAsync("vk-bound"));
        Assert.Superset(new HashSet<string>(["openai/gpt-4o", "openai/o3", "groq/o3"]), all.ToHashSet());
        Assert.Contains("openai/gpt-4o", own);
        Assert.DoesNotContain("openai/o3", own);
        Assert.DoesNotContain(own, model => model.StartsWith("groq/", StringComparison.Ordinal));
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Get, "/v1/models/openai/gpt-4o", null, ("x-bf-vk", "vk-bound"))).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/v1/models/openai/o3", null, ("x-bf-vk", "vk-bound"))).Status);
    }

    [Fact]
    public async Task Stored_answers_are_asked_for_with_its_keys()
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Gets["/openai/v1/responses/resp_1"] = """{"id":"resp_1","object":"response","status":"completed","output":[]}""";
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Get, "/v1/responses/resp_1", null, ("x-bf-vk", "vk-bound"))).Status);
        Assert.NotEmpty(upstream.GetHeaders);
        Assert.All(upstream.GetHeaders, sent => Assert.Equal("Bearer " + Bound, sent["authorization"]));
        await gateway.SendAsync(HttpMethod.Post, "/v1/responses", """{"model":"openai/gpt-4o","input":"hi","previous_response_id":"resp_1"}""", ("x-bf-vk", "vk-bound"));
        Assert.All(upstream.Keys, key => Assert.Equal(Bound, key));
    }
}
