namespace Causeway.Core.Governance.Leases;

/// <summary>
/// The leases of all budgets on this node, and those who wait for more. Its callers hold the lock of the books, but for <see cref="IsCutOff"/> and
/// <see cref="Offset"/>.
/// </summary>
/// <param name="terms">How long leases are good for.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseBook(LeaseTerms terms, TimeProvider time)
{
    private const int MostCalls = 1000;   // in one request; the others are next

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, AccountLease> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<Account> _active = [];           // hold something, or want it
    private readonly LinkedList<Waiter> _wanting = [];
    private long _contact;        // when the last renewal that succeeded was sent
    private bool _hasContact;
    private long _offset;         // ticks

    /// <summary>Called when somebody begins to wait; must not block.</summary>
    public Action? Wanted { get; set; }

    /// <summary>Is there somebody who waits?</summary>
    public bool IsWanting => _wanting.Count > 0;

    /// <summary>Is there a budget of which something is held or wanted?</summary>
    public bool IsActive => _active.Count > 0;

    /// <summary>The database has not been heard of for so long that the leases must not be used any more.</summary>
    public bool IsCutOff => !Volatile.Read(ref _hasContact) || time.GetElapsedTime(Volatile.Read(ref _contact)) >= terms.Use;

    /// <summary>How far the database's clock is ahead of this node's.</summary>
    public TimeSpan Offset => new(Volatile.Read(ref _offset));

    /// <summary>The present moment for <see cref="IsFresh"/>.</summary>
    public long Timestamp => time.GetTimestamp();

    /// <summary>Is what is known of all nodes not older than a second, or than <paramref name="arrived"/>?</summary>
    public bool IsFresh(long arrived) => _hasContact && (_contact >= arrived || time.GetElapsedTime(_contact) <= Fresh);

    /// <summary>The lease of a budget.</summary>
    public AccountLease Of(string budget)
    {
        if (!_leases.TryGetValue(budget, out var lease)) _leases[budget] = lease = new AccountLease(this);
        return lease;
    }

    /// <summary>An account is in use.</summary>
    public void Touch(Account account)
    {
        if (account.Budget.IsHard) _active.Add(account);
    }

    /// <summary>Begins to wait.</summary>
    public void Want(Waiter waiter)
    {
        waiter.Wanting = _wanting.AddLast(waiter);
        foreach (var account in waiter.Accounts) Touch(account);
        Wanted?.Invoke();
    }

    /// <summary>Waits no longer.</summary>
    public void Leave(Waiter waiter)
    {
        if (waiter.Wanting is { List: not null } place) _wanting.Remove(place);
    }

    /// <summary>Goes on with another configuration: what is held of budgets that it does not have is given up.</summary>
    public int Follow(Books books) => _active.RemoveWhere(account =>
    {
        if (books.Find(account.Budget.Id) == account && account.Budget.IsHard) return false;
        account.Lease!.Granted = Amount.Min(account.Lease.Granted, account.Lease.Settled);
        return true;
    });

    /// <summary>
    /// What is to be said to the database. Until there is an answer, no more is used than what it keeps in any case: those who wait get all they need
    /// anew, so that nobody holds what is of no use to him.
    /// </summary>
    /// <param name="epoch">Which of the node's lives it is.</param>
    /// <param name="since">See <see cref="LeaseRequest.Since"/>.</param>
    /// <param name="isLast">The node ends: it wants nothing for calls to come.</param>
    public LeaseRequest Ask(Guid epoch, DateTimeOffset? since, bool isLast)
    {
        var wanting = _wanting.Take(MostCalls).ToList();
        var wanted = wanting.SelectMany(waiter => waiter.Accounts).ToHashSet();
        var (places, asks, calls) = (new Dictionary<Account, int>(), new List<LeaseAsk>(), new List<LeaseCall>());
        foreach (var account in _active.ToList())
        {
            var lease = account.Lease!;
            var (reserved, pace) = (new Amount(account.ReservedDollars, account.ReservedTokens), isLast ? default : lease.Pace(time.GetTimestamp(), time.TimestampFrequency));
            if (!wanted.Contains(account) && pace == default && reserved == default && lease.Granted.FitsIn(lease.Settled))
            {
                _active.Remove(account);
                continue;
            }

            var held = lease.Settled + reserved;
            lease.Granted = Amount.Min(lease.Granted, wanted.Contains(account) ? held : held + pace);
            places[account] = asks.Count;
            asks.Add(new LeaseAsk(account.Budget.Id, Amount.Of(account.Budget), held, lease.Granted, pace));
        }

        foreach (var waiter in wanting) calls.Add(new LeaseCall([.. waiter.Accounts.Where(places.ContainsKey).Select(account => NeedOf(waiter.Worst, places[account]))]));
        return new LeaseRequest(epoch, terms, since, asks, calls);
    }

    /// <summary>Takes over an answer, and lets those go on who wait; the thresholds that were passed.</summary>
    /// <param name="books">The books of the configuration.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="sent">When it was asked, a timestamp.</param>
    public List<BudgetAlert>? Take(Books books, LeaseRequest request, LeaseReply reply, long sent)
    {
        List<BudgetAlert>? alerts = null;
        Volatile.Write(ref _contact, sent);
        Volatile.Write(ref _hasContact, true);
        var now = time.GetUtcNow();
        Volatile.Write(ref _offset, (reply.Now - now).Ticks);
        for (var i = 0; i < request.Asks.Count; i++)
        {
            if (reply.Granted[i] is { } granted) _leases[request.Asks[i].Budget].Granted = granted;
        }

        foreach (var standing in reply.Standings)
        {
            if (books.Find(standing.Budget) is not { Lease: { } lease } account) continue;
            lease.Learn(standing, reply.Now);
            if (account.Refresh(now) is { } passed && request.Since is not null) (alerts ??= []).Add(new BudgetAlert(passed, account.Status(now)));   // at the start it is no news
        }

        Advance();
        return alerts;
    }

    /// <summary>The database does not answer: who waits hears of it when the leases are too old to be used.</summary>
    public bool LetGo()
    {
        if (IsCutOff) Advance();
        return IsCutOff;
    }

    /// <summary>The leases are another's now.</summary>
    public bool CutOff()
    {
        Volatile.Write(ref _hasContact, false);
        return LetGo();
    }

    /// <summary>Lets those go on, or hear that they cannot, who wait anywhere.</summary>
    private void Advance()
    {
        foreach (var account in _wanting.Select(waiter => waiter.At).Distinct().ToList())
        {
            account.Roll(time.GetUtcNow());
            BooksLine.Advance(account);
        }
    }

    private static LeaseNeed NeedOf(in Worst worst, int place) => new(
        place, new Amount(worst.Dollars ?? 0, worst.Tokens).RoundUp(), new Amount(worst.DollarsOf(worst.LeastOutput) ?? 0, worst.InputTokens + worst.LeastOutput).RoundUp());
}
