using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>Rules as they are configured.</summary>
public sealed class AlertRuleReaderTests
{
    private static IReadOnlyList<AlertRule> Read(string rules)
    {
        var (read, problems) = Watched.Read($$"""{"alert_rules": {{rules}}}""");
        Assert.Empty(problems);
        return read;
    }

    [Fact]
    public void The_usual_rules_hold_where_somebody_is_told_and_nothing_is_said()
    {
        Assert.Empty(Watched.Read("{}").Rules);
        Assert.Equal(
            [new ErrorRateRule { Threshold = 0.2 }, new ErrorRateRule { Threshold = 0.2, Scope = WatchScope.Target }, new ProviderDownRule(), new RunawayAgentRule(), new CacheRegressionRule()],
            Watched.Read("{}", hasTargets: true).Rules);
    }

    [Fact]
    public void A_kind_that_is_named_has_the_rules_that_are_given()
    {
        Assert.Equal(
            [new ErrorRateRule { Threshold = 0.5, Scope = WatchScope.Team, Window = TimeSpan.FromMinutes(1), MinRequests = 5, CoolDown = TimeSpan.FromHours(1) }, new ProviderDownRule(), new RunawayAgentRule(), new CacheRegressionRule()],
            Read("""[{"type": "error_rate", "threshold": 0.5, "scope": "team", "window": "1m", "min_requests": 5, "cooldown": "1h"}]"""));
        Assert.Empty(Read("""[{"type": "error_rate", "enabled": false}, {"type": "provider_down", "enabled": false}, {"type": "runaway_agent", "enabled": false}, {"type": "cache_regression", "enabled": false}]"""));
    }

    [Fact]
    public void Each_kind_has_its_settings()
    {
        Assert.Equal(
            [
                new LatencyRule { Threshold = 30, Quantile = 0.99, IsFirstToken = true, Window = TimeSpan.FromMinutes(10), MinRequests = 50 },
                new SpendRateRule { Threshold = 5, Window = TimeSpan.FromHours(1), Scope = WatchScope.Session, MinRequests = 1 },
                new SpendRateRule { Threshold = 5, Window = TimeSpan.FromHours(1), Scope = WatchScope.VirtualKey, MinRequests = 1 },
                new ProviderDownRule { Window = TimeSpan.FromSeconds(30), MinRequests = 3 },
                new RunawayAgentRule { InARow = 3, Calls = 9, Window = TimeSpan.FromMinutes(2), Stalled = 4 },
                new CacheRegressionRule { From = 0.8, To = 0.2, MinTokens = 1000, CacheLife = TimeSpan.FromHours(1) },
            ],
            Read("""
                [{"type": "error_rate", "enabled": false},
                 {"type": "latency", "threshold": 30, "quantile": 0.99, "of": "first_token", "window": "10m", "min_requests": 50, "scope": "all"},
                 {"type": "spend_rate", "threshold": 5, "window": "1h", "scope": ["session", "virtual_key"]},
                 {"type": "provider_down", "window": "30s", "min_requests": 3},
                 {"type": "runaway_agent", "in_a_row": 3, "calls": 9, "window": "2m", "stalled": 4},
                 {"type": "cache_regression", "from": 0.8, "to": 0.2, "min_tokens": 1000, "cache_life": "1h"}]
                """));
    }

    [Theory]
    [InlineData("""{"alert_rules": [{"type": "error_rates"}]}""", "alert_rules[0].type", "did you mean `error_rate`")]
    [InlineData("""{"alert_rules": [{}]}""", "alert_rules[0].type", "is required")]
    [InlineData("""{"alert_rules": [{"type": "latency"}]}""", "alert_rules[0].threshold", "seconds")]
    [InlineData("""{"alert_rules": [{"type": "spend_rate"}]}""", "alert_rules[0].threshold", "US dollars an hour")]
    [InlineData("""{"alert_rules": [{"type": "error_rate", "threshold": 20}]}""", "alert_rules[0].threshold", "from 0 to 1")]
    [InlineData("""{"alert_rules": [{"type": "error_rate", "scope": "teem"}]}""", "alert_rules[0].scope", "did you mean `team`")]
    [InlineData("""{"alert_rules": [{"type": "error_rate", "window": "soon"}]}""", "alert_rules[0].window", "length of time")]
    [InlineData("""{"alert_rules": [{"type": "latency", "threshold": 1, "of": "all"}]}""", "alert_rules[0].of", "first_token")]
    [InlineData("""{"alert_rules": [{"type": "runaway_agent", "in_a_row": 1}]}""", "alert_rules[0].in_a_row", "from 2 on")]
    [InlineData("""{"alert_rules": [{"type": "provider_down", "quantile": 1}]}""", "alert_rules[0].quantile", "has no effect")]
    public void What_is_wrong_is_said_with_its_path_and_the_fix(string json, string path, string fix)
    {
        var problem = Watched.Read(json).Problems[0];
        Assert.StartsWith(path, problem, StringComparison.Ordinal);
        Assert.Contains(fix, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_has_them_beside_who_is_told()
    {
        static IReadOnlyList<AlertRule> Of(string governance) => ConfigLoader.Parse(Encoding.UTF8.GetBytes($$"""{"governance": {{governance}}}"""), "test", _ => null).Config!.AlertRules;
        Assert.Empty(Of("{}"));
        Assert.Equal(5, Of("""{"alerts": [{"url": "https://hooks.example.com/"}]}""").Count);
        Assert.Equal([new ProviderDownRule { MinRequests = 3 }], Of("""{"alert_rules": [{"type": "provider_down", "min_requests": 3}]}""").OfType<ProviderDownRule>());
    }
}
