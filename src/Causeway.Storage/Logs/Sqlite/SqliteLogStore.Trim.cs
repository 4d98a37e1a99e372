using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>Deleting what is too old or too much, in many small transactions: whoever writes meanwhile waits for one of them at most.</summary>
internal sealed partial class SqliteLogStore
{
    private const int TrimRows = 1000;
    private const int TrimPieces = 500;

    /// <inheritdoc/>
    public override async Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel)
    {
        var (rows, contents) = (0L, 0L);
        if (retention.MaxAge is { } age) rows += await TrimRowsAsync((now - age).ToUnixTimeMilliseconds(), cancel);
        if (retention.MaxContentAge is { } contentAge) contents += await TrimContentsAsync((now - contentAge).ToUnixTimeMilliseconds(), cancel);
        await TrimUnusedAsync(now, cancel);
        while (retention.MaxBytes is { } most && await _database.ReadAsync(SizeOf, cancel) > most)
        {
            var (_, some) = await TrimContentAsync(0, long.MaxValue, cancel);
            contents += some;
            if (some > 0) await TrimUnusedAsync(now, cancel);
            else if (await TrimOldestAsync(cancel) is var deleted and > 0) rows += deleted;
            else break;
        }

        return new LogTrimmed(rows, contents);
    }

    /// <summary>Deletes rows from before a time: a block at once where all are, else those that are, and its columns are made anew.</summary>
    private async Task<long> TrimRowsAsync(long before, CancellationToken cancel)
    {
        var deleted = 0L;
        foreach (var block in await _database.ReadAsync(Blocks, cancel))
        {
            if (block.Last < before) deleted += await DeleteBlockAsync(block.Number, cancel);
            else if (block.First < before) deleted += await DeleteOldAsync(block.Start, block.Start + Block.Size - 1, before, cancel);
        }

        return deleted + await DeleteOldAsync(await _database.ReadAsync(session => State(session).Open * Block.Size, cancel), long.MaxValue, before, cancel);
    }

    private Task<int> DeleteOldAsync(long first, long last, long before, CancellationToken cancel) => _database.WriteAsync((session, _) =>
    {
        var (old, rows) = (new List<long>(), session.Raw("SELECT n FROM log WHERE n BETWEEN ? AND ? AND time < ?").Bind(first).Bind(last).Bind(before));
        while (rows.Step()) old.Add(rows.Int64(0));
        rows.Reset();
        if (old.Count > 0) Delete(session, old);
        return old.Count;
    }, cancel);

    private Task<int> DeleteBlockAsync(long block, CancellationToken cancel) => _database.WriteAsync((session, _) =>
    {
        var (first, last) = (block * Block.Size, ((block + 1) * Block.Size) - 1);
        RemoveBlock(session, block);
        session.Raw("DELETE FROM log_content WHERE n BETWEEN ? AND ?").Bind(first).Bind(last).Run();
        return session.Raw("DELETE FROM log WHERE n BETWEEN ? AND ?").Bind(first).Bind(last).Run();
    }, cancel);

    /// <summary>Deletes the oldest rows there are: those of a block.</summary>
    private async Task<int> TrimOldestAsync(CancellationToken cancel)
    {
        var first = await _database.ReadAsync(session => session.Raw("SELECT n FROM log ORDER BY n LIMIT 1") is var row && row.Step() ? row.Int64(0) : -1, cancel);
        if (first < 0) return 0;
        var open = await _database.ReadAsync(session => State(session).Open, cancel);
        return Block.Of(first) < open ? await DeleteBlockAsync(Block.Of(first), cancel) : await DeleteOldAsync(first, first + TrimRows - 1, long.MaxValue, cancel);
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
    private Task<(long Next, int Deleted)> TrimContentAsync(long from, long before, CancellationToken cancel) => _database.WriteAsync((session, _) =>
    {
        var (old, last) = (new List<long>(), from);
        var rows = session.Raw("SELECT DISTINCT c.n, l.time FROM log_content c LEFT JOIN log l ON l.n = c.n WHERE c.n >= ? ORDER BY c.n LIMIT ?").Bind(from).Bind(TrimRows);
        for (; rows.Step(); last = rows.Int64(0) + 1)
        {
            if (rows.Int64(1, long.MinValue) < before) old.Add(rows.Int64(0));
        }

        rows.Reset();
        foreach (var row in old) session.Raw(DeleteContent).Bind(row).Run();
        return (last, old.Count);
    }, cancel);

    /// <summary>Deletes what no row's content refers to: parts of the words' index, and pieces.</summary>
    private async Task TrimUnusedAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var (row, time) = await _database.ReadAsync(session =>
        {
            var oldest = session.Raw("SELECT c.n, l.time FROM log_content c JOIN log l ON l.n = c.n ORDER BY c.n LIMIT 1");
            var found = oldest.Step() ? (oldest.Int64(0), oldest.Int64(1)) : (long.MaxValue, now.ToUnixTimeMilliseconds());
            oldest.Reset();
            return found;
        }, cancel);
        foreach (var part in await _database.ReadAsync(Parts, cancel)) await TrimPartAsync(part, row, cancel);
        var deleted = TrimPieces;
        while (deleted == TrimPieces)
        {
            deleted = await _database.WriteAsync(
                (session, _) => session.Raw("DELETE FROM log_pieces WHERE id IN (SELECT id FROM log_pieces WHERE used < ? ORDER BY used LIMIT ?)").Bind(time - LogContents.Resent).Bind(TrimPieces).Run(), cancel);
        }
    }

    /// <summary>Lets a part of the words' index begin with the first row that has content; a part without any goes, piece by piece.</summary>
    private async Task TrimPartAsync(TextPart part, long firstRow, CancellationToken cancel)
    {
        if (part.First >= firstRow) return;
        await _database.WriteAsync((session, _) => session.Raw("UPDATE log_texts SET first = ? WHERE part = ?").Bind(firstRow).Bind(part.Number).Run(), cancel);
        if (part.Last >= firstRow) return;
        var deleted = await _database.WriteAsync((session, _) =>
        {
            var last = session.Raw("SELECT last FROM log_texts WHERE part = ?").Bind(part.Number);
            var isOver = last.Step() && last.Int64(0) < firstRow;   // else a row was added meanwhile
            last.Reset();
            return isOver ? session.Raw("DELETE FROM log_texts WHERE part = ?").Bind(part.Number).Run() : 0;
        }, cancel);
        if (deleted == 0) return;
        while (await _database.WriteAsync((session, _) => session.Raw($"DELETE FROM {part.Table}_data WHERE id IN (SELECT id FROM {part.Table}_data WHERE id > 10 LIMIT {TrimRows})").Run(), cancel) > 0)
        {
        }

        await _database.WriteAsync((session, _) =>
        {
            session.Once($"DROP TABLE {part.Table}");
            return 0;
        }, cancel);
    }
}
