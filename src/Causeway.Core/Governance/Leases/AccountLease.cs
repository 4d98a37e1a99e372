namespace Causeway.Core.Governance.Leases;

/// <summary>
/// What this node may spend of a budget, and what is known of all nodes. It outlives the account, so that a budget which goes and comes back is not
/// counted twice. Whoever reads or writes it holds the lock of the books.
/// </summary>
/// <param name="book">Where it belongs.</param>
internal sealed class AccountLease(LeaseBook book)
{
    private readonly Dictionary<DateTimeOffset, BudgetUse> _uses = [];
    private Amount _asked;   // what was reserved since the beginning, whatever came of it
    private (long Time, Amount Asked) _last;
    private (long Time, Amount Asked) _before;

    /// <summary>Where it belongs.</summary>
    public LeaseBook Book => book;

    /// <summary>What the node may have spent since the beginning of its life.</summary>
    public Amount Granted { get; set; }

    /// <summary>What it has spent since then.</summary>
    public Amount Settled { get; private set; }

    /// <summary>What other nodes hold, as last known.</summary>
    public Amount Others { get; private set; }

    /// <summary>What of its own spending was not in the ledger when <see cref="Uses"/> were read; less than nothing if the ledger was faster.</summary>
    public Amount Unreported { get; private set; }

    /// <summary>What all nodes have used, as last known.</summary>
    public IEnumerable<BudgetUse> Uses => _uses.Values;

    /// <summary>What the node may spend beside what it has spent and reserved.</summary>
    public Amount Room(Amount reserved) => Granted - Settled - reserved;

    /// <summary>The node has spent so much.</summary>
    public void Settle(Amount spent) => Settled += spent;

    /// <summary>A call has reserved so much.</summary>
    public void Reserve(Amount reserved) => _asked += reserved;

    /// <summary>What calls have reserved in the last one or two seconds: with as much at hand, as many more need not ask.</summary>
    public Amount Pace(long now, long second)
    {
        if (now - _last.Time >= second) (_before, _last) = (now - _last.Time >= 2 * second ? (now, _asked) : _last, (now, _asked));
        return _asked - _before.Asked;
    }

    /// <summary>Takes over what the database says.</summary>
    public void Learn(LeaseStanding standing, DateTimeOffset now)
    {
        foreach (var use in standing.Uses) _uses[use.Slot] = use;
        foreach (var use in standing.Uses.Count > 0 ? _uses.Values.Where(use => use.Ends <= now).ToList() : []) _uses.Remove(use.Slot);
        (Others, Unreported) = (standing.Others, Settled - standing.Reported);
    }
}
