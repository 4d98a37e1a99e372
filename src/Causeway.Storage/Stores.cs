using Causeway.Core.Configuration;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Management;
using Causeway.Storage.Management;
using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage;

/// <summary>All that is kept in one database.</summary>
public sealed class Stores : IAsyncDisposable
{
    /// <summary>How long a locked file is waited for.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IAsyncDisposable _database;

    private Stores(IAsyncDisposable database, ILedgerStore ledger, ISqlDatabase sql) => (_database, Ledger, Management) = (database, ledger, new ManagementStore(sql));

    /// <summary>Who spent what.</summary>
    public ILedgerStore Ledger { get; }

    /// <summary>What is managed by the dashboard and the API.</summary>
    public IManagementStore Management { get; }

    /// <summary>What gateways that share the database share of their budgets; null: this one has it alone.</summary>
    public ILeaseStore? Leases { get; private init; }

    /// <summary>What they share of their rate limits; null: this one has them alone.</summary>
    public ILimitShareStore? Shares { get; private init; }

    /// <summary>Opens the database that <paramref name="config"/> names, and brings it up to date.</summary>
    /// <param name="config">The database.</param>
    /// <param name="appDir">What the path of a file is relative to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreException">It cannot be used: for people, with what may help.</exception>
    public static async Task<Stores> OpenAsync(StoreConfig config, string appDir, CancellationToken cancel)
    {
        switch (config)
        {
            case SqliteStoreConfig sqlite:
                var file = await SqliteDatabase.OpenAsync(sqlite.In(appDir), Migration.Sqlite, Patience, cancel);
                return new Stores(file, new SqliteLedgerStore(file), new SqliteSql(file));
            case PostgresStoreConfig postgres:
                var node = new Lazy<Guid>(() => NodeId.Of(appDir));
                var server = await PostgresDatabase.OpenAsync(postgres, Migration.Postgres, cancel);
                return new Stores(server, new PostgresLedgerStore(server, node), new PostgresSql(server)) { Leases = new PostgresLeaseStore(server, node), Shares = new PostgresShareStore(server) };
            default:
                throw new ArgumentOutOfRangeException(nameof(config), config, null);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
