using Causeway.Core.Authentication;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance;

/// <summary>
/// All budgets of a configuration, and what is spent and reserved of each. A call reserves the most that it may cost on every budget that covers it, on
/// all or on none, and settles afterwards what it did cost: what is spent and what is reserved are together never more than a hard budget, however many
/// calls run at a time. Thread-safe; one short lock.
/// </summary>
public sealed class Books
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly AccountIndex _index;
    private readonly BooksLine _line;

    /// <summary>Opens the books; what was spent, reserved and waited for under the ids of <paramref name="previous"/> goes on.</summary>
    public Books(IReadOnlyList<Budget> budgets, Books? previous = null)
    {
        _line = previous?._line ?? new BooksLine();
        lock (_line.Gate)
        {
            foreach (var budget in budgets)
            {
                if (previous?._accounts.TryGetValue(budget.Id, out var account) != true) account = new Account(budget);
                else account!.Change(budget);
                account.Lease = Leases?.Of(budget.Id);
                _accounts[budget.Id] = account;
            }

            _index = new AccountIndex(_accounts.Values);
        }
    }

    /// <summary>Are there no budgets at all?</summary>
    public bool IsEmpty => _accounts.Count == 0;

    /// <summary>The budgets.</summary>
    internal IEnumerable<Budget> Budgets => _accounts.Values.Select(account => account.Budget);

    /// <summary>What this node may spend; null: it is the only one.</summary>
    internal LeaseBook? Leases => _line.Leases;

    /// <summary>Told of each threshold that a budget passes, outside the lock; it goes on when the configuration changes.</summary>
    public Action<BudgetAlert>? Alert
    {
        get => _line.Alert;
        set => _line.Alert = value;
    }

    /// <summary>Does any budget cover such a call?</summary>
    public bool Covers(VirtualKey? caller, string provider, string model) => _index.Find(caller, provider, model).Length > 0;

    /// <summary>Sets aside the most that a call may cost; null, and why, if a hard budget does not allow it, or others wait for it already.</summary>
    /// <param name="caller">The client's virtual key, if it has one.</param>
    /// <param name="provider">The provider's configured name.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="worst">The most that it may use; its output is lowered, as far as it says, to what the budgets have left.</param>
    /// <param name="now">The time.</param>
    /// <param name="refusal">Why not.</param>
    public Reservation? Reserve(VirtualKey? caller, string provider, string model, Worst worst, DateTimeOffset now, out BudgetRefusal? refusal)
    {
        var accounts = _index.Find(caller, provider, model);
        lock (_line.Gate)
        {
            var outcome = BooksLine.Decide(this, accounts, worst, Name(provider, model), now, null, 0, out _);
            refusal = outcome.Refusal;
            return outcome.Reservation;
        }
    }

    /// <summary>
    /// The same, but a call for which there is no room only because of others waits for them to settle, in the order of arrival. When
    /// <paramref name="patience"/> has run out, it is refused.
    /// </summary>
    public ValueTask<ReserveOutcome> ReserveAsync(
        VirtualKey? caller, string provider, string model, Worst worst, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        var accounts = _index.Find(caller, provider, model);
        lock (_line.Gate)
        {
            var arrived = Leases?.Timestamp ?? 0;
            var outcome = BooksLine.Decide(this, accounts, worst, Name(provider, model), time.GetUtcNow(), null, arrived, out var blocking);
            if (blocking is null || patience <= TimeSpan.Zero) return ValueTask.FromResult(outcome);
            var waiter = new Waiter(this, accounts, worst, Name(provider, model)) { At = blocking, Arrived = arrived };
            blocking.Waiters.AddLast(waiter);
            Leases?.Want(waiter);
            return new ValueTask<ReserveOutcome>(_line.WaitAsync(waiter, outcome, patience, time, cancel));
        }
    }

    /// <summary>
    /// The most tokens of output that a call could have if all calls in progress came to nothing; less than 0 if not even its input fits.
    /// <see cref="Reserve"/> lowers to this by itself.
    /// </summary>
    public long Affordable(VirtualKey? caller, string provider, string model, Worst worst, DateTimeOffset now)
    {
        var output = worst.OutputTokens;
        var accounts = _index.Find(caller, provider, model);
        lock (_line.Gate)
        {
            foreach (var account in accounts)
            {
                account.Roll(now);
                if (account.Budget.IsHard) output = Math.Min(output, account.OutputFor(worst, withReserved: false));
            }
        }

        return output;
    }

    /// <summary>Ends a reservation with what the call did cost, in full, even if it is more than was reserved. False if it had ended before.</summary>
    /// <param name="reservation">The reservation.</param>
    /// <param name="dollars">US dollars; null if nobody knows: then all that was reserved counts.</param>
    /// <param name="tokens">Tokens of input and output; null if nobody knows.</param>
    /// <param name="now">The time.</param>
    public bool Settle(Reservation reservation, decimal? dollars, long? tokens, DateTimeOffset now)
    {
        List<BudgetAlert>? alerts = null;
        lock (_line.Gate)
        {
            if (!BooksLine.End(reservation)) return false;
            var isOver = dollars > reservation.Dollars || tokens > reservation.Tokens;
            foreach (var account in reservation.Accounts)
            {
                Add(account, dollars ?? reservation.Dollars ?? 0, tokens ?? reservation.Tokens, isUnrated: dollars is null, now, ref alerts);
                if (isOver) account.Overshoot();
            }

            foreach (var account in reservation.Accounts) BooksLine.Advance(account);
        }

        _line.Tell(alerts);
        return true;
    }

    /// <summary>
    /// Notes that a request goes without because of what is spent of a budget. A hard budget is never spent to the last cent, so this is what its threshold
    /// of 1 means; it is told once a window.
    /// </summary>
    public void NoteRefusal(BudgetRefusal refusal, DateTimeOffset now)
    {
        if (refusal is not { Kind: RefusalKind.Over, FreeAt: not null }) return;   // one that a whole budget does not have says nothing of what is spent
        List<BudgetAlert>? alerts = null;
        lock (_line.Gate)
        {
            if (_accounts.GetValueOrDefault(refusal.Budget.Id) is { } account && account.Refuse(now)) alerts = [new BudgetAlert(1, account.Status(now), IsRefusal: true)];
        }

        _line.Tell(alerts);
    }

    /// <summary>Ends a reservation of which nothing was used. Nothing happens if it had ended before.</summary>
    public void Release(Reservation reservation)
    {
        lock (_line.Gate)
        {
            if (!BooksLine.End(reservation)) return;
            foreach (var account in reservation.Accounts) BooksLine.Advance(account);
        }
    }

    /// <summary>The highest share that is spent of a budget that covers all of a caller's requests: 1 is all of it; 0 if there is none.</summary>
    public double ShareOf(VirtualKey? caller, DateTimeOffset now)
    {
        double highest = 0;
        var accounts = _index.Find(caller);
        lock (_line.Gate)
        {
            foreach (var account in accounts)
            {
                account.Roll(now);
                highest = Math.Max(highest, account.Share);
            }
        }

        return highest;
    }

    /// <summary>How things stand with a budget; null if there is none of this id.</summary>
    public BudgetStatus? Status(string id, DateTimeOffset now)
    {
        lock (_line.Gate) return _accounts.GetValueOrDefault(id)?.Status(now);
    }

    /// <summary>From when on sums of the ledger are wanted for <see cref="Load"/>; null: for no account.</summary>
    public DateTimeOffset? LoadFrom(DateTimeOffset now)
    {
        lock (_line.Gate)
        {
            return _accounts.Values.Where(account => !account.IsLoaded && account.Lease is null).Select(account => (DateTimeOffset?)account.Budget.Window.StartOf(now)).Min();
        }
    }

    /// <summary>
    /// Fills the accounts from the ledger, once after a start; and those that are new, after the configuration has changed. What was booked
    /// meanwhile must not be in the sums.
    /// </summary>
    /// <param name="sums">What was used, in the order of the minutes.</param>
    /// <param name="now">The time.</param>
    public void Load(IEnumerable<LedgerSum> sums, DateTimeOffset now)
    {
        foreach (var sum in sums)
        {
            var caller = new VirtualKey { Name = "", Id = sum.VirtualKey ?? "", Hash = default, TeamId = sum.Team, CustomerId = sum.Customer, UserId = sum.User };
            var accounts = _index.Find(caller, sum.Provider, sum.Model);
            lock (_line.Gate)
            {
                foreach (var account in accounts)
                {
                    if (!account.IsLoaded) account.Load(sum.Dollars, sum.InputTokens + sum.OutputTokens, sum.Minute, now);
                }
            }
        }

        lock (_line.Gate)
        {
            foreach (var account in _accounts.Values) account.IsLoaded = true;
        }
    }

    /// <summary>The account of a budget; null if there is none of this id.</summary>
    internal Account? Find(string id) => _accounts.GetValueOrDefault(id);

    /// <summary>From now on other nodes have these budgets, too: calls are paid from what this one is granted, and there is nothing to be loaded.</summary>
    internal LeaseBook Share(LeaseTerms terms, TimeProvider time)
    {
        lock (_line.Gate)
        {
            _line.Leases = new LeaseBook(terms, time);
            foreach (var account in _accounts.Values) account.Lease = _line.Leases.Of(account.Budget.Id);
            return _line.Leases;
        }
    }

    /// <summary>Does something with the leases while nobody else does anything with the books.</summary>
    internal T WithLeases<T>(Func<LeaseBook, T> work)
    {
        lock (_line.Gate) return work(_line.Leases!);
    }

    /// <summary>Tells of thresholds that were passed.</summary>
    internal void Tell(List<BudgetAlert>? alerts) => _line.Tell(alerts);

    private static void Add(Account account, decimal dollars, long tokens, bool isUnrated, DateTimeOffset now, ref List<BudgetAlert>? alerts)
    {
        var passed = account.Book(dollars, tokens, now);
        if (isUnrated) account.NoteUnrated();
        if (passed is { } threshold) (alerts ??= []).Add(new BudgetAlert(threshold, account.Status(now)));
    }

    private static string Name(string provider, string model) => $"{provider}/{model}";
}
