using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;

namespace Causeway.Core.Upstream;

/// <summary>The money for one upstream call: set aside before it is sent, as much as it may cost, and settled with what it did cost.</summary>
internal static class CallFunds
{
    /// <summary>How long a call waits for others to settle, where only what they may still cost stands in its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sets it aside on all budgets that cover the call; neither a reservation nor a refusal if none does.</summary>
    /// <param name="exchange">Whose call it is.</param>
    /// <param name="candidate">Where it goes.</param>
    /// <param name="key">The name of the provider's key; null if it takes none.</param>
    /// <param name="mayLower">Can the request be told to do with fewer tokens of output?</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async ValueTask<ReserveOutcome> ReserveAsync(Exchange exchange, Candidate candidate, string? key, bool mayLower, TimeProvider time, CancellationToken cancel)
    {
        var books = exchange.Gateway.Books;
        var (caller, provider, model) = (exchange.Caller, candidate.Provider.Name, candidate.Model);
        if (!books.Covers(caller, provider, model)) return default;
        var patience = exchange.TimeLeft(time) is { } left && left < Patience ? left : Patience;
        var bound = WorstCase.Of(exchange, candidate, key);
        var outcome = await books.ReserveAsync(caller, provider, model, Fixed(bound), patience, time, cancel);
        if (outcome.Refusal is not { Kind: RefusalKind.Over }) return outcome;
        var counted = WorstCase.Closely(exchange, candidate, key);   // milliseconds, but the last dollars are worth them
        if (counted.InputTokens < bound.InputTokens) outcome = await books.ReserveAsync(caller, provider, model, Fixed(counted), patience, time, cancel);
        if (outcome.Refusal is { } final) books.NoteRefusal(final, time.GetUtcNow());
        return outcome;

        Worst Fixed(Worst worst) => mayLower ? worst : worst with { LeastOutput = worst.OutputTokens };
    }

    /// <summary>Ends the reservation of a call that is over.</summary>
    public static void Settle(Reservation funds, Exchange exchange, Attempt attempt, TimeProvider time)
    {
        var books = exchange.Gateway.Books;
        if (!LedgerEntries.IsDue(attempt))
        {
            books.Release(funds);
            return;
        }

        attempt = Bill.Estimated(exchange, attempt, time);
        books.Settle(funds, Bill.CostOf(exchange, attempt), attempt.Usage is { } usage ? (usage.InputTokens ?? 0) + (usage.OutputTokens ?? 0) : null, time.GetUtcNow());
    }
}
