using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>Changing rows, and deleting them: columns that they are in are made anew in the same transaction.</summary>
internal sealed partial class SqliteLogStore
{
    private const string DeleteContent = "DELETE FROM log_content WHERE n = ?";

    private static readonly int Cost = LogColumn.Of(LogNumber.Cost);
    private static readonly int Unrated = LogColumn.Of(LogNumber.Unrated);

    /// <inheritdoc/>
    public override Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel) => ratings.Count == 0 ? Task.FromResult(0) : _database.WriteAsync((session, _) =>
    {
        var rated = new SortedDictionary<long, LogRating>();
        foreach (var rating in ratings)
        {
            if (SqliteRows.NumberOf(session, rating.Id) is { } row) rated[row] = rating;
        }

        foreach (var (row, rating) in rated)
        {
            cancel.ThrowIfCancellationRequested();
            var update = session.Raw("UPDATE log SET dollars = ?, unrated = ? WHERE n = ?");
            (rating.Dollars is { } dollars ? update.Bind(Picodollars.Of(dollars)) : update.BindNull()).Bind(rating.Unrated).Bind(row).Run();
        }

        var open = State(session).Open;
        foreach (var block in rated.GroupBy(pair => Block.Of(pair.Key)))
        {
            if (block.Key >= open) continue;
            Rewrite(session, block.Key, Cost, block, rating => rating.Dollars is { } dollars ? Picodollars.Of(dollars) : NumberSegment.Unknown);
            Rewrite(session, block.Key, Unrated, block, rating => rating.Unrated);
        }

        NoteChanges(session, rated.Keys, open);
        return rated.Count;
    }, cancel);

    /// <inheritdoc/>
    public override Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => ids.Count == 0 ? Task.FromResult(0) : _database.WriteAsync((session, _) =>
    {
        var rows = ids.Select(id => SqliteRows.NumberOf(session, id)).Where(row => row is not null).Select(row => row!.Value).ToHashSet();
        Delete(session, rows);
        return rows.Count;
    }, cancel);

    private static void Delete(SqliteSession session, IReadOnlyCollection<long> rows)
    {
        foreach (var row in rows)
        {
            session.Raw("DELETE FROM log WHERE n = ?").Bind(row).Run();
            session.Raw(DeleteContent).Bind(row).Run();
        }

        var open = State(session).Open;
        foreach (var block in rows.Select(Block.Of).Distinct().Where(block => block < open)) Remake(session, block);
        NoteChanges(session, rows, open);
    }

    /// <summary>Writes a sealed block anew from the rows that are left.</summary>
    private static void Remake(SqliteSession session, long block)
    {
        RemoveBlock(session, block);
        var (start, rows) = (block * Block.Size, new LogRow?[Block.Size]);
        foreach (var row in SqliteRows.Read(session, start, start + Block.Size - 1)) rows[Block.PlaceOf(row.Number)] = row;
        if (rows.AsSpan().ContainsAnyExcept((LogRow?)null)) WriteBlock(session, RowBlock.Of(block, rows));
    }

    /// <summary>Deletes a block's columns.</summary>
    private static void RemoveBlock(SqliteSession session, long block)
    {
        var find = session.Raw("SELECT custom FROM log_blocks WHERE block = ?").Bind(block);
        var custom = find.Step() ? LogRowCodec.Set(find.Text(0)) ?? [] : [];
        find.Reset();
        foreach (var column in LogColumn.Always.Concat(custom)) session.Raw("DELETE FROM log_columns WHERE place = ?").Bind(SqliteColumns.Place(column, block)).Run();
        session.Raw("DELETE FROM log_blocks WHERE block = ?").Bind(block).Run();
    }

    private static void Rewrite(SqliteSession session, long block, int column, IEnumerable<KeyValuePair<long, LogRating>> rated, Func<LogRating, long> value)
    {
        var find = session.Raw("SELECT c.head, c.body, b.present FROM log_columns c, log_blocks b WHERE c.place = ? AND b.block = ?").Bind(SqliteColumns.Place(column, block)).Bind(block);
        if (!find.Step()) return;
        var (values, present) = (new long[Block.Size], find.IsNull(2) ? null : RowMask.Of(find.Blob(2)));
        new NumberSegment(find.Blob(0).ToArray(), find.Blob(1).ToArray()).Values(values);
        find.Reset();
        foreach (var (row, rating) in rated) values[Block.PlaceOf(row)] = value(rating);
        var segment = NumberSegment.Of(values, present);
        WriteColumn(session, block, column, segment.Head, segment.Body);
    }

    /// <summary>Says that pictures of open blocks are out of date, if rows of those were changed.</summary>
    private static void NoteChanges(SqliteSession session, IEnumerable<long> rows, long open)
    {
        if (rows.Any(row => Block.Of(row) >= open)) session.Raw("UPDATE log_state SET changes = changes + 1").Run();
    }
}
