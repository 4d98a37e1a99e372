using System.Data.Common;
using Causeway.Storage.Management;

namespace Causeway.Storage.Sqlite;

/// <summary>Statements that both kinds of database understand, in an SQLite file.</summary>
internal sealed class SqliteSql(SqliteDatabase database) : ISqlDatabase
{
    /// <inheritdoc/>
    public SqlStatement? Announcement => null;   // whoever shares a file looks at its revision

    /// <inheritdoc/>
    public async Task<List<T>> ReadAsync<T>(string sql, IReadOnlyList<object?> parameters, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = new List<T>();
        await foreach (var item in database.ReadAsync(new Query<T>(sql, parameters, row), cancel)) rows.Add(item);
        return rows;
    }

    /// <inheritdoc/>
    public Task<bool> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancel) => database.TryWriteAsync(
        (session, transaction) =>
        {
            foreach (var statement in statements)
            {
                if (session.Statement(statement.Sql, statement.Parameters, transaction).ExecuteNonQuery() == 0 && statement.MustChange) return false;
            }

            return true;
        },
        cancel);

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan most, CancellationToken cancel) => Task.Delay(most, cancel);
}
