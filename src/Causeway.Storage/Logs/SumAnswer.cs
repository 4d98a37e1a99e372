using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs;

/// <summary>The answer to a question for sums: first which values have sums of their own, then the sums.</summary>
internal sealed class SumAnswer(LogSumQuestion question, LogStore store)
{
    /// <summary>The sums.</summary>
    public async Task<IReadOnlyList<LogSum>> FindAsync(CancellationToken cancel)
    {
        var filter = await store.FilterAsync(question.Filter, cancel);
        int? by = question.By is { } dimension ? await store.ColumnAsync(dimension, cancel) : null;
        var shape = new SumShape(
            by, null, (long)(question.Span ?? TimeSpan.Zero).TotalMilliseconds, (long)question.Offset.TotalMilliseconds, question.Measures.HasFlag(LogMeasures.Quantiles),
            await OutcomeAsync("error", cancel), await OutcomeAsync("abandoned", cancel));
        var table = new SumTable(shape);
        if (filter is not null)
        {
            var blocks = (await store.BlocksAsync(cancel)).Where(filter.MayPass).ToList();
            shape = shape with { Kept = by is { } column ? await TopAsync(column, blocks, filter, cancel) : null };
            foreach (var part in await store.RunAsync(blocks, filter, () => new SumTable(shape), (sums, reader, rows, stop) => sums.AddAsync(reader, rows, stop), cancel)) table = table.With(part);
        }

        if (by is null && question.Span is null && table.Cells.Count == 0) table.Cells.Add((0, 0), new SumCell());
        return await SortAsync(table, shape, cancel);
    }

    private ValueTask<int> OutcomeAsync(string name, CancellationToken cancel) =>
        LogDimension.TryFind("outcome", out var outcome) ? store.NumberAsync(new LogName(LogColumn.Of(outcome), name), cancel) : throw new InvalidOperationException();

    /// <summary>The values that have sums of their own; null: all.</summary>
    private async Task<IReadOnlySet<int>?> TopAsync(int column, List<Block> blocks, BlockFilter filter, CancellationToken cancel)
    {
        if (await store.IsFewAsync(column, blocks, question.Top, cancel)) return null;
        var totals = new ValueTotals(column, question.Order);
        foreach (var part in await store.RunAsync(blocks, filter, () => new ValueTotals(column, question.Order), (sums, reader, rows, stop) => sums.AddAsync(reader, rows, stop), cancel)) totals = totals.With(part);
        return totals.Totals.Count <= question.Top ? null : totals.Top(question.Top).Select(pair => pair.Key).ToHashSet();
    }

    /// <summary>By value, in the question's order over all spans, the rest at the end; then by time.</summary>
    private async Task<IReadOnlyList<LogSum>> SortAsync(SumTable table, SumShape shape, CancellationToken cancel)
    {
        var values = table.Cells.GroupBy(pair => pair.Key.Value).Select(group => (Value: group.Key, Weight: Weight([.. group.Select(pair => pair.Value)]), Cells: group.OrderBy(pair => pair.Key.Span)));
        var names = await store.NamesAsync([.. table.Cells.Keys.Select(key => key.Value).Where(value => value > 0).Distinct()], cancel);
        var sums = new List<LogSum>(table.Cells.Count);
        foreach (var (value, _, cells) in values.OrderBy(each => each.Value == SumShape.Rest).ThenByDescending(each => each.Weight).ThenBy(each => each.Value))
        {
            foreach (var (key, cell) in cells)
                sums.Add(cell.ToSum(value > 0 ? names[value] : null, value == SumShape.Rest, question.Span is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(shape.StartOf(key.Span))));
        }

        return sums;
    }

    private Int128 Weight(List<SumCell> cells) => question.Order switch
    {
        LogOrder.Cost => cells.Aggregate(Int128.Zero, (sum, cell) => sum + cell.Cost),
        LogOrder.Tokens => cells.Aggregate(Int128.Zero, (sum, cell) => sum + cell.Tokens),
        LogOrder.Last => cells.Max(cell => cell.Last),
        _ => cells.Sum(cell => cell.Requests),
    };
}
