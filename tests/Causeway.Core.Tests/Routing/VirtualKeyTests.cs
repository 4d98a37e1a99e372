using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Routing;

public sealed class VirtualKeyTests
{
    /// <summary>As the article on Bifrost and Claude Code has it.</summary>
    private const string Article = """
        { "name": "dev-routing",
          "budget": { "max_budget": 100, "budget_duration": "monthly" },
          "providers": [
            { "provider": "openai", "model": "gpt-4o", "weight": 0.7 },
            { "provider": "anthropic", "model": "claude-sonnet-4-20250514", "weight": 0.3 } ] }
        """;

    private static string Keys(string keys) => $$"""
        "governance":{"virtual_keys":[{{keys}}]}
        """;

    private static ConfigLoad Load(string sections) => ConfigLoader.Parse(Encoding.UTF8.GetBytes(Routed.Config(sections)), "test", _ => null);

    private static Task<string> AskAsync(GatewayRuntime gateway, string model, params (string, string)[] headers) =>
        Routed.OutcomeAsync(gateway, Routed.Hello.Replace("openai/gpt-4o", model, StringComparison.Ordinal), headers.Length > 0 ? headers : [("x-api-key", "sk-k")]);

    [Fact]
    public async Task The_key_of_the_article_shares_its_requests_seventy_to_thirty()
    {
        var load = Load(Keys(Article));
        Assert.Empty(load.Errors);
        var gateway = new GatewayRuntime(load.Config!);
        var key = gateway.Config.VirtualKeys.Single();
        Assert.Equal((100m, BudgetWindow.Month, true), gateway.Config.Budgets.Single() is var budget ? (budget.Dollars!.Value, budget.Window, budget.IsHard) : default);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 2000; i++)
        {
            using var exchange = await Routed.RunAsync(gateway, Routed.Hello.Replace("openai/gpt-4o", "whatever", StringComparison.Ordinal), ("Authorization", "Bearer dev-routing"), ("x-session-id", $"s{i}"));
            Assert.Equal(2, exchange.Candidates.Count);
            Assert.Equal(["virtual key 'dev-routing'", "by weight, for its session"], exchange.Why);
            var first = exchange.Candidates[0].ToString();
            counts[first] = counts.GetValueOrDefault(first) + 1;
        }

