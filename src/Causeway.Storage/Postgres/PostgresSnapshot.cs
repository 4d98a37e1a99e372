using System.Data.Common;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A connection that is taken for some reading, all of it as of one moment, and given back. For one caller at a time.</summary>
internal sealed class PostgresSnapshot(PostgresDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    /// <summary>The rows of a query.</summary>
    public Task<List<T>> ReadAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<DbDataReader, T> row, CancellationToken cancel) =>
        database.GuardAsync(() => PostgresDatabase.ReadAsync(connection, sql, parameters, row, cancel));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
