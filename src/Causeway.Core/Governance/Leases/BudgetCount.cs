using Causeway.Core.Authentication;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Leases;

/// <summary>Adds up what the ledger knows of budgets, by slots.</summary>
/// <param name="budgets">The budgets.</param>
/// <param name="now">The time.</param>
public sealed class BudgetCount(IReadOnlyList<Budget> budgets, DateTimeOffset now)
{
    private static readonly TimeSpan AlmostAMinute = TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1);

    private readonly AccountIndex _index = new([.. budgets.Select(budget => new Account(budget))]);
    private readonly SortedDictionary<(string Budget, DateTimeOffset Slot), BudgetUse> _uses = new(Comparer<(string Budget, DateTimeOffset Slot)>.Create(
        static (one, other) => string.CompareOrdinal(one.Budget, other.Budget) is not 0 and var order ? order : one.Slot.CompareTo(other.Slot)));

    /// <summary>From when on sums matter.</summary>
    public DateTimeOffset Since { get; } = budgets.Select(budget => budget.Window.StartOf(now)).DefaultIfEmpty(now).Min();

    /// <summary>What was found, in the order of budgets and slots.</summary>
    public IEnumerable<(string Budget, BudgetUse Use)> Uses => _uses.Select(use => (use.Key.Budget, use.Value));

    /// <summary>What tells whether a budget is still the one that was counted.</summary>
    public static string FormOf(Budget budget)
    {
        var (scope, window) = (budget.Scope, budget.Window);
        return string.Join('|', window.ToString(), window.Zone?.Id, scope.VirtualKey, scope.User, scope.Team, scope.Customer, scope.Provider, scope.Model);
    }

    /// <summary>Adds what was used in a minute. In a window that rolls it counts from the minute's end, so that nothing leaves too early.</summary>
    public void Add(LedgerSum sum)
    {
        var caller = new VirtualKey { Name = "", Id = sum.VirtualKey ?? "", Hash = default, TeamId = sum.Team, CustomerId = sum.Customer, UserId = sum.User };
        var used = new Amount(Math.Max(0, sum.Dollars), Math.Max(0, sum.InputTokens + sum.OutputTokens));
        foreach (var account in _index.Find(caller, sum.Provider, sum.Model))
        {
            var at = account.Budget.Window.IsRolling ? sum.Minute + AlmostAMinute : sum.Minute;
            var (slot, ends) = account.Budget.Window.SlotOf(at < now ? at : now);
            if (ends <= now) continue;
            var key = (account.Budget.Id, slot);
            _uses[key] = new BudgetUse(slot, ends, (_uses.TryGetValue(key, out var known) ? known.Used : default) + used);
        }
    }
}
