using Causeway.Core.Governance.Ledger;
using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage;

/// <summary>Opens stores of the ledger.</summary>
public static class LedgerStores
{
    /// <summary>How long a locked file is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Opens the ledger in an SQLite file.</summary>
    public static async Task<ILedgerStore> OpenAsync(string path, CancellationToken cancel) =>
        new SqliteLedgerStore(await SqliteDatabase.OpenAsync(path, Migration.Sqlite, Patience, cancel));
}
