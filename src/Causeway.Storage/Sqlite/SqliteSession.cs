using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>A connection with its prepared statements. For one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>Filters can be combined in many ways; a statement costs some kilobytes and is made again in microseconds.</summary>
    private const int MostStatements = 32;

    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteStatement> _raw = new(StringComparer.Ordinal);

    /// <summary>Opens the file; <paramref name="patience"/> is how long it waits for locks of others.</summary>
    public SqliteSession(string path, SqliteOpenMode mode, TimeSpan patience)
    {
        // Pooled connections would keep the file open after the store is closed. The time-out is Microsoft.Data.Sqlite's own patience, the
        // pragma SQLite's, which wakes sooner.
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds) };
        Connection = new SqliteConnection(text.ToString());
        try
        {
            Connection.Open();
            Execute($"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}");
        }
        catch
        {
            Connection.Dispose();
            throw;
        }
    }

    /// <summary>The connection itself.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>A statement that is prepared once; its parameters are <c>@p0</c> and so on.</summary>
    public SqliteCommand Statement(string sql, IReadOnlyList<object?> parameters, SqliteTransaction? transaction = null)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            if (_statements.Count == MostStatements) Forget();
            command = Command(sql);
            for (var i = 0; i < parameters.Count; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
            _statements.Add(sql, command);
        }

        command.Transaction = transaction;
        for (var i = 0; i < parameters.Count; i++) command.Parameters[i].Value = parameters[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>A statement that is prepared once, for what runs thousands of times; its parameters are to be bound.</summary>
    public SqliteStatement Raw(string sql)
    {
        if (!_raw.TryGetValue(sql, out var statement))
        {
            if (_raw.Count == MostStatements) ForgetRaw();
            _raw.Add(sql, statement = new SqliteStatement(Connection.Handle!, sql));
        }

        return statement.Begin();
    }

    /// <summary>Executes a statement that is needed once, within the transaction that there is.</summary>
    public void Once(string sql)
    {
        using var statement = new SqliteStatement(Connection.Handle!, sql);
        statement.Begin().Run();
    }

    /// <summary>Executes statements that are needed once.</summary>
    public void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the statements of <see cref="Raw"/>, and the transaction.</summary>
    public void EndReading()
    {
        foreach (var statement in _raw.Values) statement.Reset();
        if (raw.sqlite3_get_autocommit(Connection.Handle) == 0) Raw("ROLLBACK").Run();
    }

    /// <summary>Ends the statement that runs now, if one does. May be called from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(Connection.Handle);

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        ForgetRaw();
        Connection.Dispose();
    }

    private SqliteCommand Command(string sql)
    {
        var command = Connection.CreateCommand();
#pragma warning disable CA2100   // all of it comes from this project
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private void Forget()
    {
        foreach (var command in _statements.Values) command.Dispose();
        _statements.Clear();
    }

    private void ForgetRaw()
    {
        foreach (var statement in _raw.Values) statement.Dispose();
        _raw.Clear();
    }
}
