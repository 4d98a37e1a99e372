using Causeway.Core.Governance.Leases;

namespace Causeway.Core.Governance;

/// <summary>What was spent of one budget, and what is reserved. Not thread-safe: whoever reads or writes it holds the lock of its books.</summary>
/// <param name="budget">The budget.</param>
internal sealed class Account(Budget budget)
{
    private const decimal MostDollars = 1e12m;   // of one call; a provider's number may be anything
    private const long MostTokens = 1_000_000_000_000;

    private RollingSum? _rolling;
    private decimal _dollars;
    private long _tokens;
    private DateTimeOffset _start;
    private DateTimeOffset _end = DateTimeOffset.MinValue;
    private double _told;
    private DateTimeOffset _toldAll = DateTimeOffset.MinValue;   // until when nobody is told again that all is spent
    private bool _hasOtherWindow;

    /// <summary>The budget.</summary>
    public Budget Budget { get; private set; } = budget;

    /// <summary>US dollars spent in the window.</summary>
    public decimal Dollars => _rolling?.Dollars ?? _dollars;

    /// <summary>Tokens used in the window.</summary>
    public long Tokens => _rolling?.Tokens ?? _tokens;

    /// <summary>US dollars that calls in progress may still cost.</summary>
    public decimal ReservedDollars { get; private set; }

    /// <summary>Tokens that calls in progress may still use.</summary>
    public long ReservedTokens { get; private set; }

    /// <summary>Calls of the window whose cost is not known.</summary>
    public long Unrated { get; private set; }

    /// <summary>Calls of the window that cost or used more than was reserved for them.</summary>
    public long Overshoots { get; private set; }

    /// <summary>What this node may spend of it; null: it is the only one.</summary>
    public AccountLease? Lease { get; set; }

    /// <summary>Has it been filled from the ledger, or taken over from an earlier configuration?</summary>
    public bool IsLoaded { get; set; }

    /// <summary>When it was last looked at.</summary>
    public DateTimeOffset Seen { get; private set; }

    /// <summary>How much is spent: 1 is all of it.</summary>
    public double Share => Budget.ShareOf(Dollars, Tokens);

    /// <summary>Those who wait for its reservations, in their order.</summary>
    public LinkedList<Waiter> Waiters { get; } = [];

    /// <summary>Takes over another form of the budget. If the window is another one, all that is known to be spent counts for it.</summary>
    public void Change(Budget changed)
    {
        if (changed.Window != Budget.Window) (_hasOtherWindow, _toldAll) = (true, DateTimeOffset.MinValue);
        Budget = changed;
    }

    /// <summary>Begins the window anew if it is over. A clock that goes back begins nothing.</summary>
    public void Roll(DateTimeOffset now)
    {
        Seen = now;
        now = Clock(now);
        if (_hasOtherWindow || (Budget.Window.IsRolling && _rolling is null)) Convert(now);
        if (_rolling is not null)
        {
            if (_rolling.Roll(now)) _told = Math.Min(_told, Share);
        }
        else if (now >= _end)
        {
            (_start, _end) = (Budget.Window.StartOf(now), Budget.Window.NextReset(now));
            (_dollars, _tokens, _told, Unrated, Overshoots) = (0, 0, 0, 0, 0);
        }
    }

    /// <summary>The most tokens of output that a call may have, at most those that it asks for; less than 0 if not even its input fits.</summary>
    /// <param name="worst">The call.</param>
    /// <param name="withReserved">Beside all calls in progress; else as if they were over and had cost nothing.</param>
    public long OutputFor(in Worst worst, bool withReserved)
    {
        var output = worst.OutputTokens;
        if (Budget.Dollars is { } dollars && worst.InputDollars is { } input && (input > 0 || worst.OutputDollars > 0))   // what is free fits everywhere
        {
            var room = dollars - Dollars - input - (withReserved ? ReservedDollars : 0);
            if (withReserved && Lease is { } lease) room = Math.Min(room, lease.Room(Reserved).Dollars - input);
            if (room < 0) return -1;
            if (worst.OutputDollars * output > room) output = (long)(room / worst.OutputDollars);
        }

        if (Budget.Tokens is not { } tokens) return output;
        var left = tokens - Tokens - (withReserved ? ReservedTokens : 0);
        if (withReserved && Lease is not null) left = Math.Min(left, Lease.Room(Reserved).Tokens);
        return Math.Max(-1, Math.Min(output, left - worst.InputTokens));
    }

    /// <summary>Does it take nothing of the budget?</summary>
    public bool IsFree(in Worst worst) => Budget.Tokens is null && worst is { InputDollars: 0, OutputDollars: 0 };

    /// <summary>Where in the budget is counted what is spent at a moment; null: this node is the only one.</summary>
    public Booking? BookingAt(DateTimeOffset now)
    {
        if (Lease is null) return null;
        var (slot, ends) = Budget.Window.SlotOf(Clock(now));
        return new Booking(Budget.Id, slot, ends);
    }

    /// <summary>Reserves.</summary>
    public void Reserve(decimal dollars, long tokens) => (ReservedDollars, ReservedTokens) = (ReservedDollars + dollars, ReservedTokens + tokens);

    /// <summary>Gives a reservation back.</summary>
    public void Unreserve(decimal dollars, long tokens) => Reserve(-dollars, -tokens);

    /// <summary>Notes a call that cost more than its reservation.</summary>
    public void Overshoot() => Overshoots++;

    /// <summary>Notes a call whose cost nobody knows.</summary>
    public void NoteUnrated() => Unrated++;

