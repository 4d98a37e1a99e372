using Causeway.Core.Governance.Leases;

namespace Causeway.Core.Governance;

/// <summary>
/// The lock of the books and those who wait in them; it outlives a change of the configuration. Who waits stands at one account at a time, the first
/// that has no room for it; nobody overtakes at an account. Whoever calls the static methods holds <see cref="Gate"/>.
/// </summary>
internal sealed class BooksLine
{
    /// <summary>Held for every look at an account.</summary>
    public Lock Gate { get; } = new();

    /// <summary>See <see cref="Books.Alert"/>.</summary>
    public Action<BudgetAlert>? Alert { get; set; }

    /// <summary>What this node may spend; null: it is the only one.</summary>
    public LeaseBook? Leases { get; set; }

    /// <summary>Reserves, or says why not, and which account may have room later.</summary>
    /// <param name="books">Whose reservation it will be.</param>
    /// <param name="accounts">Those that cover the call.</param>
    /// <param name="worst">What it may use.</param>
    /// <param name="model">The model, for people.</param>
    /// <param name="now">The time.</param>
    /// <param name="own">The account at whose head it has waited; null: it has just come.</param>
    /// <param name="arrived">When it came, a timestamp of the leases.</param>
    /// <param name="blocking">The account to wait at; null: it need not, or it is of no use.</param>
    public static ReserveOutcome Decide(
        Books books, Account[] accounts, in Worst worst, string model, DateTimeOffset now, Account? own, long arrived, out Account? blocking)
    {
        var (ever, soon) = (worst.OutputTokens, worst.OutputTokens);
        Account? over = null, crowded = null, queue = null;
        blocking = null;
        foreach (var account in accounts)
        {
            account.Roll(now);
            if (!account.Budget.IsHard) continue;
            if (account.Budget.Dollars is not null && worst.Dollars is null) return Refuse(RefusalKind.PriceUnknown, account, worst, model, now);
            if (account.Lease is { Book.IsCutOff: true } && !account.IsFree(worst)) return Refuse(RefusalKind.CutOff, account, worst, model, now);
            if (account.OutputFor(worst, withReserved: false) is var possible && possible < ever) (ever, over) = (possible, account);
            if (account.OutputFor(worst, withReserved: true) is var output && output < soon) (soon, crowded) = (output, account);
            if (account != own && account.Waiters.Count > 0) queue ??= account;
        }

        if (ever < worst.LeastOutput)
        {
            if (over!.Lease?.Book.IsFresh(arrived) != false) return Refuse(RefusalKind.Over, over, worst, model, now);
            blocking = over;   // what the other nodes have used is known too little to say no for good
            return Refuse(RefusalKind.CutOff, over, worst, model, now);
        }

        var isEnough = soon >= worst.OutputTokens || (ever < worst.OutputTokens && soon >= worst.LeastOutput);   // less than was asked only if that is out of reach
        blocking = queue ?? (isEnough ? null : crowded);
        if (blocking is not null) return Refuse(RefusalKind.Crowded, blocking, worst, model, now);
        var reservation = new Reservation(books, accounts, worst, soon);
        foreach (var account in accounts)
        {
            account.Reserve(reservation.Dollars ?? 0, reservation.Tokens);
            account.Lease?.Reserve(new Amount(reservation.Dollars ?? 0, reservation.Tokens));
            account.Lease?.Book.Touch(account);
        }

        return new ReserveOutcome(reservation, null);
    }

    /// <summary>Takes a reservation back from its accounts; false if that was done before.</summary>
    public static bool End(Reservation reservation)
    {
        if (reservation.IsOver) return false;
        reservation.IsOver = true;
        foreach (var account in reservation.Accounts) account.Unreserve(reservation.Dollars ?? 0, reservation.Tokens);
        return true;
    }

    /// <summary>Lets those go on who wait at an account, from the first on, until one has to wait further.</summary>
    public static void Advance(Account account)
    {
        while (account.Waiters.First is { } first)
        {
            var waiter = first.Value;
            var outcome = Decide(waiter.Books, waiter.Accounts, waiter.Worst, waiter.Model, account.Seen, account, waiter.Arrived, out var blocking);
            if (blocking == account) return;
            account.Waiters.Remove(first);
            if (blocking is null)
            {
                waiter.End(outcome);
                continue;
            }

            waiter.At = blocking;
            blocking.Waiters.AddLast(first);
        }
    }

    /// <summary>Waits for what comes of a waiter.</summary>
    public async Task<ReserveOutcome> WaitAsync(Waiter waiter, ReserveOutcome refused, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return await waiter.Task.WaitAsync(patience, time, cancel);
        }
        catch (TimeoutException)
        {
            return Leave(waiter) ? refused : await waiter.Task;   // it may have been granted in the same moment
        }
        catch (OperationCanceledException)
        {
            if (!Leave(waiter)) (await waiter.Task).Reservation?.Dispose();
            throw;
        }
    }

    /// <summary>Passes on what the accounts found while they were locked.</summary>
    public void Tell(List<BudgetAlert>? alerts)
    {
        if (Alert is { } told) alerts?.ForEach(told);
    }

    /// <summary>Ends waiting in vain; false if it had ended well. Those behind may have room where it had not.</summary>
    private bool Leave(Waiter waiter)
    {
        lock (Gate)
        {
            if (waiter.Task.IsCompleted) return false;
            waiter.At.Waiters.Remove(waiter);
            Leases?.Leave(waiter);
            Advance(waiter.At);
            return true;
        }
    }

    private static ReserveOutcome Refuse(RefusalKind kind, Account account, in Worst worst, string model, DateTimeOffset now) => new(null, new BudgetRefusal(
        kind, account.Budget, worst, account.Dollars, account.Tokens, account.FreeAt(worst.DollarsOf(worst.LeastOutput) ?? 0, worst.InputTokens + worst.LeastOutput, now), model));
}
