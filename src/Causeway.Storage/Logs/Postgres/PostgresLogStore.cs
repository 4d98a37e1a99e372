using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;
using Npgsql;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>
/// The request log in a PostgreSQL database, which several gateways may write to. Rows become visible in another order than their numbers': a writer's
/// transaction has its own number before it draws those of its rows, so that what is not settled yet is known by the transactions that are not over.
/// </summary>
internal sealed partial class PostgresLogStore(PostgresDatabase database) : LogStore
{
    private const string Xmin = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private readonly OpenRows _open = new();
    private readonly SemaphoreSlim _looking = new(1, 1);

    /// <inheritdoc/>
    protected override int Chunk => 32;

    /// <summary>Connects, and brings the database up to date: by the same steps as the ledger's, whether it is there or not.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static async Task<PostgresLogStore> OpenAsync(PostgresStoreConfig config, CancellationToken cancel) => new(await PostgresDatabase.OpenAsync(config, Migration.Postgres, cancel));

    /// <inheritdoc/>
    public override async Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel) =>
        (await EntriesAsync("id = @p0", new NpgsqlParameter<Guid>("p0", id), cancel)).Values.FirstOrDefault();

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => (await ReadAsync(
        $"SELECT id, {LogNumber.Cost.Name}, {LogNumber.Unrated.Name} FROM log WHERE id = ANY(@p0)", [new NpgsqlParameter<Guid[]>("p0", [.. ids])],
        rows => new LogRating(rows.GetGuid(0), rows.IsDBNull(1) ? null : Picodollars.Dollars(rows.GetInt64(1)), rows.IsDBNull(2) ? 0 : (int)rows.GetInt64(2)), cancel)).ToDictionary(cost => cost.Id);

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel) =>
        await ReadAsync("SELECT name FROM log_names WHERE dimension = -1 ORDER BY name", [], rows => rows.GetString(0), cancel);

    /// <inheritdoc/>
    public override async Task<LogExtent> ExtentAsync(CancellationToken cancel)
    {
        const string Sql = """
            SELECT coalesce((SELECT sum(rows) FROM log_blocks), 0)::bigint + (SELECT count(*) FROM log WHERE n >= (SELECT open * 8192 FROM log_state)),
              (SELECT sum(bytes) FROM log_size)::bigint,
              least((SELECT min(first) FROM log_blocks), (SELECT min(time) FROM log WHERE n >= (SELECT open * 8192 FROM log_state)))
            """;
        return (await ReadAsync(Sql, [], rows => new LogExtent(rows.GetInt64(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2))), cancel))[0];
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        _looking.Dispose();
        _sealing.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<LogView> ViewAsync(CancellationToken cancel)
    {
        await _looking.WaitAsync(cancel);
        try
        {
            await using var snapshot = await database.SnapshotAsync(cancel);
            var state = (await snapshot.ReadAsync($"SELECT {Xmin}, open, changes FROM log_state", [], rows => new LogState(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2)), cancel))[0];
            var blocks = await snapshot.ReadAsync(
                "SELECT block, rows, first, last, present FROM log_blocks ORDER BY block", [],
                rows => new StoredBlock(rows.GetInt64(0), rows.GetInt32(1), rows.GetInt64(2), rows.GetInt64(3), rows.IsDBNull(4) ? null : RowMask.Of(rows.GetFieldValue<byte[]>(4))),
                cancel);
            var known = _open.State;
            var isWhole = state.Changes != known.Changes;
            var fresh = await snapshot.ReadAsync(
                $"{PostgresRows.Select} WHERE n >= @p0 AND tx >= @p1",
                [new NpgsqlParameter<long>("p0", state.Open * Block.Size), new NpgsqlParameter<long>("p1", isWhole ? 0 : known.Next)], PostgresRows.Row, cancel);
            return new LogView([.. blocks, .. _open.Update(state, isWhole, fresh)]);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<IColumnReader> OpenColumnsAsync(CancellationToken cancel) => new PostgresColumnReader(await database.SnapshotAsync(cancel));

    /// <inheritdoc/>
    protected override Task<IReadOnlyDictionary<long, LogEntry>> EntriesAsync(IReadOnlyList<long> rows, CancellationToken cancel) =>
        EntriesAsync("n = ANY(@p0)", new NpgsqlParameter<long[]>("p0", [.. rows]), cancel);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<LogName> names, CancellationToken cancel) =>
        await ReadAsync(FindNames, NameParameters([.. names]), NameRow, cancel);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<int> numbers, CancellationToken cancel) =>
        await ReadAsync("SELECT id, dimension, name FROM log_names WHERE id = ANY(@p0)", [new NpgsqlParameter<int[]>("p0", [.. numbers])], NameRow, cancel);

    private async Task<IReadOnlyDictionary<long, LogEntry>> EntriesAsync(string where, NpgsqlParameter parameter, CancellationToken cancel)
    {
        var found = await ReadAsync($"{PostgresRows.Select} WHERE {where}", [parameter], PostgresRows.Whole, cancel);
        var names = await NamesAsync(found.SelectMany(row => LogRowCodec.NumbersOf(row.Row)).ToHashSet(), cancel);
        return found.ToDictionary(row => row.Row.Number, row => LogRowCodec.Decode(row.Row, row.Id, row.Detail, number => names[number]));
    }

    private async Task<List<T>> ReadAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<System.Data.Common.DbDataReader, T> row, CancellationToken cancel)
    {
        await using var snapshot = await database.SnapshotAsync(cancel);
        return await snapshot.ReadAsync(sql, parameters, row, cancel);
    }
}
