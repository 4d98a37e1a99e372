using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Copies a database that others may be writing to.</summary>
internal static class SqliteBackup
{
    /// <summary>
    /// Writes the copy. It is one reading transaction (<c>VACUUM INTO</c>), so that it is of one moment and holds up no writer; the copy is made under
    /// another name first, so that a file of the wanted name is always whole.
    /// </summary>
    public static Task WriteAsync(string database, string file, CancellationToken cancel) => Task.Run(
        () =>
        {
            if (!File.Exists(database)) throw new StoreException($"{database}: there is no such database yet");
            if (File.Exists(file)) throw new StoreException($"{file}: is there already: name a new file");
            SqliteLibrary.Use();
            var part = file + ".part";
            SqliteDatabase.MakeFile(part);   // an empty file is a database to write into, and this one is its owner's alone
            try
            {
                using var session = new SqliteSession(database, SqliteOpenMode.ReadOnly, Stores.Patience);
                using var stop = cancel.UnsafeRegister(static session => ((SqliteSession)session!).Interrupt(), session);
                session.Statement("VACUUM INTO @p0", [part]).ExecuteNonQuery();
                File.Move(part, file);
            }
            catch (SqliteException failure)
            {
                cancel.ThrowIfCancellationRequested();
                throw SqliteFailure.Of($"{database} to {file}", failure);
            }
            finally
            {
                File.Delete(part);
            }
        },
        cancel);
}
