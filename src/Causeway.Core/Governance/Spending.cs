using System.Collections.Concurrent;
using Causeway.Core.Authentication;

namespace Causeway.Core.Governance;

/// <summary>What virtual keys have spent in the window of their budget, as far as this process has seen it. Thread-safe.</summary>
public sealed class Spending
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    /// <summary>Books what an exchange has cost, in US dollars.</summary>
    public void Add(VirtualKey key, decimal dollars, DateTimeOffset now)
    {
        if (key.Budget is not { } budget || dollars <= 0) return;
        var account = _accounts.GetOrAdd(key.Name, static _ => new Account());
        lock (account)
        {
            var start = budget.Window.StartOf(now);
            if (account.Start != start) (account.Start, account.Dollars) = (start, 0);
            account.Dollars += dollars;
        }
    }

    /// <summary>How much of its budget the key has spent: 1 is all of it; 0 if it has none.</summary>
    public double ShareOf(VirtualKey key, DateTimeOffset now)
    {
        if (key.Budget is not { } budget) return 0;
        if (budget.Dollars <= 0) return 1;   // nothing may be spent
        if (!_accounts.TryGetValue(key.Name, out var account)) return 0;
        lock (account) return account.Start == budget.Window.StartOf(now) ? (double)(account.Dollars / budget.Dollars) : 0;
    }

    private sealed class Account
    {
        public DateTimeOffset Start { get; set; }

        public decimal Dollars { get; set; }
    }
}
