using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Postgres;
using Causeway.Storage.Logs.Sqlite;

namespace Causeway.Storage.Logs;

/// <summary>Opens stores of the request log.</summary>
public static class LogStores
{
    /// <summary>Opens the database that <paramref name="config"/> names, and brings it up to date.</summary>
    /// <param name="config">The database: a file of its own, or a PostgreSQL database, which may be the one of the ledger.</param>
    /// <param name="appDir">What the path of a file is relative to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreException">It cannot be used: for people, with what may help.</exception>
    public static async Task<ILogStore> OpenAsync(StoreConfig config, string appDir, CancellationToken cancel) => config switch
    {
        SqliteStoreConfig sqlite => await SqliteLogStore.OpenAsync(sqlite.In(appDir), Stores.Patience, cancel),
        PostgresStoreConfig postgres => await PostgresLogStore.OpenAsync(postgres, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
