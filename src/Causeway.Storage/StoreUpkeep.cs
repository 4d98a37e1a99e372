using Causeway.Core.Configuration;
using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage;

/// <summary>What is done to a database as a whole.</summary>
public static class StoreUpkeep
{
    /// <summary>Brings the database up to date.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static async Task<Migrated> MigrateAsync(StoreConfig config, string appDir, CancellationToken cancel)
    {
        switch (config)
        {
            case SqliteStoreConfig sqlite:
                await using (var database = await SqliteDatabase.OpenAsync(sqlite.In(appDir), Migration.Sqlite, Stores.Patience, cancel)) return database.Migrated;
            case PostgresStoreConfig postgres:
                await using (var database = await PostgresDatabase.OpenAsync(postgres, Migration.Postgres, cancel)) return database.Migrated;
            default:
                throw new ArgumentOutOfRangeException(nameof(config), config, null);
        }
    }

    /// <summary>Writes a copy of the database, as it is at one moment, to a new file. A gateway may go on working with it meanwhile.</summary>
    /// <exception cref="StoreException">It cannot be read, the file is there already or cannot be written, or the database is none that is a file.</exception>
    public static Task BackUpAsync(StoreConfig config, string appDir, string file, CancellationToken cancel) => config is SqliteStoreConfig sqlite
        ? SqliteBackup.WriteAsync(sqlite.In(appDir), file, cancel)
        : throw new StoreException($"{config}: is backed up with PostgreSQL's own `pg_dump`");
}
