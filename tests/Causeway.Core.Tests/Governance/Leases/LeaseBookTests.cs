using Causeway.Core.Governance;

namespace Causeway.Core.Tests.Governance.Leases;

/// <summary>Books whose budgets several nodes share.</summary>
public sealed class LeaseBookTests
{
    private readonly Pool _pool = new();

    private static Budget Of(string id, decimal? dollars, string window = "monthly", long? tokens = null) => BooksTests.Of(id, dollars, window: window, tokens: tokens);

    [Fact]
    public async Task A_call_waits_for_its_part_and_the_next_ones_have_some_at_hand()
    {
        var node = _pool.Add(Of("b", 16));
        var first = node.ReserveAsync(0.1m);
        Assert.False(first.IsCompleted);
        node.Trip();
        node.Settle(await first, 0.04m);
        _pool.Time.Advance(TimeSpan.FromSeconds(1));
        node.Trip();
        Assert.Equal(0.14m, node.Holds("b").Dollars);   // what was spent and is not reported, and as much as calls reserved lately
        var second = node.ReserveAsync(0.1m);
        Assert.True(second.IsCompleted);
        (await second).Reservation!.Dispose();
        node.Report();
        Assert.Equal((0.04m, 0.1m), (_pool.Used("b").Dollars, node.Holds("b").Dollars));
    }

    [Fact]
    public async Task An_idle_node_gives_back_what_it_holds()
    {
        var node = _pool.Add(Of("b", 1));
        var call = node.ReserveAsync(0.5m);
        node.Trip();
        Assert.Equal(0.5m, node.Holds("b").Dollars);
        (await call).Reservation!.Dispose();
        for (var second = 0; second < 3; second++)
        {
            _pool.Time.Advance(TimeSpan.FromSeconds(1));
            node.Trip();
        }

        Assert.Equal(0, node.Holds("b").Dollars);
    }

    [Fact]
    public async Task What_another_holds_is_waited_for_and_what_another_spent_is_refused_for_good()
    {
        var (one, other) = (_pool.Add(Of("b", 1)), _pool.Add(Of("b", 1)));
        var held = one.ReserveAsync(0.9m);
        one.Trip();
        var waits = other.ReserveAsync(0.5m);
        other.Trip();
        Assert.False(waits.IsCompleted);
        Assert.Equal(0.9m, other.Status("b").ReservedDollars);
        one.Settle(await held, 0.3m);
        one.Report();
        one.Trip();
        for (var second = 0; second < 3 && !waits.IsCompleted; second++)
        {
            _pool.Time.Advance(TimeSpan.FromSeconds(1));
            one.Trip();
            other.Trip();
        }

        other.Settle(await waits, 0.5m);
        other.Report();
        var over = one.ReserveAsync(0.4m);   // what it knows is old: it looks first
        Assert.False(over.IsCompleted);
        one.Trip();
        Assert.Equal((RefusalKind.Over, 0.8m), ((await over).Refusal!.Kind, (await over).Refusal!.Dollars));
        Assert.Equal(RefusalKind.Over, (await one.ReserveAsync(0.4m)).Refusal!.Kind);   // it knows now
        one.Trip();
        other.Trip();
        Assert.Equal((0.8m, 0.8m), (one.Status("b").Dollars, other.Status("b").Dollars));
    }

    [Fact]
    public async Task Who_waits_in_vain_for_others_is_told_to_come_again()
    {
        var (one, other) = (_pool.Add(Of("b", 1)), _pool.Add(Of("b", 1)));
        var held = one.ReserveAsync(0.9m);
        one.Trip();
        var waits = other.ReserveAsync(0.5m);
        other.Trip();
        _pool.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((429, "budget_reserved"), ((await waits).Refusal!.ToError().Status, (await waits).Refusal!.ToError().Code));
        other.Trip();
        Assert.Equal(0, other.Holds("b").Dollars);
        (await held).Reservation!.Dispose();
    }

