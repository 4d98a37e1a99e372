using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Ledger;

/// <summary>Opens the ledger of a gateway.</summary>
public static class Ledgers
{
    private const long MostBytesAlone = 256 << 20;

    /// <summary>
    /// The ledger whose journal is in a gateway's folder. Without a <paramref name="store"/> entries stay in the journal, the newest 256 MB of them:
    /// about a million.
    /// </summary>
    /// <param name="appDir">The folder of all that the gateway stores.</param>
    /// <param name="store">Takes the entries in the end; null: nobody does. It must outlive the ledger.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what fails.</param>
    /// <exception cref="IOException">Another gateway uses the folder, or it cannot be written.</exception>
    public static LedgerWriter Open(string appDir, ILedgerStore? store, TimeProvider time, ILogger<LedgerWriter> log) =>
        new(new Journal(Path.Combine(appDir, "journal"), log) { MostBytes = store is null ? MostBytesAlone : long.MaxValue }, store, time, log);
}
