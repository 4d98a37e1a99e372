using Causeway.Core.Configuration;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;
using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage;

/// <summary>Opens stores of the ledger.</summary>
public static class LedgerStores
{
    /// <summary>Opens the ledger of the database that <paramref name="config"/> names, and brings it up to date.</summary>
    /// <param name="config">The database.</param>
    /// <param name="appDir">What the path of a file is relative to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreException">It cannot be used: for people, with what may help.</exception>
    public static async Task<ILedgerStore> OpenAsync(StoreConfig config, string appDir, CancellationToken cancel) => config switch
    {
        SqliteStoreConfig sqlite => new SqliteLedgerStore(await SqliteDatabase.OpenAsync(sqlite.In(appDir), Migration.Sqlite, Stores.Patience, cancel)),
        PostgresStoreConfig postgres => new PostgresLedgerStore(await PostgresDatabase.OpenAsync(postgres, Migration.Postgres, cancel), new Lazy<Guid>(() => NodeId.Of(appDir))),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
