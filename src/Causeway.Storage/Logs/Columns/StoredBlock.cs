using System.Buffers;

namespace Causeway.Storage.Logs.Columns;

/// <summary>A block whose columns are in the store; what a question needs of them is loaded. What the store has no column of, no row has.</summary>
internal sealed class StoredBlock(long number, int rows, long first, long last, RowMask? present) : Block(number, rows, first, last, present)
{
    private readonly Dictionary<int, Loaded> _columns = [];

    /// <summary>A reader has looked whether it is still there.</summary>
    public bool IsChecked { get; set; }

    /// <summary>Does the column need to be loaded?</summary>
    public bool Misses(int column, bool withBody) => !_columns.TryGetValue(column, out var there) || (withBody && !there.HasBody);

    /// <summary>Keeps a column that was loaded.</summary>
    /// <param name="column">The column.</param>
    /// <param name="head">Its head; empty: the store has none.</param>
    /// <param name="body">Its body, copied; null: only the head was loaded.</param>
    /// <param name="bodyLength">How much of <paramref name="body"/> it is.</param>
    public void Put(int column, byte[] head, byte[]? body, int bodyLength)
    {
        if (_columns.TryGetValue(column, out var old)) Return(old);
        var memory = body.AsMemory(0, bodyLength);
        _columns[column] = LogColumn.IsNumber(column)
            ? new Loaded(null, head.Length == 0 ? NumberSegment.None : new NumberSegment(head, memory), body, body is not null || head.Length == 0)
            : new Loaded(head.Length == 0 ? DimensionSegment.None(Rows) : new DimensionSegment(head, memory), null, body, body is not null || head.Length == 0);
    }

    /// <inheritdoc/>
    public override DimensionSegment Dimension(int column) => _columns[column].Dimension!;

    /// <inheritdoc/>
    public override NumberSegment Numbers(int column) => _columns[column].Numbers!;

    /// <inheritdoc/>
    public override void Release()
    {
        foreach (var there in _columns.Values) Return(there);
        _columns.Clear();
    }

    private static void Return(Loaded there)
    {
        if (there.Body is { Length: > 0 } body) ArrayPool<byte>.Shared.Return(body);
    }

    private sealed record Loaded(DimensionSegment? Dimension, NumberSegment? Numbers, byte[]? Body, bool HasBody);
}
