using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Routing;

public sealed class RouteTests
{
    [Fact]
    public async Task Without_rules_and_keys_a_request_goes_where_it_asks()
    {
        using var exchange = await Routed.RunAsync(Routed.Gateway());
        Assert.Equal("openai/gpt-4o", exchange.Outcome());
        Assert.Empty(exchange.Why);
        Assert.False(exchange.Http.Response.Headers.ContainsKey("x-causeway-route"));
    }

    [Fact]
    public async Task Rules_come_before_the_keys_targets_those_before_aliases_and_those_before_the_name()
    {
        const string Aliases = """
            "model_aliases":{"gpt-4o":"groq/alias"}
            """;
        const string Keys = """
            "governance":{"virtual_keys":[{"name":"k","value":"sk-k","providers":[{"provider":"anthropic","model":"key"}],"allow_all_providers":true}]}
            """;
        var bare = Routed.Hello.Replace("openai/", "", StringComparison.Ordinal);
        Assert.Equal("openai/gpt-4o", await Routed.OutcomeAsync(Routed.Gateway(), bare));
        Assert.Equal("groq/alias", await Routed.OutcomeAsync(Routed.Gateway(Aliases), bare));
        Assert.Equal("anthropic/key", await Routed.OutcomeAsync(Routed.Gateway($"{Aliases},{Keys}"), bare, ("x-api-key", "sk-k")));
        Assert.Equal("gemini/rule", await Routed.OutcomeAsync(Routed.Gateway($$"""{{Aliases}},{{Keys}},"routing":{"rules":[{"to":"gemini/rule"}]}"""), bare, ("x-api-key", "sk-k")));
    }

    [Fact]
    public async Task Names_of_the_model_picker_are_meant_without_its_prefix()
    {
        var gateway = Routed.Gateway("""
            "fallbacks":{"openai/gpt-4o":"groq/*"},"content_filter_fallbacks":{"openai/*":"gemini/lenient"}
            """);
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello.Replace("openai/", "claude-gw/openai/", StringComparison.Ordinal));
        Assert.Equal("openai/gpt-4o, groq/gpt-4o", exchange.Outcome());
        Assert.Equal("gemini/lenient", Assert.Single(exchange.Policy.FilterFallbacks).ToString());
    }

    [Theory]
    [InlineData("""["groq/a",{"provider":"gemini","model":"b"}]""", "openai/gpt-4o, groq/a, gemini/b")]
    [InlineData("[]", "openai/gpt-4o")]
    [InlineData("null", "openai/gpt-4o")]
    [InlineData("""["openai/gpt-4o"]""", "openai/gpt-4o")]
    [InlineData("\"groq/a\"", "fallbacks: must be a list")]
    [InlineData("[7]", "fallbacks[0]: must be")]
    [InlineData("""["groq/a",{"provider":"groq"}]""", "fallbacks[1]: must be")]
    [InlineData("""["no-such-model"]""", "fallbacks[0]: model 'no-such-model' not found")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "fallbacks: must have at most 16")]
    public async Task A_request_brings_its_own_fallbacks(string fallbacks, string expected)
    {
        using var exchange = await Routed.RunAsync(Routed.Gateway(), Routed.Hello[..^1] + $",\"fallbacks\":{fallbacks}}}");
        Assert.StartsWith(expected, exchange.Error?.Message ?? exchange.Outcome(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DialectId.Gemini, """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""")]
    [InlineData(DialectId.Gemini, """{"generateContentRequest":{"model":"models/x","contents":[]}}""")]   // a count of tokens: nothing here can be decoded
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""")]
    [InlineData(DialectId.BedrockConverse, """{"input":{"converse":{"messages":[]}}}""")]
    public async Task Rules_hold_for_requests_whose_path_names_the_model(DialectId dialect, string body)
    {
        var gateway = Routed.Rules("""{"when":{"any":[{"images":true},{"thinking":true},{"web_search":true},{"complexity":"complex"}]},"deny":"no"},{"when":{"model":"openai/*","tools":false},"to":"groq/x"}""");
        using var exchange = await Routed.RunAsync(gateway, dialect, body);
        Assert.Equal("groq/x", exchange.Outcome());
    }
}
