using Causeway.Core.Upstream.Health;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Upstream;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    private static int SpendAll(RetryBudget budget)
    {
        var count = 0;
        while (budget.TrySpend()) count++;
        return count;
    }

    [Fact]
    public void What_is_saved_up_can_be_spent_and_no_more()
    {
        var budget = new RetryBudget(_time, share: 0.2);
        Assert.Equal(100, SpendAll(budget));
        Assert.False(budget.TrySpend());
    }

    [Fact]
    public void Each_request_earns_its_share()
    {
        var budget = new RetryBudget(_time, share: 0.25);
        SpendAll(budget);
        for (var i = 0; i < 3; i++) budget.Earn();
        Assert.False(budget.TrySpend());
        budget.Earn();
        Assert.True(budget.TrySpend());
        Assert.False(budget.TrySpend());
    }

    [Fact]
    public void Time_earns_ten_a_second_up_to_what_may_be_saved()
    {
        var budget = new RetryBudget(_time, share: 0);
        SpendAll(budget);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, SpendAll(budget));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(100, SpendAll(budget));
    }

    [Fact]
    public void Many_at_once_do_not_spend_more_than_there_is()
    {
        var budget = new RetryBudget(_time, share: 0);
        var spent = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (budget.TrySpend()) Interlocked.Increment(ref spent);
        });
        Assert.Equal(100, spent);
    }
}
