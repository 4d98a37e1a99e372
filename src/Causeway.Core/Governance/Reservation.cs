namespace Causeway.Core.Governance;

/// <summary>
/// What is set aside for one call on all budgets that cover it. It ends once: settled with what was used, or released. Disposing one that is still open
/// releases it.
/// </summary>
public sealed class Reservation : IDisposable
{
    private readonly Books _books;

    internal Reservation(Books books, Account[] accounts, Worst worst, long output) =>
        (_books, Accounts, Dollars, InputTokens, OutputTokens, IsLowered) = (books, accounts, worst.DollarsOf(output), worst.InputTokens, output, output < worst.OutputTokens);

    /// <summary>US dollars; null if the price is not known, which only soft budgets and budgets of tokens allow.</summary>
    public decimal? Dollars { get; }

    /// <summary>Tokens.</summary>
    public long Tokens => InputTokens + OutputTokens;

    /// <summary>The most tokens of input that the call may have.</summary>
    public long InputTokens { get; }

    /// <summary>The tokens of output that the call may have.</summary>
    public long OutputTokens { get; }

    /// <summary>They are fewer than were asked for: the request has to be told so.</summary>
    public bool IsLowered { get; }

    /// <summary>Was it settled or released?</summary>
    public bool IsOver { get; internal set; }

    internal Account[] Accounts { get; }

    /// <summary>Where the ledger's entry of the call is counted, if other nodes have the budgets, too; empty if not.</summary>
    public IReadOnlyList<Booking> BookingsAt(DateTimeOffset now) =>
        Accounts is [{ Lease: not null }, ..] ? [.. Accounts.Select(account => account.BookingAt(now)).OfType<Booking>()] : [];

    /// <inheritdoc/>
    public void Dispose() => _books.Release(this);
}

/// <summary>What came of waiting for a reservation: one of the two.</summary>
/// <param name="Reservation">The reservation.</param>
/// <param name="Refusal">Why there is none.</param>
public readonly record struct ReserveOutcome(Reservation? Reservation, BudgetRefusal? Refusal);
