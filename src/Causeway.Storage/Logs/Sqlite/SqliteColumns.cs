using System.Buffers;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>Columns in an SQLite file.</summary>
internal sealed class SqliteColumns(SqliteDatabase database, SqliteLease lease, IReadOnlyList<TextPart> texts) : IColumnReader
{
    private const string Head = "SELECT head FROM log_columns WHERE place = ?";
    private const string Whole = "SELECT head, body FROM log_columns WHERE place = ?";
    private const string Exists = "SELECT 1 FROM log_blocks WHERE block = ?";

    /// <summary>Where a column of a block is.</summary>
    public static long Place(int column, long block) => ((long)column << 32) | block;

    /// <inheritdoc/>
    public ValueTask LoadAsync(IReadOnlyList<Block> blocks, IReadOnlyList<int> columns, bool withBodies, CancellationToken cancel)
    {
        try
        {
            foreach (var block in blocks)
            {
                if (block is StoredBlock { IsChecked: false } stored) Check(stored);
            }

            foreach (var column in columns)
            {
                foreach (var block in blocks)
                {
                    if (block is StoredBlock { IsGone: false } stored && stored.Misses(column, withBodies)) Load(stored, column, withBodies);
                }
            }

            return ValueTask.CompletedTask;
        }
        catch (SqliteException failure)
        {
            throw database.Explain(failure, cancel);
        }
    }

    /// <inheritdoc/>
    public ValueTask NarrowAsync(TextQuery text, Block block, RowMask mask, CancellationToken cancel)
    {
        try
        {
            var found = new RowMask();
            var match = text.ToFts5();
            foreach (var part in texts)
            {
                if (part.Last < block.Start || part.First >= block.Start + Block.Size) continue;
                var rows = lease.Session.Raw($"SELECT rowid FROM {part.Table} WHERE {part.Table} MATCH ? AND rowid BETWEEN ? AND ?").Bind(match).Bind(Math.Max(block.Start, part.First)).Bind(block.Start + Block.Size - 1);
                while (rows.Step()) found.Add(Block.PlaceOf(rows.Int64(0)));
            }

            mask.And(found);
            return ValueTask.CompletedTask;
        }
        catch (SqliteException failure)
        {
            throw database.Explain(failure, cancel);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lease.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Check(StoredBlock block)
    {
        var exists = lease.Session.Raw(Exists).Bind(block.Number);
        (block.IsChecked, block.IsGone) = (true, !exists.Step());
        exists.Reset();
    }

    private void Load(StoredBlock block, int column, bool withBody)
    {
        var row = lease.Session.Raw(withBody ? Whole : Head).Bind(Place(column, block.Number));
        if (!row.Step())
        {
            block.Put(column, [], null, 0);
            return;
        }

        var head = row.Blob(0).ToArray();
        if (withBody)
        {
            var bytes = row.Blob(1);
            var body = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(body);
            block.Put(column, head, body, bytes.Length);
        }
        else
        {
            block.Put(column, head, null, 0);
        }

        row.Reset();
    }
}

/// <summary>A part of the words' index.</summary>
/// <param name="Number">Its number.</param>
/// <param name="First">The number of its first row.</param>
/// <param name="Last">The number of its last row.</param>
/// <param name="Began">The time of its first row, in milliseconds since 1970.</param>
/// <param name="Rows">How many rows.</param>
internal sealed record TextPart(long Number, long First, long Last, long Began, long Rows)
{
    /// <summary>Its table.</summary>
    public string Table => $"log_text_{Number}";
}
