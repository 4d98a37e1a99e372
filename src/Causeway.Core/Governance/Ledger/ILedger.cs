namespace Causeway.Core.Governance.Ledger;

/// <summary>Takes entries on the request path.</summary>
public interface ILedger
{
    /// <summary>
    /// Writes entries of one exchange so that they survive the process, before the last byte of its answer leaves. Does not wait for the database.
    /// </summary>
    /// <exception cref="IOException">They could not be written: the answer must not be given out.</exception>
    void Append(IReadOnlyList<LedgerEntry> entries);
}
