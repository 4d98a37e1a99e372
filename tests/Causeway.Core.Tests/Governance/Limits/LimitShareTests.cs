using Causeway.Core.Governance.Limits;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Causeway.Core.Tests.Governance.Limits.Limited;

namespace Causeway.Core.Tests.Governance.Limits;

/// <summary>Limits that several nodes share.</summary>
public sealed class LimitShareTests
{
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Dictionary<(string, LimitKind, int), (long Share, long Used)> _shares = [];

    /// <summary>A trip of a node to the database.</summary>
    private void Trip(int node, LimitShares shares)
    {
        foreach (var (meter, share, ask) in shares.Ask(LimitBook.Ticks(_time), out var asked))
        {
            var others = _shares.Where(one => (one.Key.Item1, one.Key.Item2) == (ask.Limit, ask.Kind) && one.Key.Item3 != node).ToList();
            var granted = ShareDecision.Grant(ask, _shares.GetValueOrDefault((ask.Limit, ask.Kind, node)).Share, others.Sum(one => one.Value.Share));
            _shares[(ask.Limit, ask.Kind, node)] = (granted, ask.Used);
            Assert.InRange(granted + others.Sum(one => one.Value.Share), 0, ask.Most);
            lock (meter) share.Take(ask, new ShareReply(granted, others.Sum(one => one.Value.Used)), LimitBook.Ticks(_time));
            asked.TrySetResult();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_window_over_three_nodes_passes_the_limit_whatever_they_do(int seed)
    {
        const int Most = 20;
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, 3).Select(_ => Gateway(Of("all") with { Requests = Most, RequestWindow = TimeSpan.FromSeconds(10) })).ToList();
        var shares = nodes.ConvertAll(node => node.Limits.Share());
        var admitted = new List<DateTimeOffset>();
        for (var step = 0; step < 4000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(60)));
            var node = (step / 500 + (random.Next(4) == 0 ? 1 : 0)) % 3;   // most come to one, which changes
            using var exchange = await ByAsync(nodes[node], null);
            var asking = nodes[node].Limits.EnterAsync(exchange, _time).AsTask();
            if (!asking.IsCompleted) Trip(node, shares[node]);
            if (random.Next(20) == 0) Trip(random.Next(3) is var other ? other : 0, shares[other]);
            if (await asking is null) admitted.Add(_time.GetUtcNow());
            exchange.Limits!.Settle([]);
        }

        foreach (var first in admitted) Assert.InRange(admitted.Count(one => one >= first && one < first.AddSeconds(10)), 1, Most);
        var windows = (admitted[^1] - Noon).TotalSeconds / 10;
        Assert.InRange(admitted.Count, 0.8 * Most * windows, (windows + 1) * Most);
    }

    [Fact]
    public async Task Places_go_to_who_needs_them_and_come_back()
    {
        var (one, other) = (Gateway(Of("all") with { Concurrency = 3 }), Gateway(Of("all") with { Concurrency = 3 }));
        var (ofOne, ofOther) = (one.Limits.Share(), other.Limits.Share());
        var running = new List<Causeway.Core.Pipeline.Exchange>();
        for (var i = 0; i < 3; i++)
        {
            var exchange = await ByAsync(one, null);
            var asking = one.Limits.EnterAsync(exchange, _time).AsTask();
            Trip(0, ofOne);
            Assert.Null(await asking);
            running.Add(exchange);
        }

        Assert.Equal("rate_limited", await Ask(other, 1, ofOther));
        foreach (var exchange in running)
        {
            exchange.Limits!.Settle([]);
            exchange.Dispose();
        }

        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Trip(0, ofOne);
        }

        Assert.Null(await Ask(other, 1, ofOther));
        Assert.False(ofOne.IsActive);   // nothing is said any more of what is not used
    }

    [Fact]
    public async Task Without_the_database_a_node_goes_on_with_its_share_and_does_not_wait()
    {
        var node = Gateway(Of("all") with { Requests = 100, RequestWindow = TimeSpan.FromHours(1) });
        var shares = node.Limits.Share();
        for (var i = 0; i < 3; i++) Assert.Null(await Ask(node, 0, shares));
        Trip(0, shares);
        shares.IsAway = true;
        var more = 0;
        while (await AskAsync(node) is null) more++;
        Assert.InRange(more, 1, 10);

        async Task<string?> AskAsync(GatewayRuntime gateway)
        {
            using var exchange = await ByAsync(gateway, null);
            return (await gateway.Limits.EnterAsync(exchange, _time))?.Code;
        }
    }

    [Fact]
    public async Task The_keeper_asks_when_somebody_waits()
    {
        var node = Gateway(Of("all") with { Requests = 2, RequestWindow = TimeSpan.FromHours(1) });
        await using var keeper = new ShareKeeper(node.Limits, new Generous(), Guid.NewGuid(), Task.CompletedTask, TimeProvider.System, NullLogger<ShareKeeper>.Instance);
        using var exchange = await ByAsync(node, null);
        Assert.Null(await node.Limits.EnterAsync(exchange, TimeProvider.System));
    }

    private async Task<string?> Ask(GatewayRuntime gateway, int node, LimitShares shares)
    {
        using var exchange = await ByAsync(gateway, null);
        var asking = gateway.Limits.EnterAsync(exchange, _time).AsTask();
        if (!asking.IsCompleted) Trip(node, shares);
        return (await asking)?.Code;
    }

    private sealed class Generous : ILimitShareStore
    {
        public Task<IReadOnlyList<ShareReply>> ShareAsync(Guid holder, IReadOnlyList<ShareAsk> asks, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<ShareReply>>([.. asks.Select(ask => new ShareReply(ShareDecision.Grant(ask, 0, 0), 0))]);
    }
}
