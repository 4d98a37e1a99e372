using Causeway.Core.Governance;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Pipeline;

/// <summary>One upstream call of an exchange.</summary>
/// <param name="Target">Who was asked.</param>
/// <param name="Key">The name of the key; null if the provider takes none.</param>
/// <param name="Status">How it ended: the HTTP status, or what stands for it if there was none; 499 if nobody waited for the end.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Why">Why it failed; null if it did not.</param>
/// <param name="Usage">What it consumed; null if that is not known.</param>
public sealed record Attempt(Candidate Target, string? Key, int Status, TimeSpan Elapsed, string? Why = null, Usage? Usage = null)
{
    /// <summary>The header that tells the client who was asked before, and how that ended.</summary>
    public const string Header = "x-causeway-attempts";

    /// <summary>The status of a call that nobody waited for any more: the client left, or another call was faster.</summary>
    public const int Abandoned = 499;

    /// <summary>It is in the ledger, or nobody has to pay for it.</summary>
    public bool IsSettled { get; init; }

    /// <summary>What was set aside for it on budgets; null: none covers it.</summary>
    public Reservation? Funds { get; init; }

    /// <summary>What it cost in US dollars, where that does not follow from <see cref="Usage"/>; else null.</summary>
    public decimal? Dollars { get; init; }

    /// <summary>What else is known of it; null if it was not sent, or if nobody is told of spans and metrics.</summary>
    public AttemptTrace? Trace { get; init; }

    /// <summary>For headers: who, and how it ended.</summary>
    public override string ToString() => $"{Target} {Status}";
}
