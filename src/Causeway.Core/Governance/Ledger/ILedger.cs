namespace Causeway.Core.Governance.Ledger;

/// <summary>Takes entries on the request path.</summary>
public interface ILedger
{
    /// <summary>
    /// Writes entries of one exchange so that they survive the process, before the last byte of its answer leaves. Does not wait for the database.
    /// </summary>
    /// <exception cref="IOException">They could not be written: the answer must not be given out.</exception>
    void Append(IReadOnlyList<LedgerEntry> entries);

    /// <summary>
    /// Takes entries of an exchange whose answer nobody has as a whole, but which providers worked for: what cannot be written now is kept in memory,
    /// and written when that is possible again.
    /// </summary>
    void AppendLate(IReadOnlyList<LedgerEntry> entries);

    /// <summary>Is there room for more, as far as is known? If not, no provider need work for an answer that cannot be given out.</summary>
    bool HasRoom => true;
}
