using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Configuration.Bifrost;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;
using Causeway.Core.Tests.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Configuration;

/// <summary>Routing rules in Bifrost's own form, with the examples of its documentation.</summary>
public sealed class BifrostRuleTests
{
    private const string Providers = """ "providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b"}]}} """;
    private const string Keys = """ "teams":[{"id":"team-456","name":"research"}],"virtual_keys":[{"id":"vk-123","name":"prod-key","value":"sk-bf-1","team_id":"team-456"}] """;

    private static string Config(string rules) => "{" + Providers + ""","governance":{""" + Keys + ""","routing_rules":""" + rules + "}}";

    private static async Task<Exchange> ExchangeAsync(string config, string model = "openai/gpt-4o", string? key = null, params (string, string)[] headers)
    {
        var exchange = await TestExchange.OfAsync(TestExchange.Gateway(config), DialectId.OpenAIChat, $$"""{"model":"{{model}}"}""", headers);
        exchange.Caller = exchange.Gateway.Config.VirtualKeys.FirstOrDefault(one => one.Name == key);
        return exchange;
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("!false", true)]
    [InlineData("headers[\"x-tier\"] == \"premium\"", true)]
    [InlineData("headers['X-Tier'] != 'premium'", false)]
    [InlineData("headers[\"x-missing\"] == \"a\"", false)]
    [InlineData("headers[\"x-missing\"] != \"a\"", false)]          // a missing header makes nothing true
    [InlineData("!(headers[\"x-missing\"] == \"a\")", false)]
    [InlineData("model == \"gpt-4o\" && provider == \"openai\"", true)]
    [InlineData("model.startsWith(\"gpt-4\") && !model.endsWith(\"mini\") && model.contains(\"4\")", true)]
    [InlineData("model in [\"gpt-4o\", \"gpt-4.1\"]", true)]
    [InlineData("!(model in [\"gpt-4o\", \"gpt-4.1\"])", false)]
    [InlineData("!(model == \"gpt-4o\" && provider == \"groq\")", true)]
    [InlineData("model == \"x\" || headers[\"x-tier\"].matches(\"^prem[a-z]+$\")", true)]
    [InlineData("virtual_key_name.startsWith(\"prod-\") && team_name == \"research\" && team_id == \"team-456\"", true)]
    [InlineData("virtual_key_id != \"vk-123\" || customer_id != \"\"", false)]
    [InlineData("budget_used > 80", false)]
    [InlineData("budget_used <= 80 && tokens_used < 75", true)]
    [InlineData("!(budget_used < 80)", false)]
    [InlineData("request_type == \"chat_completion\"", true)]
    [InlineData("complexity_tier == \"SIMPLE\"", true)]
    [InlineData("complexity_tier in [\"MEDIUM\", \"COMPLEX\"]", false)]
    [InlineData("model == \"g\\\"pt\"", false)]
    public async Task Expressions_are_read_as_they_are_meant(string expression, bool expected)
    {
        using var exchange = await ExchangeAsync(Config("[]"), "openai/gpt-4o", "prod-key", ("x-tier", "premium"));
        Assert.Equal(expected, CelReader.Read(expression).Holds(new RequestFacts(exchange, TimeProvider.System)));
    }

