using System.Data.Common;
using Causeway.Storage.Management;

namespace Causeway.Storage.Postgres;

/// <summary>Statements that both kinds of database understand, in a PostgreSQL database.</summary>
internal sealed class PostgresSql(PostgresDatabase database) : ISqlDatabase
{
    private const string Channel = "causeway_config";

    /// <inheritdoc/>
    public SqlStatement? Announcement { get; } = new($"NOTIFY {Channel}");

    /// <inheritdoc/>
    public async Task<List<T>> ReadAsync<T>(string sql, IReadOnlyList<object?> parameters, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = new List<T>();
        await foreach (var item in database.ReadAsync(new Query<T>(sql, parameters, row), cancel)) rows.Add(item);
        await Task.Yield();   // what is done with them may take long: not on the thread that polls the sockets
        return rows;
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancel)
    {
        var isDone = await database.WriteAsync([.. statements.Select(statement => (statement.Sql, PostgresDatabase.Parameters(statement.Parameters), statement.MustChange))], cancel);
        await Task.Yield();
        return isDone;
    }

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan most, CancellationToken cancel) => database.ListenAsync(Channel, most, cancel);
}
