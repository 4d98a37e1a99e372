using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Routing;

public sealed class BalanceTests
{
    private static GatewayRuntime Two(string balance, string weights = "1,1") => Routed.Rules($$"""
        {"to":[{"provider":"openai","model":"a","weight":{{weights.Split(',')[0]}}},{"provider":"groq","model":"b","weight":{{weights.Split(',')[1]}}}],"balance":"{{balance}}"}
        """);

    private static async Task<Dictionary<string, int>> CountAsync(GatewayRuntime gateway, int requests, Func<int, (string, string)[]> headers)
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < requests; i++)
        {
            using var exchange = await Routed.RunAsync(gateway, Routed.Hello, headers(i));
            Assert.Equal(2, exchange.Candidates.Count);
            var first = exchange.Candidates[0].ToString();
            counts[first] = counts.GetValueOrDefault(first) + 1;
        }

        return counts;
    }

    private static (string, string)[] Session(int i) => [("x-session-id", $"session-{i}")];

    private static void Load(GatewayRuntime gateway, string provider, string model, int requests, double? milliseconds = null)
    {
        for (var i = 0; i < requests; i++) gateway.Find(provider)!.Health.Begin(model);
        if (milliseconds is not { } latency) return;
        var load = gateway.Find(provider)!.Health.Begin(model);
        load.Answered(TimeSpan.FromMilliseconds(latency));
        load.End();
    }

    [Fact]
    public async Task Without_weights_targets_are_taken_in_their_order()
    {
        var gateway = Routed.Rules("""{"to":["groq/b","openai/a"]}""");
        for (var i = 0; i < 20; i++) Assert.Equal("groq/b, openai/a", await Routed.OutcomeAsync(gateway, Routed.Hello, Session(i)));
    }

    [Fact]
    public async Task Weights_share_sessions_out_and_each_session_stays()
    {
        var gateway = Two("weighted", "0.8,0.2");
        var counts = await CountAsync(gateway, 2000, Session);
        Assert.InRange(counts["openai/a"], 1520, 1680);
        for (var i = 0; i < 50; i++)
        {
            var first = await Routed.OutcomeAsync(gateway, Routed.Hello, Session(i));
            Assert.Equal(first, await Routed.OutcomeAsync(Two("weighted", "0.8,0.2"), Routed.Hello, Session(i)));   // on another node, too
        }
    }

    [Theory]
    [InlineData("x-claude-code-session-id", "0a1b", "")]
    [InlineData("x-session-id", "0a1b", "")]
    [InlineData(null, null, ""","metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"0a1b\"}"}""")]
    [InlineData(null, null, ""","metadata":{"user_id":"user_d_account__session_0a1b"}""")]
    [InlineData(null, null, ""","metadata":{"session_id":"0a1b"}""")]
    [InlineData(null, null, ""","prompt_cache_key":"0a1b" """)]
    public async Task A_session_is_the_same_however_the_client_names_it(string? header, string? value, string more)
    {
        var gateway = Routed.Rules("""{"to":[{"provider":"openai","model":"a","weight":1},{"provider":"groq","model":"b","weight":1},{"provider":"gemini","model":"c","weight":1},{"provider":"anthropic","model":"d","weight":1}]}""");
        (string, string)[] headers = header is null ? [] : [(header, value!)];
        var named = await Routed.OutcomeAsync(gateway, Routed.Hello, ("x-session-id", "0a1b"));
        for (var i = 0; i < 10; i++)
        {
            using var exchange = await Routed.RunAsync(gateway, Routed.Hello[..^1] + more + "}", headers);
            Assert.Equal(named, exchange.Outcome());
            Assert.Contains("by weight, for its session", exchange.Why);
        }
    }

    [Theory]
    [InlineData("weighted")]
    [InlineData("least-busy")]
    [InlineData("fastest")]
    public async Task A_target_of_weight_0_is_the_last_to_be_asked(string balance)
    {
        var gateway = Two(balance, "1,0");
        Load(gateway, "openai", "a", 50, 5000);
        Load(gateway, "groq", "b", 0, 1);
        Assert.Equal(200, (await CountAsync(gateway, 200, _ => []))["openai/a"]);
    }

    [Fact]
    public async Task The_less_busy_of_two_is_taken()
    {
        var gateway = Two("least-busy");
        Load(gateway, "openai", "a", 1);
        var counts = await CountAsync(gateway, 100, _ => []);
        Assert.Equal(100, counts["groq/b"]);
        Load(gateway, "groq", "b", 2);
        Assert.Equal(100, (await CountAsync(gateway, 100, _ => []))["openai/a"]);
    }

    [Fact]
    public async Task The_faster_of_two_is_taken_but_for_a_few_draws_that_find_out_what_has_changed()
    {
        var gateway = Two("fastest");
        Load(gateway, "openai", "a", 0, 900);
        Assert.InRange((await CountAsync(gateway, 400, _ => [])).GetValueOrDefault("groq/b"), 380, 400);    // nobody knows it yet
        Load(gateway, "groq", "b", 0, 300);
        var counts = await CountAsync(gateway, 4000, _ => []);
        Assert.InRange(counts["openai/a"], 5, 90);    // half of one in 64
    }

    [Fact]
    public async Task A_session_leaves_its_target_only_for_one_that_is_better_by_far()
    {
        var gateway = Two("fastest");
        Load(gateway, "openai", "a", 0, 500);
        var before = await CountAsync(gateway, 200, Session);
        Load(gateway, "groq", "b", 0, 300);
        Assert.Equal(before, await CountAsync(gateway, 200, Session));
        for (var i = 0; i < 20; i++) Load(gateway, "openai", "a", 0, 1000);
        Assert.Equal(200, (await CountAsync(gateway, 200, Session))["groq/b"]);

        var busy = Two("least-busy");
        Load(busy, "openai", "a", 4);
        Assert.InRange((await CountAsync(busy, 200, Session))["openai/a"], 60, 140);
        Load(busy, "openai", "a", 1);
        Assert.Equal(200, (await CountAsync(busy, 200, Session))["groq/b"]);
    }

    [Theory]
    [InlineData("least-busy")]
    [InlineData("fastest")]
    public async Task What_rests_is_not_preferred_and_if_all_rest_they_are_asked_all_the_same(string balance)
    {
        var gateway = Two(balance);
        var down = new GatewayError(ErrorKind.UpstreamUnavailable, "down") { RetryAfterSeconds = 600 };
        Load(gateway, "groq", "b", 9, 900);
        gateway.Find("openai")!.Health.Failed("a", null, down);
        Assert.Equal(50, (await CountAsync(gateway, 50, Session))["groq/b"]);
        gateway.Find("groq")!.Health.Failed("b", null, down);
        Assert.Equal(50, (await CountAsync(gateway, 50, Session)).Values.Sum());
    }

    [Fact]
    public async Task The_load_of_a_star_is_that_of_the_model_asked_for()
    {
        var gateway = Routed.Rules("""{"to":["openai/*","groq/*"],"balance":"least-busy"}""");
        Load(gateway, "openai", "gpt-4o", 3);
        for (var i = 0; i < 20; i++) Assert.Equal("groq/gpt-4o, openai/gpt-4o", await Routed.OutcomeAsync(gateway));
    }

    [Fact]
    public async Task Aliases_are_balanced_alike_and_say_so()
    {
        var gateway = Routed.Gateway("""
            "model_aliases":{"smart":{"to":[{"provider":"openai","model":"a","weight":1},{"provider":"openai","model":"a","weight":3},{"provider":"groq","model":"b","weight":0}],"balance":"least-busy"}}
            """);
        using var exchange = await Routed.RunAsync(gateway, Routed.Hello.Replace("openai/gpt-4o", "Smart", StringComparison.Ordinal));
        Assert.Equal("openai/a, groq/b", exchange.Outcome());
        Assert.Equal(["alias smart", "least busy"], exchange.Why);
    }
}