    [Theory]
    [InlineData("headers[\"x-tier")]
    [InlineData("headers[\"x\"] ??")]
    [InlineData("model")]
    [InlineData("model == ")]
    [InlineData("model == \"a\" extra")]
    [InlineData("(model == \"a\"")]
    [InlineData("model.length() > 5")]
    [InlineData("model < \"a\"")]
    [InlineData("nothing == \"a\"")]
    [InlineData("budget_used > \"a\"")]
    [InlineData("model.matches(\"(\")")]
    public void An_expression_that_cannot_be_read_leaves_its_rule_out_with_a_warning(string expression)
    {
        var json = Config($$"""[{"name":"bad","cel_expression":{{JsonValue.Create(expression).ToJsonString()}},"targets":[{"provider":"groq","weight":1}]}]""");
        var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes(json), "test", _ => null);
        Assert.Empty(load.Config!.Rules);
        Assert.Contains(load.Warnings, warning => warning.Path == "governance.routing_rules[0].cel_expression" && warning.Fix.Contains("at character", StringComparison.Ordinal));
    }

    [Fact]
    public void What_headers_with_credentials_are_compared_with_is_not_shown()
    {
        Assert.Equal("headers[x-admin-token] == what is configured", CelReader.Read("headers['x-admin-token'] == 'hunter2'").ToString());
        Assert.Equal("not headers[Authorization] matches what is configured", CelReader.Read("!headers['Authorization'].matches('hunter2')").ToString());
        Assert.Equal("headers[x-tier] StartsWith pre", CelReader.Read("headers['x-tier'].startsWith('pre')").ToString());
    }

    [Fact]
    public void Deep_nesting_is_refused_not_followed() =>
        Assert.Throws<FormatException>(() => CelReader.Read(new string('!', 100_000) + "true"));

    [Fact]
    public void Rules_are_ordered_by_scope_and_priority()
    {
        string Rule(string name, string scope, int priority) => $$"""{"name":"{{name}}","scope":"{{scope}}","scope_id":"x","priority":{{priority}},"targets":[{"provider":"groq","model":"m","weight":1}]}""";
        var config = Config($"[{Rule("d", "global", 5)},{Rule("c", "global", 0)},{Rule("b", "team", 9)},{Rule("a", "virtual_key", 100)}]");
        Assert.Equal(["a", "b", "c", "d"], TestExchange.Gateway(config).Config.Rules.Select(rule => rule.Name));
    }

    [Theory]
    [InlineData("virtual_key", "vk-123", "prod-key", true)]
    [InlineData("virtual_key", "vk-999", "prod-key", false)]
    [InlineData("team", "team-456", "prod-key", true)]
    [InlineData("team", "team-456", null, false)]
    public async Task A_rule_of_a_scope_is_for_its_keys_alone(string scope, string id, string? key, bool applies)
    {
        using var exchange = await ExchangeAsync(Config($$"""[{"name":"r","scope":"{{scope}}","scope_id":"{{id}}","targets":[{"provider":"groq","model":"m","weight":1}]}]"""), key: key);
        Assert.Equal(applies ? "groq/m" : "openai/gpt-4o", await FirstAsync(exchange));
    }

    [Theory]
    [InlineData("""{"provider":"groq","weight":1}""", "openai/gpt-4o", "groq/gpt-4o")]
    [InlineData("""{"model":"gpt-4.1","weight":1}""", "openai/gpt-4o", "openai/gpt-4.1")]
    [InlineData("""{"model":"gpt-4.1","weight":1}""", "gpt-4o", "openai/gpt-4.1")]
    [InlineData("""{"provider":"groq","model":"m","weight":1}""", "gpt-4o", "groq/m")]
    public async Task A_target_without_model_or_provider_takes_that_of_the_request(string target, string model, string expected)
    {
        using var exchange = await ExchangeAsync(Config($$"""[{"name":"r","targets":[{{target}}],"fallbacks":["groq/","openai/gpt-4o-mini"]}]"""), model);
        Assert.Equal(expected, await FirstAsync(exchange));
        Assert.Contains("groq/gpt-4o", exchange.Candidates.Select(candidate => candidate.ToString()));
        Assert.Equal("openai/gpt-4o-mini", exchange.Candidates[^1].ToString());
    }

    private static async Task<string> FirstAsync(Exchange exchange)
    {
        await new Route(TimeProvider.System).InvokeAsync(exchange, _ => ValueTask.CompletedTask);
        Assert.Null(exchange.Error);
        return exchange.Candidates[0].ToString();
    }
}