    [Fact]
    public async Task Two_nodes_that_each_hold_half_of_what_a_call_needs_do_not_wait_for_each_other()
    {
        var (one, other) = (_pool.Add(Of("b", 1)), _pool.Add(Of("b", 1)));
        foreach (var node in (Node[])[one, other])
        {
            var call = node.ReserveAsync(0.5m);
            node.Trip();
            node.Settle(await call, 0.05m);
            node.Report();
        }

        Assert.Equal((0.45m, 0.45m), (one.Holds("b").Dollars, other.Holds("b").Dollars));
        var (first, second) = (one.ReserveAsync(0.6m), other.ReserveAsync(0.6m));
        one.Trip();
        other.Trip();
        one.Trip();
        var (done, open) = first.IsCompleted ? (first, second) : (second, first);
        Assert.NotNull((await done).Reservation);
        Assert.False(open.IsCompleted);
    }

    [Fact]
    public async Task Calls_of_two_budgets_get_both_or_neither()
    {
        Budget[] both = [Of("a", 1), BooksTests.Of("m", 1, new Scope { Model = "gpt-4o" })];
        var (one, other) = (_pool.Add(both), _pool.Add(both));
        var taken = one.ReserveAsync(0.8m, model: "other");   // of the first only
        one.Trip();
        var waits = other.ReserveAsync(0.5m);
        other.Trip();
        Assert.False(waits.IsCompleted);
        Assert.Equal((0m, 0m), (other.Holds("a").Dollars, other.Holds("m").Dollars));
        (await taken).Reservation!.Dispose();
        _pool.Time.Advance(TimeSpan.FromSeconds(3));
        one.Trip();
        _pool.Time.Advance(TimeSpan.FromSeconds(3));
        one.Trip();
        other.Trip();
        Assert.NotNull((await waits).Reservation);
    }

    [Fact]
    public async Task What_is_too_much_is_lowered_to_what_is_left_over_all_nodes()
    {
        var (one, other) = (_pool.Add(Of("b", 1)), _pool.Add(Of("b", 1)));
        var spent = one.ReserveAsync(0.6m);
        one.Trip();
        one.Settle(await spent, 0.6m);
        one.Report();
        var lowered = other.ReserveAsync(new Worst(0.1m, 0.001m, 100, 1000) { LeastOutput = 100 });
        other.Trip();
        other.Trip();
        Assert.Equal((300, true), ((await lowered).Reservation!.OutputTokens, (await lowered).Reservation!.IsLowered));
    }

    [Fact]
    public async Task Without_contact_nothing_hard_is_spent_and_what_is_soft_or_free_is()
    {
        var node = _pool.Add(Of("b", 1), Of("soft", 1) with { IsHard = false });
        var call = node.ReserveAsync(0.5m);
        node.Trip();
        node.Settle(await call, 0.1m);
        _pool.Time.Advance(TimeSpan.FromSeconds(44));
        Assert.NotNull((await node.ReserveAsync(0.2m)).Reservation);   // of what it holds
        var waits = node.ReserveAsync(0.5m);
        _pool.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(node.Fail());
        Assert.Equal((503, "budget_store_unavailable", false), ((await waits).Refusal!.ToError().Status, (await waits).Refusal!.ToError().Code, (await waits).Refusal!.ToError().IsFinal));
        Assert.Equal(RefusalKind.CutOff, (await node.ReserveAsync(0.01m)).Refusal!.Kind);
        Assert.NotNull((await node.ReserveAsync(0)).Reservation);
        var soft = _pool.Add(Of("soft", 1) with { IsHard = false });
        _pool.Time.Advance(TimeSpan.FromMinutes(5));
        soft.Settle(await soft.ReserveAsync(5), 5);
        node.Trip();
        var again = node.ReserveAsync(0.1m);
        node.Trip();
        Assert.NotNull((await again).Reservation);   // without a restart
    }

