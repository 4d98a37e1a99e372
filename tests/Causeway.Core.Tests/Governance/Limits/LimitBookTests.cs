using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Microsoft.Extensions.Time.Testing;
using static Causeway.Core.Tests.Governance.Limits.Limited;

namespace Causeway.Core.Tests.Governance.Limits;

public sealed class LimitBookTests
{
    private readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public async Task Requests_are_admitted_up_to_the_limit_and_again_when_the_first_is_out()
    {
        var gateway = Gateway(Of("all") with { Requests = 2, RequestWindow = TimeSpan.FromSeconds(10) });
        Assert.Null(await AskAsync(gateway, _time));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(await AskAsync(gateway, _time));
        using var third = await ByAsync(gateway, null);
        var error = gateway.Limits.Enter(third, _time)!;
        Assert.Equal((429, "request_limited", 6.0), (error.Status, error.Code, error.RetryAfterSeconds));
        Assert.Equal("rate limit 'all' (all requests) allows 2 requests in 10s and has none left. Please try again in 6s.", error.Message);
        _time.Advance(TimeSpan.FromTicks((6 * TimeSpan.TicksPerSecond) - 1));
        Assert.Equal("request_limited", await AskAsync(gateway, _time));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await AskAsync(gateway, _time));
        Assert.Equal("request_limited", await AskAsync(gateway, _time));
    }

    [Theory]
    [InlineData("virtual key", true)]
    [InlineData("team", true)]
    [InlineData("customer", true)]
    [InlineData("user", true)]
    [InlineData("key in team", true)]
    [InlineData("all", true)]
    [InlineData("other key", false)]
    [InlineData("other team", false)]
    [InlineData("key in other team", false)]
    public async Task A_limit_is_for_those_whom_its_scope_names(string whose, bool isMine)
    {
        var scope = whose switch
        {
            "virtual key" => new Scope { VirtualKey = "dev" },
            "team" => new Scope { Team = "web" },
            "customer" => new Scope { Customer = "acme" },
            "user" => new Scope { User = "ann" },
            "key in team" => new Scope { VirtualKey = "dev", Team = "web" },
            "other key" => new Scope { VirtualKey = "ops" },
            "other team" => new Scope { Team = "ops" },
            "key in other team" => new Scope { VirtualKey = "dev", Team = "ops" },
            _ => new Scope(),
        };
        var gateway = Gateway(Of("one", scope) with { Requests = 1 });
        Assert.Null(await AskAsync(gateway, _time, Dev));
        Assert.Equal(isMine ? "request_limited" : null, await AskAsync(gateway, _time, Dev));
        Assert.Equal(whose == "all" ? "request_limited" : null, await AskAsync(gateway, _time));
    }

    [Fact]
    public async Task What_a_group_may_do_its_members_share()
    {
        var gateway = Gateway(Of("team", new Scope { Team = "web" }) with { Requests = 2 });
        Assert.Null(await AskAsync(gateway, _time, Key("a") with { TeamId = "web" }));
        Assert.Null(await AskAsync(gateway, _time, Key("b") with { TeamId = "web" }));
        Assert.Equal("request_limited", await AskAsync(gateway, _time, Dev));
    }

    [Fact]
    public async Task All_limits_admit_a_request_or_none_counts_it()
    {
        var gateway = Gateway(
            Of("key", new Scope { VirtualKey = "dev" }) with { Requests = 10, Concurrency = 10, Tokens = 1_000_000 },
            Of("team", new Scope { Team = "web" }) with { Requests = 3 },
            Of("all") with { Requests = 10 });
        for (var i = 0; i < 3; i++) Assert.Null(await AskAsync(gateway, _time, Dev));
        var before = Used(gateway);
        for (var i = 0; i < 3; i++) Assert.Equal("request_limited", await AskAsync(gateway, _time, Dev));
        Assert.Equal(before, Used(gateway));
        Assert.Equal("all: Requests 3, 3 running; key: Requests 3, Tokens 1551, 3 running; team: Requests 3, 3 running", before);
    }

    [Fact]
    public async Task Of_several_limits_the_one_that_lasts_longest_is_told_and_the_tightest_shown()
    {
        var gateway = Gateway(
            Of("minute") with { Requests = 2, RequestWindow = TimeSpan.FromMinutes(1), InputTokens = 900 },
            Of("hour") with { Requests = 3, RequestWindow = TimeSpan.FromHours(1), Tokens = 100_000 },
            Of("day") with { Requests = 100, RequestWindow = TimeSpan.FromDays(1) });
        using var first = await ByAsync(gateway, null);
        Assert.Null(gateway.Limits.Enter(first, _time));
        Assert.Equal((new LimitGauge(2, 1, TimeSpan.FromMinutes(1)), new LimitGauge(900, 883, TimeSpan.FromMinutes(1))), (first.Limits!.Requests, first.Limits.Tokens));
        Assert.Null(await AskAsync(gateway, _time));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await AskAsync(gateway, _time));
        _time.Advance(TimeSpan.FromSeconds(15));
        var (permit, error) = await RefusalAsync(gateway);
        Assert.Equal("rate limit 'hour' (all requests) allows 3 requests in 1h and has none left. Please try again in 58m45s.", error!.Message);
        Assert.Equal(new LimitGauge(3, 0, TimeSpan.FromSeconds(3585)), permit.Requests);
    }

    [Fact]
    public async Task What_was_used_takes_the_place_of_what_was_expected()
    {
        var gateway = Gateway(Of("all") with { Tokens = 10_000, InputTokens = 5000, OutputTokens = 5000 });
        using var exchange = await ByAsync(gateway, null);
        Assert.Null(gateway.Limits.Enter(exchange, _time));
        Assert.Equal("all: Tokens 517, InputTokens 17, OutputTokens 500, 1 running", Used(gateway));
        exchange.Limits!.Settle(Trail(exchange, 100, 50));
        exchange.Limits.Settle(Trail(exchange, 100, 50));   // once is enough
        Assert.Equal("all: Tokens 150, InputTokens 100, OutputTokens 50, 0 running", Used(gateway));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("all: Tokens 0, InputTokens 0, OutputTokens 0, 0 running", Used(gateway));
    }

    [Theory]
    [InlineData(null, null, 500, 0, 0)]       // it failed: nothing was used
    [InlineData(null, null, 499, 17, 0)]      // it was cancelled: its prompt had been sent
    [InlineData(null, 7L, 499, 17, 7)]
    [InlineData(12L, 7L, 499, 12, 7)]
    public async Task Calls_that_nobody_waited_for_are_counted_and_calls_that_failed_are_not(long? input, long? output, int status, long countedInput, long countedOutput)
    {
        var gateway = Gateway(Of("all") with { InputTokens = 5000, OutputTokens = 5000 });
        using var exchange = await ByAsync(gateway, null);
        Assert.Null(gateway.Limits.Enter(exchange, _time));
        exchange.Limits!.Settle(Trail(exchange, input, output, status));
        Assert.Equal($"all: InputTokens {countedInput}, OutputTokens {countedOutput}, 0 running", Used(gateway));
    }

    [Fact]
    public async Task The_last_request_may_pass_a_limit_of_tokens_but_a_crowd_may_not()
    {
        var gateway = Gateway(Of("all") with { Tokens = 2000, TokenWindow = TimeSpan.FromHours(1) });
        var running = new List<Exchange>();
        while (await ByAsync(gateway, null) is var next && gateway.Limits.Enter(next, _time) is null) running.Add(next);
        Assert.Equal(4, running.Count);   // of 517 expected tokens each
        Assert.Equal(("token_limited", 1.0), (await RefusalAsync(gateway)) is (_, { } unknown) ? (unknown.Code, unknown.RetryAfterSeconds) : default);
        foreach (var exchange in running)
        {
            exchange.Limits!.Settle(Trail(exchange, 400, 200));
            exchange.Dispose();
        }

        _time.Advance(TimeSpan.FromMinutes(10));
        var (permit, error) = await RefusalAsync(gateway);
        Assert.Equal("rate limit 'all' (all requests) allows 2,000 tokens in 1h and has none left. Please try again in 50m0s.", error!.Message);
        Assert.Equal((3000.0, new LimitGauge(2000, 0, TimeSpan.FromMinutes(50))), (error.RetryAfterSeconds, permit.Tokens));
    }

    [Fact]
    public async Task What_answers_are_expected_to_have_is_learned_from_the_last_ones()
    {
        var gateway = Gateway(Of("all") with { OutputTokens = 1_000_000 });
        for (var i = 0; i < 60; i++)
        {
            using var exchange = await ByAsync(gateway, null);
            Assert.Null(gateway.Limits.Enter(exchange, _time));
            exchange.Limits!.Settle(Trail(exchange, 10, 4000));
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await AskAsync(gateway, _time));
        Assert.InRange(gateway.Limits.Status(_time)[0].Uses[0].Used, 3900, 4000);
    }

    [Fact]
    public async Task Requests_at_a_time_are_admitted_as_others_end()
    {
        var gateway = Gateway(Of("all") with { Concurrency = 1 });
        using var first = await ByAsync(gateway, null);
        Assert.Null(gateway.Limits.Enter(first, _time));
        var (_, error) = await RefusalAsync(gateway);
        Assert.Equal(("rate_limited", 1.0), (error!.Code, error.RetryAfterSeconds));
        Assert.Equal("rate limit 'all' (all requests) allows 1 request at a time and has no room. Please try again in 1s.", error.Message);
        first.Limits!.Settle([]);
        first.Limits.Settle([]);
        Assert.Null(await AskAsync(gateway, _time));
        Assert.Equal("rate_limited", await AskAsync(gateway, _time));   // settled twice, left once
    }

    [Fact]
    public async Task A_call_is_asked_of_the_limits_of_its_provider_and_model()
    {
        var gateway = Gateway(
            Of("openai", new Scope { Provider = "OpenAI" }) with { Requests = 2 },
            Of("mini", new Scope { Model = "*-mini" }) with { Requests = 1 },
            Of("dev at groq", new Scope { VirtualKey = "dev", Provider = "groq" }) with { Concurrency = 1 });
        using var exchange = await ByAsync(gateway, Dev);
        Assert.Null(gateway.Limits.Enter(exchange, _time));
        Assert.Null(exchange.Limits);   // none is the caller's own
        Assert.Null(Ask("openai/gpt-4o-mini", out _));
        Assert.Contains("'mini' (all requests, model '*-mini')", Ask("openai/gpt-4o-mini", out _), StringComparison.Ordinal);
        Assert.Contains("'mini'", Ask("groq/x-mini", out _), StringComparison.Ordinal);
        Assert.Null(Ask("openai/gpt-4o", out _));
        Assert.Contains("'openai'", Ask("openai/gpt-4o", out _), StringComparison.Ordinal);
        Assert.Null(Ask("groq/llama", out var held));
        Assert.Contains("'dev at groq'", Ask("groq/llama", out _), StringComparison.Ordinal);
        held!.Leave();
        Assert.Null(Ask("groq/llama", out _));
        exchange.Caller = null;
        Assert.Null(Ask("groq/llama", out var none));
        Assert.Null(none);

        string? Ask(string model, out LimitPermit? permit) => gateway.Limits.Enter(exchange, ModelResolver.Resolve(model, gateway).Value![0], _time, out permit)?.Message;
    }

    [Fact]
    public async Task A_reload_keeps_what_limits_of_the_same_id_have_counted()
    {
        RateLimit a = Of("a") with { Requests = 2 }, b = Of("b", new Scope { Team = "web" }) with { Requests = 9, Concurrency = 9, Tokens = 9000 };
        var gateway = Gateway(a, b);
        using var running = await ByAsync(gateway, Dev);
        Assert.Null(gateway.Limits.Enter(running, _time));
        var reloaded = Gateway(gateway, b with { Requests = 1, Tokens = 8000, Concurrency = 5 }, a with { Requests = 5 }, Of("c") with { Requests = 1 });
        Assert.Equal("a: Requests 1, 1 running; b: Requests 1, Tokens 517, 1 running; c: Requests 0, 0 running", Used(reloaded));
        Assert.Equal("request_limited", await AskAsync(reloaded, _time, Dev));
        running.Limits!.Settle(Trail(running, 20, 10));   // of the old configuration, counted in the new
        Assert.Equal("a: Requests 1, 0 running; b: Requests 1, Tokens 30, 0 running; c: Requests 0, 0 running", Used(reloaded));
        Assert.Equal("a: Requests 0, 0 running", Used(Gateway(reloaded, Of("a", new Scope { Team = "web" }) with { Requests = 5 })));   // another scope: another limit
    }

    [Fact]
    public async Task Without_limits_a_request_costs_nothing()
    {
        var gateway = Gateway();
        using var exchange = await ByAsync(gateway, Dev);
        gateway.Limits.Enter(exchange, _time);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) gateway.Limits.Enter(exchange, _time);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Null(exchange.Limits);
    }

    [Fact]
    public async Task Idle_meters_give_their_memory_back()
    {
        const int Keys = 2000;
        VirtualKey[] keys = [.. Enumerable.Range(0, Keys).Select(i => Key($"k{i}"))];
        var gateway = Gateway([.. keys.Select(key => Of(key.Id, new Scope { VirtualKey = key.Id }) with { Requests = 100_000 })]);
        using var exchange = await ByAsync(gateway, null);
        foreach (var key in keys)
        {
            for (var second = 0; second < 60; second++) Enter(key, new FakeTimeProvider(Noon.AddSeconds(second)));
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < Keys * 8; i++) Enter(keys[0], _time);   // one that goes on is enough
        long[] goesOn = [Allocates(keys[0]), Allocates(keys[0]), Allocates(keys[0])], wasIdle = [.. keys[1..].Select(Allocates)];
        Assert.All(wasIdle, bytes => Assert.True(bytes >= goesOn.Min() + 64, "memory anew, for four entries of 16 bytes"));

        long Allocates(VirtualKey key)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Enter(key, _time);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Enter(VirtualKey key, TimeProvider time)
        {
            exchange.Caller = key;
            gateway.Limits.Enter(exchange, time);
            exchange.Limits!.Settle([]);
        }
    }

    [Fact]
    public async Task Threads_together_are_admitted_as_often_as_one_and_leave_nothing_behind()
    {
        const int Threads = 8;
        var gateway = Gateway(
            Of("all") with { Requests = 5000, RequestWindow = TimeSpan.FromHours(1), Concurrency = 4, Tokens = 1_000_000_000, TokenWindow = TimeSpan.FromHours(1) },
            Of("team", new Scope { Team = "web" }) with { Requests = 3000, RequestWindow = TimeSpan.FromHours(1) },
            Of("ann", new Scope { User = "ann" }) with { Requests = 1_000_000, RequestWindow = TimeSpan.FromHours(1), Concurrency = 3 });
        var exchanges = new Exchange[Threads];
        for (var i = 0; i < Threads; i++) exchanges[i] = await ByAsync(gateway, i % 2 == 0 ? Dev : null);
        var (admitted, running, most) = (new int[2], 0, 0);
        var threads = Array.ConvertAll(exchanges, exchange => new Thread(() =>
        {
            for (var tries = 0; tries < 20_000; tries++)
            {
                if (gateway.Limits.Enter(exchange, TimeProvider.System) is not null) continue;
                var now = Interlocked.Increment(ref running);
                for (var seen = most; now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen;) seen = most;
                Interlocked.Increment(ref admitted[exchange.Caller is null ? 0 : 1]);
                Interlocked.Decrement(ref running);
                exchange.Limits!.Settle(Trail(exchange, 3, 1));
            }
        }));
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(5000, admitted.Sum());
        Assert.InRange(admitted[1], 1, 3000);
        Assert.InRange(most, 1, 4);
        var all = gateway.Limits.Status(TimeProvider.System).Single(one => one.Limit.Id == "all");
        Assert.Equal(5000L * 4, all.Uses.Single(use => use.Kind == LimitKind.Tokens).Used);
        Assert.All(gateway.Limits.Status(TimeProvider.System), status => Assert.Equal(0, status.Running));
    }

    private async Task<(LimitPermit Permit, Dialects.Canonical.GatewayError? Error)> RefusalAsync(Core.Upstream.GatewayRuntime gateway)
    {
        using var exchange = await ByAsync(gateway, null);
        var error = gateway.Limits.Enter(exchange, _time);
        return (exchange.Limits!, error);
    }

    private string Used(Core.Upstream.GatewayRuntime gateway) => string.Join("; ", gateway.Limits.Status(_time).OrderBy(status => status.Limit.Id, StringComparer.Ordinal)
        .Select(status => $"{status.Limit.Id}: {string.Concat(status.Uses.Select(use => $"{use.Kind} {use.Used}, "))}{status.Running} running"));
}
