using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Routing;

public sealed class RuleTests
{
    private static ConfigLoad Load(string rules) => ConfigLoader.Parse(Encoding.UTF8.GetBytes(Routed.Config($$"""
        "routing":{"rules":[{{rules}}]}
        """)), "test", _ => null);

    [Fact]
    public async Task The_first_rule_that_holds_and_says_where_to_go_ends_the_list()
    {
        var gateway = Routed.Rules("""
            {"name":"other","when":{"model":"x"},"to":"groq/x"},
            {"name":"patient","when":{"model":"openai/*"},"deadline_in_seconds":20,"fallbacks":"groq/late"},
            {"name":"here","when":{"stream":false},"to":"gemini/here","deadline_in_seconds":10},
            {"name":"never","to":"groq/never","hedge_after_ms":5}
            """);
        using var exchange = await Routed.RunAsync(gateway);
        Assert.Equal("gemini/here, groq/late", exchange.Outcome());
        Assert.Equal(["patient", "here"], exchange.Rules.Select(rule => rule.Name));
        Assert.Equal(["rule 'patient' (model openai/*)", "rule 'here' (no stream)"], exchange.Why);
        Assert.Equal((TimeSpan.FromSeconds(10), null), (exchange.Policy.Deadline, exchange.Policy.HedgeAfter));
        Assert.Equal("rule 'patient' (model openai/*); rule 'here' (no stream)", exchange.Http.Response.Headers["x-causeway-route"]);
    }

    [Fact]
    public async Task A_rule_that_denies_refuses_with_its_message()
    {
        using var exchange = await Routed.RunAsync(Routed.Rules("""{"name":"no","when":{"headers":{"x-team":"finance"}},"deny":"finance may not"}"""), Routed.Hello, ("x-team", "finance"));
        Assert.Equal((403, "route_denied", "finance may not"), (exchange.Error!.Status, exchange.Error.Code, exchange.Error.Message));
        Assert.Empty(exchange.Candidates);
        Assert.Equal("openai/gpt-4o", await Routed.OutcomeAsync(Routed.Rules("""{"name":"no","when":{"headers":{"x-team":"finance"}},"deny":"finance may not"}""")));
    }

