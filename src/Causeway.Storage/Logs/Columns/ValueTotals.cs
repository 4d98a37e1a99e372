using System.Runtime.InteropServices;
using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs.Columns;

/// <summary>For each value of a dimension, by the number of its name (0: none), how many rows, or what they come to.</summary>
/// <param name="column">The dimension.</param>
/// <param name="order">What is added up; of <see cref="LogOrder.Last"/> the latest time.</param>
internal sealed class ValueTotals(int column, LogOrder order)
{
    private static readonly int Time = LogColumn.Of(LogNumber.Time);
    private static readonly int Cost = LogColumn.Of(LogNumber.Cost);
    private static readonly int Input = LogColumn.Of(LogNumber.Input);
    private static readonly int Output = LogColumn.Of(LogNumber.Output);

    /// <summary>The totals.</summary>
    public Dictionary<int, Int128> Totals { get; private set; } = [];

    /// <summary>Adds rows.</summary>
    public async ValueTask AddAsync(IColumnReader reader, IReadOnlyList<Selection> selections, CancellationToken cancel)
    {
        List<Block> Blocks(Func<Selection, bool> which) => [.. selections.Where(which).Select(selection => selection.Block)];
        if (order == LogOrder.Requests)
        {
            await reader.LoadAsync(Blocks(selection => selection.Mask is null), [column], withBodies: false, cancel);
            await reader.LoadAsync(Blocks(selection => selection.Mask is not null), [column], withBodies: true, cancel);
        }
        else
        {
            await reader.LoadAsync(Blocks(_ => true), [column, .. WeightColumns()], withBodies: true, cancel);
        }

        foreach (var selection in selections)
        {
            if (!selection.Block.IsGone) Add(selection);
        }
    }

    /// <summary>Adds another worker's; the larger ones take the smaller ones in.</summary>
    public ValueTotals With(ValueTotals other)
    {
        var (large, small) = Totals.Count >= other.Totals.Count ? (Totals, other.Totals) : (other.Totals, Totals);
        foreach (var (value, total) in small) Add(large, value, total);
        Totals = large;
        return this;
    }

    /// <summary>The values with the greatest totals, the greatest first; what is alike is in the order of the numbers.</summary>
    public List<KeyValuePair<int, Int128>> Top(int most) => [.. Totals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(most)];

    private void Add(Selection selection)
    {
        var segment = selection.Block.Dimension(column);
        Span<Int128> totals = new Int128[segment.Count];
        if (order == LogOrder.Last) totals.Fill(Int128.MinValue);
        if (order == LogOrder.Requests && selection.Mask is null)
        {
            for (var code = 0; code < totals.Length; code++) totals[code] = segment.Rows[code];
        }
        else
        {
            Add(selection, segment, totals);
        }

        for (var code = 0; code < totals.Length; code++)
        {
            if (totals[code] == 0 && order == LogOrder.Requests || totals[code] == Int128.MinValue) continue;
            foreach (var value in segment.ValuesOf(code)) Add(Totals, value, totals[code]);
        }
    }

    private void Add(Selection selection, DimensionSegment segment, Span<Int128> totals)
    {
        Span<ushort> codes = stackalloc ushort[Block.Size];
        segment.Codes(codes);
        var places = selection.Places;
        if (order == LogOrder.Requests)
        {
            Span<int> counts = stackalloc int[segment.Count];
            counts.Clear();
            foreach (var place in places) counts[codes[place]]++;
            for (var code = 0; code < counts.Length; code++) totals[code] = counts[code];
            return;
        }

        var weights = new long[Block.Size];
        foreach (var number in WeightColumns())
        {
            selection.Block.Numbers(number).Values(weights);
            foreach (var place in places)
            {
                ref var total = ref totals[codes[place]];
                var weight = weights[place] == NumberSegment.Unknown ? 0 : weights[place];
                total = order == LogOrder.Last ? Int128.Max(total, weight) : total + weight;
            }
        }
    }

    private void Add(Dictionary<int, Int128> totals, int value, Int128 more)
    {
        ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, value, out var isThere);
        total = order == LogOrder.Last && isThere ? Int128.Max(total, more) : total + more;
    }

    private int[] WeightColumns() => order switch
    {
        LogOrder.Cost => [Cost],
        LogOrder.Tokens => [Input, Output],
        LogOrder.Last => [Time],
        _ => [],
    };
}
