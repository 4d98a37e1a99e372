using System.Runtime.CompilerServices;
using Causeway.Core.Configuration;
using Causeway.Storage.Migrations;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A PostgreSQL database with its pool of connections.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly PostgresStoreConfig _config;
    private readonly NpgsqlDataSource _source;
    private NpgsqlConnection? _listening;

    private PostgresDatabase(PostgresStoreConfig config, NpgsqlDataSource source, Migrated migrated) => (_config, _source, Migrated) = (config, source, migrated);

    /// <summary>What opening it has changed.</summary>
    public Migrated Migrated { get; }

    /// <summary>Connects, and brings the database up to date.</summary>
    /// <exception cref="StoreException">It cannot be used, or is not one of this program.</exception>
    public static async Task<PostgresDatabase> OpenAsync(PostgresStoreConfig config, IReadOnlyList<Migration> steps, CancellationToken cancel)
    {
        // The slim builder knows only the types that are used here, which keeps a megabyte of others out of the binary.
        var builder = new NpgsqlSlimDataSourceBuilder(ConnectionText(config));
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        var source = builder.Build();
        try
        {
            var migrated = await Guard(config, async () =>
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                return await new Migrator(config.ToString(), steps, MigrationDialect.Postgres).RunAsync(connection, cancel);
            });
            return new PostgresDatabase(config, source, migrated);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Executes a statement, which is a transaction of its own; how many rows it concerned.</summary>
    public Task<int> WriteAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken cancel, TimeSpan? limit = null) => Guard(_config, async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var command = Command(connection, sql, parameters, limit);
        return await command.ExecuteNonQueryAsync(cancel);
    });

    /// <summary>Executes statements in one transaction; false, and nothing happened, if one that must change a row changed none.</summary>
    public Task<bool> WriteAsync(IReadOnlyList<(string Sql, List<NpgsqlParameter> Parameters, bool MustChange)> statements, CancellationToken cancel) => Guard(_config, async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var (sql, parameters, mustChange) in statements)
        {
            await using var command = Command(connection, sql, parameters);
            if (await command.ExecuteNonQueryAsync(cancel) == 0 && mustChange) return false;   // what was done is taken back with the transaction
        }

        await transaction.CommitAsync(cancel);
        return true;
    });

    /// <summary>
    /// Returns when something is announced on a channel, or when <paramref name="most"/> has passed. The connection that listens stays open between calls,
    /// so that nothing announced meanwhile is missed. For one caller at a time.
    /// </summary>
    public Task ListenAsync(string channel, TimeSpan most, CancellationToken cancel) => Guard(_config, async () =>
    {
        if (_listening is null)
        {
            var connection = await _source.OpenConnectionAsync(cancel);
            try
            {
                await using var listen = Command(connection, $"LISTEN {channel}", []);
                await listen.ExecuteNonQueryAsync(cancel);
            }
            catch
            {
                await connection.DisposeAsync();   // it hears nothing
                throw;
            }

            _listening = connection;
            return true;   // what was announced before nobody heard: look
        }

        try
        {
            return await _listening.WaitAsync(most, cancel);
        }
        catch
        {
            var broken = _listening;
            _listening = null;
            await broken.DisposeAsync();
            throw;
        }
    });

    /// <summary>Does several things as one, all or none.</summary>
    /// <param name="work">Does them, with <see cref="Command"/>.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> TransactAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel) => Guard(_config, async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var result = await work(connection);
        await transaction.CommitAsync(cancel);
        return result;
    });

    /// <summary>Begins to read as of one moment.</summary>
    public Task<PostgresSnapshot> SnapshotAsync(CancellationToken cancel) => Guard(_config, async () =>
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            return new PostgresSnapshot(this, connection, await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    });

    /// <summary>The rows of a query on a connection, for what is done in <see cref="TransactAsync"/>.</summary>
    public static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, Func<System.Data.Common.DbDataReader, T> row, CancellationToken cancel)
    {
        var found = new List<T>();
        await using var command = Command(connection, sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (rows.FieldCount == 0 && await rows.NextResultAsync(cancel))
        {
        }

        while (await rows.ReadAsync(cancel)) found.Add(row(rows));
        return found;
    }

    /// <summary>Executes a statement on a connection, for what is done in <see cref="TransactAsync"/>; how many rows it concerned.</summary>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken cancel)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Does something, and says in plain words what went wrong.</summary>
    public Task<T> GuardAsync<T>(Func<Task<T>> work) => Guard(_config, work);

    /// <summary>The rows of a query, as they were when it began.</summary>
    public async IAsyncEnumerable<T> ReadAsync<T>(Query<T> query, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var connection = await Guard(_config, () => _source.OpenConnectionAsync(cancel).AsTask());
        await using var command = Command(connection, query.Sql, Parameters(query.Parameters));
        await using var rows = await Guard(_config, () => command.ExecuteReaderAsync(cancel));
        var more = true;
        try
        {
            while (more)
            {
                cancel.ThrowIfCancellationRequested();   // rows that are here already are read without looking
                more = await Guard(_config, () => rows.ReadAsync(cancel));
                if (more) yield return query.Row(rows);
            }
        }
        finally
        {
            if (more) command.Cancel();   // else what is left would be read to the end
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_listening is not null) await _listening.DisposeAsync();
        await _source.DisposeAsync();
    }

    /// <summary>What <c>@p0</c> and so on stand for; null is of a text.</summary>
    public static List<NpgsqlParameter> Parameters(IReadOnlyList<object?> values) => [.. values.Select((value, i) => value switch
    {
        null or string => new NpgsqlParameter<string?>($"p{i}", (string?)value),
        _ => new NpgsqlParameter($"p{i}", value),
    })];

    /// <summary>A command; one that takes longer than <paramref name="limit"/> (Npgsql's own is 30 s) fails, and its connection is closed.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, TimeSpan? limit = null)
    {
#pragma warning disable CA2100   // all of it comes from this project
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        if (limit is { } most) command.CommandTimeout = (int)most.TotalSeconds;
        return command;
    }

    private static async Task<T> Guard<T>(PostgresStoreConfig config, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailure.Of(config, failure);
        }
    }

    private static string ConnectionText(PostgresStoreConfig config) => new NpgsqlConnectionStringBuilder
    {
        Host = config.Host,
        Port = config.Port,
        Username = config.User,
        Password = config.Password.Length == 0 ? null : config.Password,
        Database = config.Database,
        ApplicationName = "causeway",
        MaxPoolSize = config.MaxConnections,
        MaxAutoPrepare = 32,
        Timeout = 5,                // seconds, to connect
        CancellationTimeout = -1,   // who gives up closes the connection: the server may be the reason, and would not answer a request to cancel either
        SslMode = config.Tls switch
        {
            StoreTls.Disable => SslMode.Disable,
            StoreTls.Allow => SslMode.Allow,
            StoreTls.Require => SslMode.Require,
            StoreTls.VerifyCa => SslMode.VerifyCA,
            StoreTls.VerifyFull => SslMode.VerifyFull,
            _ => SslMode.Prefer,
        },
    }.ToString();
}