    /// <summary>Books what was spent; the threshold that this passed, or null.</summary>
    public double? Book(decimal dollars, long tokens, DateTimeOffset now)
    {
        Roll(now);
        (dollars, tokens) = (Math.Clamp(dollars, 0, MostDollars), Math.Clamp(tokens, 0, MostTokens));
        Add(dollars, tokens, Clock(now));
        Lease?.Settle(new Amount(dollars, tokens));
        return Passed(now);
    }

    /// <summary>Takes over what its lease knows of all nodes, and what this one has spent since; the threshold that this passed, or null.</summary>
    public double? Refresh(DateTimeOffset now)
    {
        Roll(now);
        now = Clock(now);
        if (_rolling is not null) _rolling = new RollingSum(Budget.Window.Length);
        (_dollars, _tokens) = (0, 0);
        foreach (var use in Lease!.Uses.OrderBy(use => use.Slot))
        {
            if (use.Ends > now) Add(use.Used.Dollars, use.Used.Tokens, use.Slot);
        }

        var unreported = Lease.Unreported;   // less than nothing of what the ledger heard of before this account: it is about to be booked
        Add(unreported.Dollars, unreported.Tokens, now);
        _told = Math.Min(_told, Budget.ShareOf(Dollars - Math.Min(0, unreported.Dollars), Tokens - Math.Min(0, unreported.Tokens)));
        return Passed(now);
    }

    private double? Passed(DateTimeOffset now)
    {
        var (share, passed) = (Share, (double?)null);
        foreach (var threshold in Budget.Thresholds)
        {
            if (threshold > _told && share >= threshold) passed = threshold;
        }

        if (passed is { } told) _told = told;
        return passed >= 1 && !TellAll(now) ? null : passed;
    }

    /// <summary>A request was refused because of what is spent: does anybody want to be told that it is all, and has not been in this window?</summary>
    public bool Refuse(DateTimeOffset now)
    {
        Roll(now);
        return Budget.Thresholds is [.., >= 1] && TellAll(now);
    }

    /// <summary>Adds what the ledger knows of a minute.</summary>
    public void Load(decimal dollars, long tokens, DateTimeOffset minute, DateTimeOffset now)
    {
        if (minute >= Budget.Window.StartOf(now).AddMinutes(-1)) Roll(now);
        else return;
        if (_rolling is not null || minute >= _start) Add(Math.Clamp(dollars, 0, MostDollars), Math.Clamp(tokens, 0, MostTokens), minute);
        _told = Math.Max(_told, Budget.Thresholds.LastOrDefault(threshold => threshold <= Share));   // that was told before the start
    }

    /// <summary>How things stand.</summary>
    public BudgetStatus Status(DateTimeOffset now)
    {
        Roll(now);
        now = Clock(now);
        var others = Lease?.Others ?? default;
        var (start, end) = _rolling is null ? (_start, _end) : _rolling.First is { } first ? (first, first + Budget.Window.Length) : (now, now + Budget.Window.Length);
        return new BudgetStatus
        {
            Budget = Budget, Dollars = Dollars, Tokens = Tokens, ReservedDollars = ReservedDollars + others.Dollars, ReservedTokens = ReservedTokens + others.Tokens,
            Share = Share, ResetsAt = end, ReachedAt = Forecast(start, end, now), Unrated = Unrated, Overshoots = Overshoots,
        };
    }

    /// <summary>When there will be room for so much if nothing more is spent; null if there never will.</summary>
    public DateTimeOffset? FreeAt(decimal dollars, long tokens, DateTimeOffset now)
    {
        if (dollars > Budget.Dollars || tokens > Budget.Tokens) return null;
        now = Clock(now);
        return _rolling is null ? _end : _rolling.WhenGone(Dollars + dollars - (Budget.Dollars ?? decimal.MaxValue / 2), Tokens + tokens - (Budget.Tokens ?? long.MaxValue / 2)) ?? now;
    }

    private bool TellAll(DateTimeOffset now)
    {
        if (now < _toldAll) return false;
        _toldAll = _rolling is null ? _end : now + Budget.Window.Length;
        return true;
    }

    private Amount Reserved => new(ReservedDollars, ReservedTokens);

    /// <summary>Where several nodes share a budget, the database's clock is the one that counts.</summary>
    private DateTimeOffset Clock(DateTimeOffset now) => Lease is { } lease ? now + lease.Book.Offset : now;

    private void Add(decimal dollars, long tokens, DateTimeOffset at)
    {
        if (_rolling is not null) _rolling.Add(dollars, tokens, at);
        else (_dollars, _tokens) = (_dollars + dollars, _tokens + tokens);
    }

    private void Convert(DateTimeOffset now)
    {
        var (dollars, tokens) = (Dollars, Tokens);
        (_hasOtherWindow, _dollars, _tokens) = (false, 0, 0);
        _rolling = Budget.Window.IsRolling ? new RollingSum(Budget.Window.Length) : null;
        (_start, _end) = (Budget.Window.StartOf(now), Budget.Window.NextReset(now));
        if (dollars > 0 || tokens > 0) Add(dollars, tokens, now);
    }

    /// <summary>
    /// At the pace of the window so far, which is no more than a hundredth of it short: one call in the first minute of a month is no pace. Null if the
    /// window is over before.
    /// </summary>
    private DateTimeOffset? Forecast(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
    {
        if (Share >= 1) return now;
        if (Share <= 0 || end <= start) return null;
        var elapsed = Math.Max((now - start).TotalSeconds, (end - start).TotalSeconds / 100);
        var left = Math.Round(elapsed / Share * (1 - Share));
        return left < (end - now).TotalSeconds ? now.AddSeconds(left) : null;
    }
}
