using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Causeway.Storage.Migrations;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// A database file with one connection that writes, one after the other, and several that read meanwhile. SQLite works on the calling thread, so
/// all of it runs on threads of the pool. Only the writer moves the log into the database: readers are opened so that they cannot.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private const int SparesKept = 4;
    private const int PageRows = 256;

    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentBag<SqliteSession> _spares = [];
    private readonly SqliteSession _writer;
    private volatile bool _closed;

    private SqliteDatabase(string path, SqliteSession writer, TimeSpan patience, Migrated migrated) =>
        (_path, _writer, _patience, Migrated) = (path, writer, patience, migrated);

    /// <summary>What opening it has changed.</summary>
    public Migrated Migrated { get; }

    /// <summary>Opens the file, makes it if it is not there, and brings it up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="steps">The steps that its schema is made in.</param>
    /// <param name="patience">How long to wait while another process has it locked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="pageSize">The size of a new file's pages, in bytes.</param>
    /// <exception cref="StoreException">It cannot be opened, or is not one of this program.</exception>
    public static Task<SqliteDatabase> OpenAsync(string path, IReadOnlyList<Migration> steps, TimeSpan patience, CancellationToken cancel, int pageSize = 4096) => GuardAsync(path, async () =>
    {
        SqliteLibrary.Use();
        MakeFile(path);
        var writer = new SqliteSession(path, SqliteOpenMode.ReadWriteCreate, patience);
        try
        {
            // NORMAL with a write-ahead log: what is committed survives the end of the process; after a power failure the last moments may be missing,
            // but nothing is half there. The log is cut to its usual size after a long read has let it grow.
            writer.Execute($"PRAGMA page_size = {pageSize}");
            writer.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864");
            var migrated = await new Migrator(path, steps, MigrationDialect.Sqlite).RunAsync(writer.Connection, cancel);
            return new SqliteDatabase(path, writer, patience, migrated);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }, cancel);

    /// <summary>Does something in one transaction; nothing of it is there if it fails.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, SqliteTransaction, T> work, CancellationToken cancel) => WriteAsync(work, static _ => true, cancel);

    /// <summary>
    /// The same on the calling thread, which it blocks: for callers that have a thread of their own for it. Only if others are writing it goes on on another one.
    /// </summary>
    public async Task<T> WriteHereAsync<T>(Func<SqliteSession, SqliteTransaction, T> work, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            return Transact(work, static _ => true);
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Of(_path, failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Does something in one transaction; nothing of it is there if it fails, or says false.</summary>
    public Task<bool> TryWriteAsync(Func<SqliteSession, SqliteTransaction, bool> work, CancellationToken cancel) => WriteAsync(work, static isDone => isDone, cancel);

    private async Task<T> WriteAsync<T>(Func<SqliteSession, SqliteTransaction, T> work, Func<T, bool> isDone, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            return await Guard(_path, () => Transact(work, isDone), cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    private T Transact<T>(Func<SqliteSession, SqliteTransaction, T> work, Func<T, bool> isDone)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        using var transaction = _writer.Connection.BeginTransaction();
        var result = work(_writer, transaction);
        if (isDone(result)) transaction.Commit();
        return result;
    }

    /// <summary>The rows of a query, as they were when it began. They are read while they are asked for, so do not linger: the log grows meanwhile.</summary>
    public async IAsyncEnumerable<T> ReadAsync<T>(Query<T> query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var session = await Guard(_path, Take, cancel);
        SqliteDataReader? rows = null;
        try
        {
            await using var stop = cancel.UnsafeRegister(static session => ((SqliteSession)session!).Interrupt(), session);
            for (var more = true; more;)
            {
                var page = new List<T>(PageRows);
                more = await Guard(_path, () =>
                {
                    rows ??= session.Statement(query.Sql, query.Parameters).ExecuteReader();
                    while (page.Count < PageRows)
                    {
                        if (!rows.Read()) return false;
                        page.Add(query.Row(rows));
                    }

                    return true;
                }, cancel);
                foreach (var item in page) yield return item;
            }
        }
        finally
        {
            if (rows is not null) await rows.DisposeAsync();
            Give(session);
        }
    }

    /// <summary>Does something with one connection that reads, as of one moment.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancel) => Guard(_path, () =>
    {
        using var lease = Lease(cancel);
        return work(lease.Session);
    }, cancel);

    /// <summary>
    /// Takes a connection that reads, as of one moment, for several calls: on the calling thread, which it blocks; what fails in it is an
    /// <see cref="SqliteException"/>, see <see cref="Explain"/>. Cancelled calls are interrupted.
    /// </summary>
    public SqliteLease Lease(CancellationToken cancel) => new(Take(), Give, cancel);

    /// <summary>Says in plain words what went wrong.</summary>
    public Exception Explain(SqliteException failure, CancellationToken cancel) =>
        SqliteFailure.IsInterrupt(failure) && cancel.IsCancellationRequested ? new OperationCanceledException(cancel) : SqliteFailure.Of(_path, failure);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (_closed) return;
            _closed = true;
            CloseSpares();
            _writer.Dispose();   // the last to close moves the log into the database
        }
        finally
        {
            _writing.Release();
        }
    }

    private SqliteSession Take()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _spares.TryTake(out var spare) ? spare : new SqliteSession(_path, SqliteOpenMode.ReadOnly, _patience);
    }

    private void Give(SqliteSession session)
    {
        if (_spares.Count >= SparesKept) session.Dispose();
        else _spares.Add(session);
        if (_closed) CloseSpares();   // seen after it was added: whoever closes has either seen it or is seen here
    }

    private void CloseSpares()
    {
        while (_spares.TryTake(out var spare)) spare.Dispose();
    }

    /// <summary>Runs what blocks on a thread of the pool, and says in plain words what went wrong.</summary>
    private static Task<T> GuardAsync<T>(string path, Func<Task<T>> work, CancellationToken cancel) => Task.Run(
        async () =>
        {
            try
            {
                return await work();
            }
            catch (SqliteException failure) when (SqliteFailure.IsInterrupt(failure) && cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancel);
            }
            catch (SqliteException failure)
            {
                throw SqliteFailure.Of(path, failure);
            }
        },
        cancel);

    private static Task<T> Guard<T>(string path, Func<T> work, CancellationToken cancel) => GuardAsync(path, () => Task.FromResult(work()), cancel);

    /// <summary>A new file is the owner's alone: it says who spent what. SQLite gives its companions the same rights.</summary>
    public static void MakeFile(string path)
    {
        try
        {
            if (File.Exists(path)) return;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(path, options).Dispose();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be made: {refused.Message}", refused);
        }
    }
}
