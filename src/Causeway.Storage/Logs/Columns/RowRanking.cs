using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs.Columns;

/// <summary>A row's place in a list: known numbers first, then by number, then by the order in which rows were written.</summary>
/// <param name="isAscending">The smallest first, and the first written; else the greatest and the last.</param>
internal sealed class RowOrder(bool isAscending) : IComparer<LogCursor>
{
    /// <summary>Less than 0: <paramref name="x"/> comes before <paramref name="y"/>.</summary>
    public int Compare(LogCursor x, LogCursor y)
    {
        if (x.Value.HasValue != y.Value.HasValue) return x.Value.HasValue ? -1 : 1;
        var order = x.Value is { } value ? value.CompareTo(y.Value!.Value) : 0;
        if (order == 0) order = x.Row.CompareTo(y.Row);
        return isAscending ? order : -order;
    }

    /// <summary>What comes first of a block, or last, if it is there.</summary>
    public LogCursor Bound(Block block, NumberSegment? numbers, bool isFirst)
    {
        var isLeast = isFirst == isAscending;
        var row = isLeast ? block.Start : block.Start + Block.Size - 1;
        if (numbers is null) return new LogCursor(isLeast ? block.First : block.Last, row);
        if (numbers.Known == 0 || (!isFirst && numbers.HasUnknown)) return new LogCursor(null, row);
        return new LogCursor(isLeast ? numbers.Least : numbers.Most, row);
    }
}

/// <summary>
/// Finds the first rows of a list. Blocks are looked at in the order of the best that their heads promise, and no more of them once they promise nothing
/// better than what was found.
/// </summary>
/// <param name="pass">Opens the reader.</param>
/// <param name="question">The page that is asked for.</param>
internal sealed class RowRanking(ColumnPass pass, LogListQuestion question)
{
    private const int MostBlocks = 16;

    private readonly int _column = LogColumn.Of(question.Order);
    private readonly RowOrder _order = new(question.IsAscending);
    private readonly PriorityQueue<LogCursor, LogCursor> _found = new(Comparer<LogCursor>.Create((x, y) => new RowOrder(question.IsAscending).Compare(y, x)));

    /// <summary>The rows of the page, and one more if there is one.</summary>
    public async Task<List<LogCursor>> FindAsync(IReadOnlyList<Block> blocks, BlockFilter filter, CancellationToken cancel)
    {
        await using var reader = await pass.OpenAsync(cancel);
        var open = await SortAsync(reader, [.. blocks.Where(filter.MayPass)], cancel);
        for (var (at, chunk) = (0, 1); at < open.Count && IsBetter(open[at].Best); chunk = Math.Min(2 * chunk, MostBlocks))
        {
            var some = open.Skip(at).Take(chunk).Where(block => IsBetter(block.Best)).Select(block => block.Block).ToList();
            at += chunk;
            var selections = await filter.SelectAsync(reader, some, cancel);
            await reader.LoadAsync([.. selections.Select(selection => selection.Block)], [_column], withBodies: true, cancel);
            foreach (var selection in selections)
            {
                if (!selection.Block.IsGone) Offer(selection);
            }

            foreach (var block in some) block.Release();
        }

        return [.. _found.UnorderedItems.Select(item => item.Element).Order(_order)];
    }

    /// <summary>The blocks that may have something behind the page before, the most promising first.</summary>
    private async ValueTask<List<(Block Block, LogCursor Best)>> SortAsync(IColumnReader reader, List<Block> blocks, CancellationToken cancel)
    {
        var isTime = question.Order.Equals(LogNumber.Time);
        if (!isTime) await reader.LoadAsync(blocks, [_column], withBodies: false, cancel);
        var open = new List<(Block Block, LogCursor Best)>(blocks.Count);
        foreach (var block in blocks)
        {
            if (block.IsGone) continue;
            var numbers = isTime ? null : block.Numbers(_column);
            if (question.After is { } after && _order.Compare(_order.Bound(block, numbers, isFirst: false), after) <= 0) continue;
            open.Add((block, _order.Bound(block, numbers, isFirst: true)));
        }

        open.Sort((x, y) => _order.Compare(x.Best, y.Best));
        return open;
    }

    private bool IsBetter(LogCursor best) => _found.Count <= question.Limit || _order.Compare(best, _found.Peek()) < 0;

    private void Offer(Selection selection)
    {
        var (block, numbers) = (selection.Block, selection.Block.Numbers(_column));
        var mask = RowMask.Copy(selection.Mask ?? block.Present);
        if (_found.Count > question.Limit && _found.Peek().Value is { } worst) Narrow(worst, question.IsAscending);
        if (question.After?.Value is { } after && !numbers.HasUnknown) Narrow(after, !question.IsAscending);
        Span<ushort> places = stackalloc ushort[Block.Size];
        foreach (var place in places[..mask.Places(places)])
        {
            var value = numbers.ValueAt(place);
            var row = new LogCursor(value == NumberSegment.Unknown ? null : value, block.Start + place);
            if (question.After is { } cursor && _order.Compare(row, cursor) <= 0) continue;
            if (_found.Count <= question.Limit) _found.Enqueue(row, row);
            else if (_order.Compare(row, _found.Peek()) < 0) _found.EnqueueDequeue(row, row);
        }

        void Narrow(long bound, bool isMost)
        {
            var check = isMost ? new RangeCheck(_column, long.MinValue, bound) : new RangeCheck(_column, bound, long.MaxValue);
            var verdict = check.Look(block);
            if (verdict == Verdict.None) mask.Words.Clear();
            else if (verdict == Verdict.Some) check.Narrow(block, mask);
        }
    }
}
