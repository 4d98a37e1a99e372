namespace Causeway.Core.Governance.Ledger;

/// <summary>How the ledger gets on.</summary>
/// <param name="Pending">Entries that are in the journal and not known to be in the database.</param>
/// <param name="Failed">How often the database did not take entries.</param>
/// <param name="Problem">Why it does not; null if it does.</param>
public sealed record LedgerStatus(long Pending, long Failed, string? Problem)
{
    /// <summary>Entries that have come to the database since the start.</summary>
    public long Moved { get; init; }

    /// <summary>Entries that are in memory only, because the journal cannot be written.</summary>
    public int Unwritten { get; init; }
}
