using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>Writing rows, and sealing blocks when they are full.</summary>
internal sealed partial class SqliteLogStore
{
    private readonly LogDetail _detail = new();   // of the writer, of which there is one at a time

    /// <inheritdoc/>
    public override async Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel)
    {
        if (records.Count == 0) return;
        var (names, rows) = (new Dictionary<LogName, int>(), new List<LogRow>(records.Count));
        var (before, after) = await _database.WriteHereAsync((session, _) =>
        {
            var state = State(session);
            var next = state.Next;
            foreach (var record in records)
            {
                cancel.ThrowIfCancellationRequested();
                var row = LogRowCodec.Encode(record.Entry, name => Number(session, name, names));
                row.Number = next;
                if (!SqliteRows.Insert(session, row, record.Entry.Id, _detail.Write(record.Entry))) continue;
                if (record.Content is { } content) AddContent(session, row, content);
                rows.Add(row);
                next++;
            }

            session.Raw("UPDATE log_state SET next = ?").Bind(next).Run();
            return (state, state with { Next = next });
        }, cancel);
        foreach (var (name, number) in names) Names.Learn(number, name);   // now that they are there for good
        _open.Add(before.Next, after.Next, rows);
        if (Block.Of(after.Next) > after.Open) await SealAsync(cancel);
    }

    /// <summary>Makes the columns of all blocks that are full.</summary>
    private Task<bool> SealAsync(CancellationToken cancel) => _database.WriteHereAsync((session, _) =>
    {
        var state = State(session);
        var full = Block.Of(state.Next);
        foreach (var block in _open.Refresh(state, from => SqliteRows.Read(session, from, state.Next - 1)) ?? [])
        {
            if (block.Number < full && block.Rows > 0) WriteBlock(session, block);
        }

        return session.Raw("UPDATE log_state SET open = ?").Bind(full).Run() > 0;
    }, cancel);

    /// <summary>Writes a sealed block, or writes it anew.</summary>
    private static void WriteBlock(SqliteSession session, RowBlock block)
    {
        int[] custom = [.. block.Columns().Where(LogColumn.IsCustom)];
        var write = session.Raw("INSERT OR REPLACE INTO log_blocks (block, rows, first, last, custom, present) VALUES (?, ?, ?, ?, ?, ?)").Bind(block.Number).Bind(block.Rows).Bind(block.First).Bind(block.Last);
        write.Bind(LogRowCodec.Text(custom.Length == 0 ? null : custom));
        (block.Present is { } present ? write.Bind(present.ToBytes()) : write.BindNull()).Run();
        foreach (var column in block.Columns())
        {
            if (LogColumn.IsNumber(column)) WriteColumn(session, block.Number, column, block.Numbers(column).Head, block.Numbers(column).Body);
            else WriteColumn(session, block.Number, column, block.Dimension(column).Head, block.Dimension(column).Body);
        }
    }

    private static void WriteColumn(SqliteSession session, long block, int column, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body) =>
        session.Raw("INSERT OR REPLACE INTO log_columns (place, head, body) VALUES (?, ?, ?)").Bind(SqliteColumns.Place(column, block)).Bind(head.Span).Bind(body.Span).Run();

    /// <summary>The number of a name, which is written if it is new.</summary>
    private int Number(SqliteSession session, LogName name, Dictionary<LogName, int> written)
    {
        if (Names.TryNumber(name, out var number) || written.TryGetValue(name, out number)) return number;
        if (FindName(session, name) is not { } found)
        {
            var insert = session.Raw("INSERT INTO log_names (dimension, name) VALUES (?, ?) RETURNING id").Bind(name.Column).Bind(name.Text);
            insert.Step();
            found = (int)insert.Int64(0);
            insert.Reset();
        }

        written.Add(name, found);
        return found;
    }
}
