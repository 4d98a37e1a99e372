using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Postgres;
using Npgsql;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>Deleting what is too old or too much, in small transactions.</summary>
internal sealed partial class PostgresLogStore
{
    private const int TrimRows = 1000;

    private const string OldRows = "SELECT n FROM log WHERE time < @p0 AND n BETWEEN @p1 AND @p2";

    /// <summary>The next rows that have content, with their times.</summary>
    private const string Contents = "SELECT c.n, coalesce(l.time, 0) FROM (SELECT DISTINCT n FROM log_content WHERE n >= @p0 ORDER BY n LIMIT @p1) AS c LEFT JOIN log l USING (n) ORDER BY c.n";

    private const string TrimPieces = """
        WITH gone AS (DELETE FROM log_pieces WHERE hash IN (SELECT hash FROM log_pieces WHERE used < @p0 ORDER BY used LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING 60 + length(packed) AS bytes)
        SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM gone
        """;

    private static readonly string TrimContents = $"""
        WITH {DeleteContents}
        SELECT coalesce((SELECT sum(bytes) FROM parts), 0)::bigint + coalesce((SELECT sum(bytes) FROM texts), 0)::bigint
        """;

    /// <inheritdoc/>
    public override async Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel)
    {
        var (rows, contents) = (0L, 0L);
        if (retention.MaxAge is { } age) rows += await TrimRowsAsync((now - age).ToUnixTimeMilliseconds(), cancel);
        if (retention.MaxContentAge is { } contentAge) contents += await TrimContentsAsync((now - contentAge).ToUnixTimeMilliseconds(), cancel);
        await TrimPiecesAsync(now, cancel);
        while (retention.MaxBytes is { } most && (await ExtentAsync(cancel)).Bytes > most)
        {
            var (_, some) = await TrimContentAsync(0, long.MaxValue, cancel);
            contents += some;
            if (some > 0) await TrimPiecesAsync(now, cancel);
            else if (await TrimOldestAsync(cancel) is var deleted and > 0) rows += deleted;
            else break;
        }

        return new LogTrimmed(rows, contents);
    }

    private async Task<long> TrimRowsAsync(long before, CancellationToken cancel)
    {
        var deleted = 0L;
        var blocks = await ReadAsync("SELECT block FROM log_blocks WHERE first < @p0 ORDER BY block", [new NpgsqlParameter<long>("p0", before)], rows => rows.GetInt64(0) * Block.Size, cancel);
        foreach (var start in blocks) deleted += await DeleteOldAsync(before, start, start + Block.Size - 1, cancel);
        return deleted + await DeleteOldAsync(before, (await ReadAsync("SELECT open FROM log_state", [], rows => rows.GetInt64(0), cancel))[0] * Block.Size, long.MaxValue, cancel);
    }

    private Task<long> DeleteOldAsync(long before, long first, long last, CancellationToken cancel) => database.TransactAsync(async connection =>
    {
        await PostgresDatabase.ExecuteAsync(connection, Alone, [], cancel);
        NpgsqlParameter[] range = [new NpgsqlParameter<long>("p0", before), new NpgsqlParameter<long>("p1", first), new NpgsqlParameter<long>("p2", last)];
        var rows = await PostgresDatabase.ReadAsync(connection, OldRows, range, row => row.GetInt64(0), cancel);
        await DeleteAsync(connection, rows, cancel);
        return (long)rows.Count;
    }, cancel);

    /// <summary>Deletes the oldest rows there are: those of a block, or some of those that are in none that is sealed.</summary>
    private async Task<long> TrimOldestAsync(CancellationToken cancel)
    {
        var first = await ReadAsync("SELECT n, n < (SELECT open * 8192 FROM log_state) FROM log ORDER BY n LIMIT 1", [], rows => (Row: rows.GetInt64(0), IsSealed: rows.GetBoolean(1)), cancel);
        return first.Count == 0 ? 0 : await DeleteOldAsync(long.MaxValue, first[0].Row, first[0].IsSealed ? (Block.Of(first[0].Row) + 1) * Block.Size - 1 : first[0].Row + TrimRows - 1, cancel);
    }

    private async Task<long> TrimContentsAsync(long before, CancellationToken cancel)
    {
        var (from, deleted) = (0L, 0L);
        while (true)
        {
            var (next, some) = await TrimContentAsync(from, before, cancel);
            if (some == 0) return deleted;   // they are nearly in the order of their times; what is left goes the next time
            (from, deleted) = (next, deleted + some);
        }
    }

    /// <summary>Deletes what was said in rows from before a time, of the first rows that have it; where to go on, and how many rows.</summary>
    private Task<(long Next, int Deleted)> TrimContentAsync(long from, long before, CancellationToken cancel) => database.TransactAsync(async connection =>
    {
        await PostgresDatabase.ExecuteAsync(connection, Alone, [], cancel);
        var rows = await PostgresDatabase.ReadAsync(connection, Contents, [new NpgsqlParameter<long>("p0", from), new NpgsqlParameter<int>("p1", TrimRows)], row => (Number: row.GetInt64(0), Time: row.GetInt64(1)), cancel);
        long[] old = [.. rows.Where(row => row.Time < before).Select(row => row.Number)];
        if (old.Length == 0) return (from, 0);
        var bytes = await PostgresDatabase.ReadAsync(connection, TrimContents, [new NpgsqlParameter<long[]>("p0", old)], row => row.GetInt64(0), cancel);
        await PostgresDatabase.ExecuteAsync(connection, AddSize, [new NpgsqlParameter<long>("p0", -bytes[0])], cancel);
        return (rows[^1].Number + 1, old.Length);
    }, cancel);

    /// <summary>Deletes pieces that no row's content refers to.</summary>
    private async Task TrimPiecesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var oldest = await ReadAsync("SELECT l.time FROM log_content c JOIN log l USING (n) ORDER BY c.n LIMIT 1", [], rows => rows.GetInt64(0), cancel);
        var before = (oldest.Count > 0 ? oldest[0] : now.ToUnixTimeMilliseconds()) - LogContents.Resent;
        for (var deleted = 1L; deleted > 0;)
        {
            deleted = await database.TransactAsync(async connection =>
            {
                var gone = await PostgresDatabase.ReadAsync(connection, TrimPieces, [new NpgsqlParameter<long>("p0", before)], row => (Count: row.GetInt64(0), Bytes: row.GetInt64(1)), cancel);
                if (gone[0].Count > 0) await PostgresDatabase.ExecuteAsync(connection, AddSize, [new NpgsqlParameter<long>("p0", -gone[0].Bytes)], cancel);
                return gone[0].Count;
            }, cancel);
        }
    }
}
