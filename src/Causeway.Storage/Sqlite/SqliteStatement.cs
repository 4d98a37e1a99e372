using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>A prepared statement by SQLite's own functions, for what runs thousands of times: binding and reading allocate nothing. Columns count from 0.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private byte[] _utf8 = new byte[256];
    private int _next;

    /// <summary>Prepares it.</summary>
    public SqliteStatement(sqlite3 connection, string sql)
    {
        _connection = connection;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection, sql, out _statement), connection);
    }

    /// <summary>Begins to bind anew.</summary>
    public SqliteStatement Begin()
    {
        Reset();
        _next = 1;
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, _next++, value));
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement BindNull()
    {
        Check(raw.sqlite3_bind_null(_statement, _next++));
        return this;
    }

    /// <summary>Binds the next parameter to bytes; SQLite copies them.</summary>
    public SqliteStatement Bind(ReadOnlySpan<byte> bytes)
    {
        Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, _next++, 0) : raw.sqlite3_bind_blob(_statement, _next++, bytes));
        return this;
    }

    /// <summary>Binds the next parameter to a text that is UTF-8 already.</summary>
    public SqliteStatement BindText(ReadOnlySpan<byte> utf8)
    {
        Check(raw.sqlite3_bind_text(_statement, _next++, utf8.IsEmpty ? ""u8 : utf8));
        return this;
    }

    /// <summary>Binds the next parameter; null is NULL.</summary>
    public SqliteStatement Bind(string? text)
    {
        if (text is null) return BindNull();
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_utf8.Length < most) _utf8 = new byte[most];
        return BindText(_utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, _utf8)));
    }

    /// <summary>The next row; false: there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        try
        {
            SqliteException.ThrowExceptionForRC(code, _connection);
            return false;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Executes what has no rows; how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        Reset();
        return raw.sqlite3_changes(_connection);
    }

    /// <summary>Ends it, so that it holds no lock.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>Is the column NULL?</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A number.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A number; another one for NULL.</summary>
    public long Int64(int column, long forNull) => IsNull(column) ? forNull : Int64(column);

    /// <summary>Bytes; they are SQLite's own, until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>A text; null for NULL.</summary>
    public string? Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection);
}