    [Fact]
    public async Task A_lease_that_was_taken_back_is_not_used_and_what_was_spent_of_it_is_paid_first()
    {
        var (one, other) = (_pool.Add(Of("b", 1)), _pool.Add(Of("b", 1)));
        var call = one.ReserveAsync(0.5m);
        one.Trip();
        one.Settle(await call, 0.2m);   // not reported
        one.Granted["b"] = one.Reported.GetValueOrDefault("b");   // another node has seen that it is gone
        var rest = other.ReserveAsync(0.7m);
        other.Trip();
        Assert.NotNull((await rest).Reservation);
        one.Trip();
        var next = one.ReserveAsync(0.2m);
        one.Trip();
        Assert.False(next.IsCompleted);   // 0.2 are spent, 0.7 are held by the other: 0.1 are left
        (await rest).Reservation!.Dispose();
        _pool.Time.Advance(TimeSpan.FromSeconds(3));
        other.Trip();
        _pool.Time.Advance(TimeSpan.FromSeconds(3));
        other.Trip();
        one.Trip();
        Assert.NotNull((await next).Reservation);
    }

    [Fact]
    public async Task While_it_asks_a_node_uses_no_more_than_it_keeps()
    {
        var node = _pool.Add(Of("b", 1));
        var call = node.ReserveAsync(0.5m);
        node.Trip();
        (await call).Reservation!.Dispose();
        _pool.Time.Advance(TimeSpan.FromSeconds(5));
        Task<ReserveOutcome>? late = null;
        node.Trip();
        node.Trip(between: () => late = node.ReserveAsync(0.4m));   // it gives all back in that moment
        Assert.False(late!.IsCompleted);
        node.Trip();
        Assert.NotNull((await late).Reservation);
    }

    [Fact]
    public async Task Thresholds_shares_and_status_are_of_all_nodes_and_of_the_databases_clock()
    {
        _pool.Ahead = TimeSpan.FromDays(10);   // in another month
        var budget = Of("b", 1) with { Thresholds = [0.5] };
        var (one, other) = (_pool.Add(budget), _pool.Add(budget));
        foreach (var node in (Node[])[one, other])
        {
            var call = node.ReserveAsync(0.3m);
            node.Trip();
            node.Settle(await call, 0.3m);
            node.Report();
        }

        Assert.Empty(one.Alerts);
        one.Trip();
        other.Trip();
        one.Trip();
        Assert.Equal((0.6m, 0.6, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), (one.Status("b").Dollars, one.Books.ShareOf(null, _pool.Time.GetUtcNow()), one.Status("b").ResetsAt));
        Assert.Equal(0.5, Assert.Single(one.Alerts).Threshold);
        Assert.Equal(0.5, Assert.Single(other.Alerts).Threshold);
    }

    [Fact]
    public async Task What_was_spent_leaves_a_rolling_window_for_all_nodes()
    {
        var (one, other) = (_pool.Add(Of("b", 1, "1h")), _pool.Add(Of("b", 1, "1h")));
        var call = one.ReserveAsync(0.9m);
        one.Trip();
        one.Settle(await call, 0.9m);
        one.Report();
        other.Trip();
        Assert.Equal(RefusalKind.Over, (await other.ReserveAsync(0.5m)).Refusal!.Kind);
        _pool.Time.Advance(TimeSpan.FromMinutes(61.1));
        other.Trip();
        var next = other.ReserveAsync(0.5m);
        other.Trip();
        Assert.NotNull((await next).Reservation);
    }

    [Fact]
    public async Task A_node_that_ends_keeps_nothing_but_what_it_has_not_reported()
    {
        var node = _pool.Add(Of("b", 1, tokens: 1000));
        var call = node.ReserveAsync(0.5m, 100);
        node.Trip();
        node.Settle(await call, 0.2m, 50);
        node.Trip(isLast: true);
        Assert.Equal((0.2m, 50), (node.Holds("b").Dollars, node.Holds("b").Tokens));
        node.Report();
        Assert.Equal((0m, 0, 0.2m, 50), (node.Holds("b").Dollars, node.Holds("b").Tokens, _pool.Used("b").Dollars, _pool.Used("b").Tokens));
    }
}