    [Fact]
    public async Task What_a_rule_leaves_open_is_as_earlier_ones_and_the_section_have_it()
    {
        var gateway = Routed.Gateway("""
            "routing":{"deadline_in_seconds":60,"continue_streams":true,"rules":[
              {"name":"a","losses":"reject","set":{"max_tokens":100,"effort":"low"},"limit":{"temperature":0.5}},
              {"name":"b","cache":false,"hedge_after_ms":250,"continue_streams":false,"set":{"max_tokens":50},"limit":{"max_tokens":80}}]}
            """);
        using var exchange = await Routed.RunAsync(gateway);
        var policy = exchange.Policy;
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(250), false, true, false),
            (policy.Deadline!.Value, policy.HedgeAfter!.Value, policy.Continues, policy.RejectsLosses!.Value, policy.Caches!.Value));
        Assert.Equal(new RequestSettings { MaxTokens = 50, MaxTokensLimit = 80, Effort = "low", TemperatureLimit = 0.5 }, policy.Settings);
        Assert.Equal("openai/gpt-4o", exchange.Outcome());
    }

    [Theory]
    [InlineData("""{"set":{"max_tokens":7}}""", ",\"max_tokens\":500", 7L, null, null)]
    [InlineData("""{"limit":{"max_tokens":100}}""", ",\"max_tokens\":500", 100L, null, null)]
    [InlineData("""{"limit":{"max_tokens":100}}""", ",\"max_tokens\":50", 50L, null, null)]
    [InlineData("""{"limit":{"max_tokens":100}}""", "", 100L, null, null)]
    [InlineData("""{"set":{"temperature":0.2}}""", ",\"temperature\":1", null, 0.2, null)]
    [InlineData("""{"limit":{"temperature":0.7}}""", ",\"temperature\":1.5", null, 0.7, null)]
    [InlineData("""{"limit":{"temperature":0.7}}""", ",\"temperature\":0.1", null, 0.1, null)]
    [InlineData("""{"limit":{"temperature":0.7}}""", "", null, null, null)]
    [InlineData("""{"set":{"effort":"high"}}""", "", null, null, "high")]
    [InlineData("""{"limit":{"effort":"medium"}}""", ",\"reasoning_effort\":\"xhigh\"", null, null, "medium")]
    [InlineData("""{"limit":{"effort":"medium"}}""", ",\"reasoning_effort\":\"low\"", null, null, "low")]
    [InlineData("""{"limit":{"effort":"medium"}}""", ",\"reasoning\":{\"max_tokens\":32000}", null, null, "medium")]
    [InlineData("""{"limit":{"effort":"medium"}}""", ",\"reasoning\":{\"max_tokens\":2000}", null, null, null)]
    [InlineData("""{"limit":{"effort":"medium"}}""", "", null, null, null)]
    [InlineData("""{"set":{"effort":"max"},"limit":{"effort":"low"}}""", "", null, null, "low")]
    [InlineData("""{"set":{"effort":"none"}}""", ",\"reasoning_effort\":\"high\"", null, null, null)]
    public async Task Parameters_are_set_and_limited(string action, string asked, long? maxTokens, double? temperature, string? effort)
    {
        using var exchange = await Routed.RunAsync(Routed.Rules(action), Routed.Hello[..^1] + asked + "}");
        var request = exchange.DecodeRequest().Value!;
        Assert.Equal((maxTokens, temperature, effort), (request.MaxTokens, request.Temperature.AsNumber(), request.Reasoning?.Effort));
        if (action.Contains("none", StringComparison.Ordinal)) Assert.Equal(ReasoningMode.Off, request.Reasoning!.Mode);
    }

    [Fact]
    public async Task Conditions_see_what_the_client_sent_not_what_earlier_rules_set()
    {
        var gateway = Routed.Rules("""
            {"when":{"images":false,"effort":"high"},"set":{"effort":"low"}},
            {"name":"deep","when":{"effort":"high"},"to":"groq/deep"}
            """);
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello[..^1] + ",\"reasoning_effort\":\"high\"}");
        Assert.Equal("groq/deep", exchange.Outcome());
        Assert.Equal("low", exchange.DecodeRequest().Value!.Reasoning!.Effort);
    }

    [Fact]
    public async Task Fallbacks_come_of_the_request_the_rules_the_key_and_the_model_in_this_order_and_once()
    {
        var gateway = Routed.Gateway("""
            "fallbacks":{"openai/gpt-4o":["groq/model","groq/rule"]},
            "governance":{"virtual_keys":[{"name":"k","value":"sk-k","fallbacks":["groq/key","groq/body"]}]},
            "routing":{"rules":[{"name":"early","fallbacks":"groq/early"},{"name":"r","to":"gemini/to","fallbacks":["groq/rule","gemini/to"]}]}
            """);
        var body = Routed.Hello[..^1] + ",\"fallbacks\":[{\"provider\":\"groq\",\"model\":\"body\"},\"gpt-4o-mini\"]}";
        Assert.Equal("gemini/to, groq/body, openai/gpt-4o-mini, groq/early, groq/rule, groq/key, groq/model", await Routed.OutcomeAsync(gateway, body, ("x-api-key", "sk-k")));
    }

    [Fact]
    public async Task Only_keeps_a_request_at_the_rules_own_targets()
    {
        var gateway = Routed.Gateway("""
            "fallbacks":{"*":"groq/us"},"content_filter_fallbacks":{"*":"groq/us"},
            "governance":{"virtual_keys":[{"name":"k","value":"sk-k","fallbacks":["groq/us"]}]},
            "routing":{"rules":[{"name":"early","fallbacks":"groq/us","content_filter_fallbacks":"groq/us"},
              {"name":"eu","when":{"tags":"eu"},"to":"gemini/eu","only":true,"fallbacks":"anthropic/eu","content_filter_fallbacks":"gemini/lenient"}]}
            """);
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello[..^1] + ",\"fallbacks\":[\"groq/us\"]}", ("x-api-key", "sk-k"), ("x-causeway-tags", "eu"));
        Assert.Equal("gemini/eu, anthropic/eu", exchange.Outcome());
        Assert.Equal("gemini/lenient", string.Join(", ", exchange.Policy.FilterFallbacks));
        Assert.Equal("nobody else", exchange.Why[^1]);
        using var other = await Routed.RunAsync(gateway, Routed.Hello, ("x-api-key", "sk-k"));
        Assert.Equal(("openai/gpt-4o, groq/us", "groq/us"), (other.Outcome(), string.Join(", ", other.Policy.FilterFallbacks)));
    }

    [Theory]
    [InlineData("openai/gpt-4o", "groq/gpt-4o")]
    [InlineData("claude-gw/openai/gpt-4o", "groq/gpt-4o")]
    [InlineData("mistral/large", "groq/large")]               // known, not configured
    [InlineData("meta-llama/llama-3", "groq/meta-llama/llama-3")]   // no provider
    [InlineData("llama-3", "groq/llama-3")]
    public async Task A_star_stands_for_the_model_that_was_asked_for(string asked, string expected)
    {
        var body = Routed.Hello.Replace("openai/gpt-4o", asked, StringComparison.Ordinal);
        Assert.Equal(expected, await Routed.OutcomeAsync(Routed.Rules("""{"to":{"provider":"Groq","model":"*"}}"""), body));
        Assert.Equal("gemini/x, " + expected, await Routed.OutcomeAsync(Routed.Rules("""{"to":"gemini/x","fallbacks":"groq/*"}"""), body));
    }

    [Theory]
    [InlineData("""{"name":"a","to":"groq/x"},{"name":"a","to":"groq/x"}""", "is the name of another rule")]
    [InlineData("""{"deny":"no","to":"groq/x"}""", "stands beside `to`")]
    [InlineData("""{"deny":""}""", "must be a message")]
    [InlineData("""{"to":[]}""", "must not be empty")]
    [InlineData("""{"to":{"provider":"groq"}}""", "must name a model")]
    [InlineData("""{"to":"gpt-4o"}""", "must be `provider/model`")]
    [InlineData("""{"to":"mistral/large"}""", "one of the configured providers: openai, anthropic, groq, gemini")]
    [InlineData("""{"only":true,"fallbacks":"groq/x"}""", "needs `to`")]
    [InlineData("""{"to":"groq/x","balance":"quickest"}""", "must be one of weighted, least-busy, fastest")]
    [InlineData("""{"set":{"effort":"hard"}}""", "must be one of none, minimal")]
    [InlineData("""{"limit":{"effort":"some"}}""", "must be one of none, minimal")]
    [InlineData("""{"set":{"max_tokens":0}}""", "must be from 1")]
    [InlineData("""{"fallback":"groq/x","to":"groq/x"}""", "did you mean `fallbacks`")]
    [InlineData("\"x\"", "must be an object")]
    public void What_cannot_be_meant_is_refused(string rules, string problem)
    {
        Assert.Contains(Load(rules).Errors, error => error.ToString().Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"name":"a","when":{"stream":true}}""", "does nothing")]
    [InlineData("""{"name":"all","to":"groq/x"},{"to":"groq/y"}""", "is never reached: rule 'all'")]
    public void What_has_no_effect_is_said(string rules, string warning)
    {
        var load = Load(rules);
        Assert.Empty(load.Errors);
        Assert.Contains(load.Warnings, problem => problem.ToString().Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_without_a_name_are_numbered_as_they_stand_and_disabled_ones_are_left_out()
    {
        var rules = Load("""{"enabled":false,"to":"groq/x"},{"to":"groq/x","name":""}""").Config!.Rules;
        Assert.Equal("rule 2", Assert.Single(rules).Name);
    }

    [Fact]
    public async Task Patterns_of_headers_that_hold_credentials_are_not_shown()
    {
        var gateway = Routed.Rules("""{"name":"s","when":{"headers":{"X-Admin-Token":"hunter2*","x-kind":"batch"}},"to":"groq/x"}""");
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello, ("x-admin-token", "hunter2-now"), ("x-kind", "batch"));
        Assert.Equal("rule 's' (header X-Admin-Token as configured, header x-kind batch)", Assert.Single(exchange.Why));
    }
}
