using System.Buffers;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Postgres;
using Npgsql;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>Columns in a PostgreSQL database: many in one trip.</summary>
internal sealed class PostgresColumnReader(PostgresSnapshot snapshot) : IColumnReader
{
    /// <inheritdoc/>
    public async ValueTask LoadAsync(IReadOnlyList<Block> blocks, IReadOnlyList<int> columns, bool withBodies, CancellationToken cancel)
    {
        var stored = blocks.OfType<StoredBlock>().ToDictionary(block => block.Number);
        await CheckAsync([.. stored.Values.Where(block => !block.IsChecked)], cancel);
        var wanted = stored.Values.Where(block => !block.IsGone && columns.Any(column => block.Misses(column, withBodies))).Select(block => block.Number).ToArray();
        var missing = columns.Where(column => stored.Values.Any(block => !block.IsGone && block.Misses(column, withBodies))).ToArray();
        if (wanted.Length == 0) return;
        var sql = $"SELECT col, block, head{(withBodies ? ", body" : "")} FROM log_columns WHERE col = ANY(@p0) AND block = ANY(@p1)";
        await snapshot.ReadAsync(sql, [new NpgsqlParameter<int[]>("p0", missing), new NpgsqlParameter<long[]>("p1", wanted)], rows =>
        {
            var (column, block) = (rows.GetInt32(0), stored[rows.GetInt64(1)]);
            if (!block.Misses(column, withBodies)) return 0;
            var head = rows.GetFieldValue<byte[]>(2);
            if (!withBodies)
            {
                block.Put(column, head, null, 0);
                return 0;
            }

            var length = (int)rows.GetBytes(3, 0, null, 0, 0);
            var body = ArrayPool<byte>.Shared.Rent(length);
            rows.GetBytes(3, 0, body, 0, length);
            block.Put(column, head, body, length);
            return 0;
        }, cancel);
        foreach (var block in stored.Values.Where(block => !block.IsGone))
        {
            foreach (var column in missing)
            {
                if (block.Misses(column, withBodies)) block.Put(column, [], null, 0);   // the store has none
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask NarrowAsync(TextQuery text, Block block, RowMask mask, CancellationToken cancel)
    {
        var found = new RowMask();
        await snapshot.ReadAsync(
            $"SELECT n FROM log_text WHERE words @@ {PostgresText.Folded("@p0")}::tsquery AND n BETWEEN @p1 AND @p2",
            [new NpgsqlParameter<string>("p0", PostgresText.Query(text)), new NpgsqlParameter<long>("p1", block.Start), new NpgsqlParameter<long>("p2", block.Start + Block.Size - 1)],
            rows =>
            {
                found.Add(Block.PlaceOf(rows.GetInt64(0)));
                return 0;
            },
            cancel);
        mask.And(found);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => snapshot.DisposeAsync();

    private async ValueTask CheckAsync(StoredBlock[] blocks, CancellationToken cancel)
    {
        if (blocks.Length == 0) return;
        var numbers = new NpgsqlParameter<long[]>("p0", [.. blocks.Select(block => block.Number)]);
        var there = (await snapshot.ReadAsync("SELECT block FROM log_blocks WHERE block = ANY(@p0)", [numbers], rows => rows.GetInt64(0), cancel)).ToHashSet();
        foreach (var block in blocks) (block.IsChecked, block.IsGone) = (true, !there.Contains(block.Number));
    }
}
