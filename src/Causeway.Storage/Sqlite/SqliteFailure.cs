using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>Says in plain words what SQLite's result codes mean.</summary>
internal static class SqliteFailure
{
    /// <summary>A query was told to stop.</summary>
    public static bool IsInterrupt(SqliteException failure) => failure.SqliteErrorCode == raw.SQLITE_INTERRUPT;

    /// <summary>The failure of the database at <paramref name="path"/>.</summary>
    public static StoreException Of(string path, SqliteException failure) => new($"{path}: {Reason(failure)}", failure);

    private static string Reason(SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another process: only one gateway may use it; end the other one, or give this one another -app-dir",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "cannot be written: give the gateway's user the right to write the file and its folder",
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_CANTOPEN => "cannot be opened: is it a file, in a folder that the gateway's user may read and write?",
        raw.SQLITE_NOTADB => "is not an SQLite database",
        raw.SQLITE_CORRUPT => "is damaged: restore a backup",
        raw.SQLITE_IOERR => $"cannot be read or written ({failure.Message})",
        _ => failure.Message,
    };
}
