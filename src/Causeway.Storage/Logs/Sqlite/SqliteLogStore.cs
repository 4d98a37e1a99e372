using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>The request log in an SQLite file. See ADR 11.</summary>
internal sealed partial class SqliteLogStore : LogStore
{
    /// <summary>A column of a block is up to 64 KB: large pages mean few of them.</summary>
    private const int PageSize = 8192;

    private readonly SqliteDatabase _database;
    private readonly OpenRows _open = new();

    private SqliteLogStore(SqliteDatabase database) => _database = database;

    /// <summary>The file.</summary>
    public SqliteDatabase Database => _database;

    /// <inheritdoc/>
    protected override int Chunk => 8;

    /// <summary>Opens the file, makes it if it is not there, brings it up to date, and seals what was left open when the process was killed.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static async Task<SqliteLogStore> OpenAsync(string path, TimeSpan patience, CancellationToken cancel)
    {
        var store = new SqliteLogStore(await SqliteDatabase.OpenAsync(path, Migration.SqliteLogs, patience, cancel, PageSize));
        try
        {
            var state = await store._database.ReadAsync(State, cancel);
            if (Block.Of(state.Next) > state.Open) await store.SealAsync(cancel);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel)
    {
        var row = await _database.ReadAsync(session => SqliteRows.NumberOf(session, id) ?? -1, cancel);
        return row < 0 ? null : (await EntriesAsync([row], cancel)).GetValueOrDefault(row);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => _database.ReadAsync<IReadOnlyDictionary<Guid, LogRating>>(
        session => ids.Distinct().Select(id => SqliteRows.CostOf(session, id)).OfType<LogRating>().ToDictionary(cost => cost.Id), cancel);

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel) => await _database.ReadAsync(session =>
    {
        var names = new List<string>();
        var rows = session.Raw("SELECT name FROM log_names WHERE dimension = -1 ORDER BY name");
        while (rows.Step()) names.Add(rows.Text(0)!);
        return names;
    }, cancel);

    /// <inheritdoc/>
    public override Task<LogExtent> ExtentAsync(CancellationToken cancel) => _database.ReadAsync(session =>
    {
        var sealedRows = session.Raw("SELECT coalesce(sum(rows), 0), min(first) FROM log_blocks");
        sealedRows.Step();
        var (count, first) = (sealedRows.Int64(0), sealedRows.Int64(1, long.MaxValue));
        sealedRows.Reset();
        var open = session.Raw("SELECT count(*), min(time) FROM log WHERE n >= (SELECT open * 8192 FROM log_state)");
        open.Step();
        count += open.Int64(0);
        first = Math.Min(first, open.Int64(1, long.MaxValue));
        open.Reset();
        return new LogExtent(count, SizeOf(session), first == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(first));
    }, cancel);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <inheritdoc/>
    protected override async Task<LogView> ViewAsync(CancellationToken cancel)
    {
        while (true)
        {
            var view = await _database.ReadAsync(session =>
            {
                var state = State(session);
                var open = _open.Refresh(state, from => SqliteRows.Read(session, from, state.Next - 1));
                return open is null ? null : new LogView([.. Blocks(session), .. open]);
            }, cancel);
            if (view is not null) return view;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<IColumnReader> OpenColumnsAsync(CancellationToken cancel)
    {
        var lease = _database.Lease(cancel);
        try
        {
            return new(new SqliteColumns(_database, lease, Parts(lease.Session)));
        }
        catch (Microsoft.Data.Sqlite.SqliteException failure)
        {
            lease.Dispose();
            throw _database.Explain(failure, cancel);
        }
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyDictionary<long, LogEntry>> EntriesAsync(IReadOnlyList<long> rows, CancellationToken cancel)
    {
        var found = await _database.ReadAsync(session => rows.Select(row => SqliteRows.Find(session, row)).Where(row => row is not null).Select(row => row!.Value).ToList(), cancel);
        var names = await NamesAsync(found.SelectMany(row => LogRowCodec.NumbersOf(row.Row)).ToHashSet(), cancel);
        return found.ToDictionary(row => row.Row.Number, row => LogRowCodec.Decode(row.Row, row.Id, row.Detail, number => names[number]));
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<LogName> names, CancellationToken cancel) => await _database.ReadAsync(session =>
    {
        var found = new List<KeyValuePair<int, LogName>>();
        foreach (var name in names)
        {
            if (FindName(session, name) is { } number) found.Add(KeyValuePair.Create(number, name));
        }

        return found;
    }, cancel);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<int> numbers, CancellationToken cancel) => await _database.ReadAsync(session =>
    {
        var found = new List<KeyValuePair<int, LogName>>();
        foreach (var number in numbers)
        {
            var rows = session.Raw("SELECT dimension, name FROM log_names WHERE id = ?").Bind(number);
            if (rows.Step()) found.Add(KeyValuePair.Create(number, new LogName((int)rows.Int64(0), rows.Text(1)!)));
            rows.Reset();
        }

        return found;
    }, cancel);

    private static int? FindName(SqliteSession session, LogName name)
    {
        var rows = session.Raw("SELECT id FROM log_names WHERE dimension = ? AND name = ?").Bind(name.Column).Bind(name.Text);
        if (!rows.Step()) return null;
        var number = (int)rows.Int64(0);
        rows.Reset();
        return number;
    }

    private static LogState State(SqliteSession session)
    {
        var rows = session.Raw("SELECT next, open, changes FROM log_state");
        rows.Step();
        var state = new LogState(rows.Int64(0), rows.Int64(1), rows.Int64(2));
        rows.Reset();
        return state;
    }

    private static List<StoredBlock> Blocks(SqliteSession session)
    {
        var blocks = new List<StoredBlock>();
        var rows = session.Raw("SELECT block, rows, first, last, present FROM log_blocks ORDER BY block");
        while (rows.Step()) blocks.Add(new StoredBlock(rows.Int64(0), (int)rows.Int64(1), rows.Int64(2), rows.Int64(3), rows.IsNull(4) ? null : RowMask.Of(rows.Blob(4))));
        return blocks;
    }

    private static long SizeOf(SqliteSession session) => Pragma(session, "page_size") * (Pragma(session, "page_count") - Pragma(session, "freelist_count"));

    private static long Pragma(SqliteSession session, string name)
    {
        var rows = session.Raw($"PRAGMA {name}");
        rows.Step();
        var value = rows.Int64(0);
        rows.Reset();
        return value;
    }
}
