using System.Collections.Concurrent;

namespace Causeway.Storage.Logs.Columns;

/// <summary>A block whose columns are made of its rows when they are asked for. Several threads may ask.</summary>
internal sealed class RowBlock : Block
{
    private readonly LogRow?[] _rows;
    private readonly ConcurrentDictionary<int, DimensionSegment> _dimensions = new();
    private readonly ConcurrentDictionary<int, NumberSegment> _numbers = new();

    private RowBlock(long number, LogRow?[] rows, int count, long first, long last, RowMask? present) : base(number, count, first, last, present) => _rows = rows;

    /// <summary>The block of some rows.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="rows">For each place its row, or null. Not to be changed any more.</param>
    public static RowBlock Of(long number, LogRow?[] rows)
    {
        var (mask, count, first, last) = (new RowMask(), 0, long.MaxValue, long.MinValue);
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] is not { } row) continue;
            mask.Add(i);
            count++;
            (first, last) = (Math.Min(first, row.Time), Math.Max(last, row.Time));
        }

        return new RowBlock(number, rows, count, first, last, count == Size ? null : mask);
    }

    /// <summary>The columns that are worth keeping: all that every row may have, and of the clients' own those that occur.</summary>
    public IEnumerable<int> Columns()
    {
        foreach (var column in LogColumn.Always) yield return column;
        foreach (var column in _rows.Where(row => row is not null).SelectMany(row => row!.Custom).Where(pair => pair.Value != 0).Select(pair => pair.Column).Distinct()) yield return column;
    }

    /// <inheritdoc/>
    public override DimensionSegment Dimension(int column) => _dimensions.GetOrAdd(column, MakeDimension);

    /// <inheritdoc/>
    public override NumberSegment Numbers(int column) => _numbers.GetOrAdd(column, MakeNumbers);

    private DimensionSegment MakeDimension(int column)
    {
        if (!LogColumn.IsCustom(column) && LogColumn.IsMany(column)) return DimensionSegmentBuilder.OfMany(Array.ConvertAll(_rows, row => row?.Sets[column]), Present);
        return DimensionSegmentBuilder.OfOne(Array.ConvertAll(_rows, row => row is null ? 0 : LogColumn.IsCustom(column) ? CustomOf(row, column) : row.Values[column]), Present);
    }

    private NumberSegment MakeNumbers(int column) =>
        NumberSegment.Of(Array.ConvertAll(_rows, row => row is null ? NumberSegment.Unknown : row.Numbers[LogColumn.NumberOf(column)]), Present);

    private static int CustomOf(LogRow row, int column)
    {
        foreach (var (of, value) in row.Custom)
        {
            if (of == column) return value;
        }

        return 0;
    }
}