        Assert.InRange(counts["openai/gpt-4o"], 1310, 1490);
        Assert.Equal(2000, counts["openai/gpt-4o"] + counts["anthropic/claude-sonnet-4-20250514"]);
    }

    [Theory]
    [InlineData("x-bf-vk", "sk-k")]
    [InlineData("x-api-key", "sk-k")]
    [InlineData("x-goog-api-key", "sk-k")]
    [InlineData("api-key", "sk-k")]
    [InlineData("Authorization", "Bearer sk-k")]
    [InlineData("Authorization", "bearer  sk-k ")]
    public async Task A_key_is_found_where_an_API_has_keys(string header, string value)
    {
        using var exchange = await Routed.RunAsync(Routed.Gateway(Keys("""{"name":"k","value":"sk-k"}""")), Routed.Hello, (header, value));
        Assert.Equal("k", exchange.Caller?.Name);
    }

    [Fact]
    public async Task Googles_clients_have_it_in_the_query()
    {
        var gateway = Routed.Gateway(Keys("""{"name":"k","value":"sk-k"}"""));
        const string Body = """{"contents":[{"parts":[{"text":"hi"}]}]}""";
        using var google = await Routed.RunAsync(gateway, DialectId.Gemini, Body, ("query", "?alt=sse&key=sk-k"));
        using var other = await Routed.RunAsync(gateway, DialectId.OpenAIChat, Routed.Hello, ("query", "?key=sk-k"));
        Assert.Equal(("k", null), (google.Caller?.Name, other.Caller?.Name));
    }

    [Fact]
    public async Task A_key_that_is_none_of_the_gateways_does_no_harm_but_where_only_virtual_keys_stand()
    {
        var gateway = Routed.Gateway(Keys("""{"name":"k","value":"sk-k"},{"name":"ünï","value":"sk-ключ-🔑"}"""));
        Assert.Equal("openai/gpt-4o", await AskAsync(gateway, "gpt-4o", ("x-api-key", "dummy-key")));
        Assert.Equal("openai/gpt-4o", await AskAsync(gateway, "gpt-4o", ("x-api-key", new string('ж', 5000)), ("Authorization", "Basic sk-k")));
        Assert.Equal("access_not_found", await AskAsync(gateway, "gpt-4o", ("x-bf-vk", "sk-x"), ("x-api-key", "sk-k")));
        using var unicode = await Routed.RunAsync(gateway, Routed.Hello, ("x-api-key", "sk-ключ-🔑"));
        Assert.Equal("ünï", unicode.Caller?.Name);
        using var second = await Routed.RunAsync(gateway, Routed.Hello, ("x-api-key", "dummy-key"), ("Authorization", "Bearer sk-k"));   // Claude Code sends both
        Assert.Equal("k", second.Caller?.Name);
    }

    [Fact]
    public async Task A_key_that_is_off_or_has_expired_is_refused()
    {
        var gateway = Routed.Gateway(Keys("""
            {"name":"off","value":"sk-off","is_active":false},
            {"name":"old","value":"sk-old","expires_at":"2026-11-25T12:00:00Z"},
            {"name":"new","value":"sk-new","expires_at":"2026-11-25T13:00:01+01:00"}
            """));
        using var off = await Routed.RunAsync(gateway, Routed.Hello, ("x-api-key", "sk-off"));
        Assert.Equal((403, "access_blocked", "virtual key 'off' is switched off"), (off.Error!.Status, off.Error.Code, off.Error.Message));
        using var old = await Routed.RunAsync(gateway, Routed.Hello, ("x-api-key", "sk-old"));
        Assert.Equal("virtual key 'old' has expired", old.Error!.Message);
        Assert.Equal("openai/gpt-4o", await AskAsync(gateway, "gpt-4o", ("x-api-key", "sk-new")));
    }

    [Fact]
    public async Task Models_are_allowed_and_denied_by_patterns()
    {
        var gateway = Routed.Gateway(Keys("""
            {"name":"k","value":"sk-k","providers":[{"provider":"OpenAI","allowed_models":["gpt-4*"],"blacklisted_models":["*-turbo"]},{"provider":"groq"}]}
            """));
        Assert.Equal("openai/gpt-4o", await AskAsync(gateway, "openai/gpt-4o"));
        Assert.Equal("model_blocked", await AskAsync(gateway, "openai/gpt-4-TURBO"));
        Assert.Equal("model_blocked", await AskAsync(gateway, "openai/gpt-5"));
        Assert.Equal("groq/anything", await AskAsync(gateway, "groq/anything"));
        using var blocked = await Routed.RunAsync(gateway, Routed.Hello.Replace("openai/gpt-4o", "claude-sonnet-4-5", StringComparison.Ordinal), ("x-api-key", "sk-k"));
        Assert.Equal((403, "provider_blocked", "virtual key 'k' may not use provider 'anthropic': it has OpenAI, groq"), (blocked.Error!.Status, blocked.Error.Code, blocked.Error.Message));
    }

    [Fact]
    public async Task What_the_key_may_not_use_is_taken_out_whoever_wanted_it()
    {
        var gateway = Routed.Gateway(Keys("""{"name":"k","value":"sk-k","providers":[{"provider":"groq"}],"fallbacks":["gemini/x"]}""") + """
            ,"model_aliases":{"smart":["openai/gpt-4o","groq/smart"],"lost":"openai/gpt-4o"},
            "content_filter_fallbacks":{"*":["openai/lenient","groq/lenient"]},
            "routing":{"rules":[{"when":{"model":"ruled"},"to":"openai/gpt-4o","fallbacks":"groq/ruled"}]}
            """);
        Assert.Equal("groq/smart", await AskAsync(gateway, "smart"));
        Assert.Equal("groq/ruled", await AskAsync(gateway, "ruled"));
        Assert.Equal("provider_blocked", await AskAsync(gateway, "lost"));
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello.Replace("openai/gpt-4o", "groq/x\",\"fallbacks\":[\"openai/gpt-4o\",\"groq/y\"],\"user\":\"", StringComparison.Ordinal), ("x-api-key", "sk-k"));
        Assert.Equal(("groq/x, groq/y", "groq/lenient"), (exchange.Outcome(), string.Join(", ", exchange.Policy.FilterFallbacks)));
    }

    [Fact]
    public async Task A_bare_name_goes_to_a_provider_that_the_key_may_use()
    {
        var gateway = Routed.Gateway(Keys("""
            {"name":"k","value":"sk-k","providers":[{"provider":"gemini","allowed_models":["gpt-4o"]},{"provider":"groq","allowed_models":["gpt-4o","llama-*"],"weight":1},{"provider":"anthropic"}]}
            """));
        Assert.Equal("groq/gpt-4o, gemini/gpt-4o", await AskAsync(gateway, "gpt-4o"));    // the share first, then who has none; not openai, which the name would mean
        Assert.Equal("groq/llama-x", await AskAsync(gateway, "llama-x"));
        Assert.Equal("anthropic/claude-sonnet-4-5", await AskAsync(gateway, "claude-sonnet-4-5"));
        Assert.Equal("gemini/gpt-4o", await AskAsync(gateway, "gemini/gpt-4o"));
    }

    [Fact]
    public async Task An_empty_list_of_providers_allows_none_in_files_of_version_2()
    {
        const string Key = """{"name":"k","value":"sk-k","provider_configs":[]}""";
        Assert.Equal("openai/gpt-4o", await AskAsync(Routed.Gateway(Keys(Key)), "gpt-4o"));
        Assert.Equal("provider_blocked", await AskAsync(Routed.Gateway("\"version\":2," + Keys(Key)), "gpt-4o"));
        Assert.Equal("openai/gpt-4o", await AskAsync(Routed.Gateway("\"version\":2," + Keys(Key.Replace("\"provider_configs\"", "\"allow_all_providers\":true,\"provider_configs\"", StringComparison.Ordinal))), "gpt-4o"));
    }

    [Theory]
    [InlineData("""{"name":"k","value":"a"},{"name":"k","value":"b"}""", "is the name of another virtual key")]
    [InlineData("""{"name":"k","value":"sk-same"},{"name":"l","value":"sk-same"}""", "is the value of another virtual key")]
    [InlineData("""{"value":"sk-k"}""", "must have a name")]
    [InlineData("""{"name":"k","providers":[{"model":"gpt-4o"}]}""", "must name a provider")]
    [InlineData("""{"name":"k","providers":[{"provider":"mistral"}]}""", "must be one of the configured providers")]
    [InlineData("""{"name":"k","expires_at":"soon"}""", "must be a time")]
    [InlineData("""{"name":"k","budget":{"max_budget":1,"budget_duration":"fortnightly"}}""", "must be hourly")]
    [InlineData("""{"name":"k","budget":{}}""", "is required")]
    public void What_cannot_be_meant_is_refused_without_showing_secrets(string keys, string problem)
    {
        var errors = Load(Keys(keys)).Errors;
        Assert.Contains(errors, error => error.ToString().Contains(problem, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.ToString().Contains("sk-", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_whose_variables_are_not_set_are_off_and_not_taken_for_one_another()
    {
        var load = Load(Keys("""{"name":"a","value":"env.NO_SUCH_A"},{"name":"b","value":"env.NO_SUCH_B"}"""));
        Assert.Empty(load.Errors);
        Assert.All(load.Config!.VirtualKeys, key => Assert.False(key.IsActive));
    }
}
