using System.Runtime.InteropServices;
using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs.Columns;

/// <summary>What a table of sums is told apart by.</summary>
/// <param name="By">The dimension's column; null: none.</param>
/// <param name="Kept">The values that have sums of their own, the others come together; null: all.</param>
/// <param name="Span">The length of a span, in milliseconds; 0: none.</param>
/// <param name="Offset">Where a span begins, in milliseconds after 1970.</param>
/// <param name="IsClassed">With quantiles.</param>
/// <param name="Error">The number of the outcome "error".</param>
/// <param name="Abandoned">The number of the outcome "abandoned".</param>
internal sealed record SumShape(int? By, IReadOnlySet<int>? Kept, long Span, long Offset, bool IsClassed, int Error, int Abandoned)
{
    /// <summary>Stands for all values that have no sums of their own.</summary>
    public const int Rest = -1;

    /// <summary>The span of a time.</summary>
    public long SpanOf(long time)
    {
        if (Span == 0) return 0;
        var (spans, rest) = Math.DivRem(time - Offset, Span);
        return rest < 0 ? spans - 1 : spans;
    }

    /// <summary>Where a span begins, in milliseconds since 1970.</summary>
    public long StartOf(long span) => (span * Span) + Offset;

    /// <summary>The sum that a value belongs to.</summary>
    public int ValueOf(int value) => Kept is null || Kept.Contains(value) ? value : Rest;
}

/// <summary>Sums by value and span.</summary>
internal sealed class SumTable(SumShape shape)
{
    private static readonly int Time = LogColumn.Of(LogNumber.Time);
    private static readonly int Outcome = LogDimension.TryFind("outcome", out var outcome) ? LogColumn.Of(outcome) : throw new InvalidOperationException();
    private static readonly int[] Summed = Array.ConvertAll(SumCell.Summed, LogColumn.Of);
    private static readonly int[] Spread = Array.ConvertAll(SumCell.Spread, LogColumn.Of);

    /// <summary>The sums, by value and span.</summary>
    public Dictionary<(int Value, long Span), SumCell> Cells { get; } = [];

    /// <summary>Adds rows.</summary>
    public async ValueTask AddAsync(IColumnReader reader, IReadOnlyList<Selection> selections, CancellationToken cancel)
    {
        int[] all = [Outcome, Time, .. Summed, .. Spread, .. shape.By is { } by ? [by] : (ReadOnlySpan<int>)[]];
        var whole = selections.Where(IsWhole).ToList();
        await reader.LoadAsync([.. whole.Select(selection => selection.Block)], all, withBodies: false, cancel);
        if (shape.IsClassed) await reader.LoadAsync([.. whole.Select(selection => selection.Block)], Spread, withBodies: true, cancel);
        await reader.LoadAsync([.. selections.Where(selection => !IsWhole(selection)).Select(selection => selection.Block)], all, withBodies: true, cancel);
        var groups = new RowGroups();
        foreach (var selection in selections)
        {
            if (selection.Block.IsGone) continue;
            if (IsWhole(selection)) AddWhole(selection.Block, groups);
            else AddRows(selection, groups);
        }
    }

    /// <summary>Adds another worker's.</summary>
    public SumTable With(SumTable other)
    {
        foreach (var (key, cell) in other.Cells) Cell(key.Value, key.Span).Add(cell);
        return this;
    }

    /// <summary>All rows of the block pass and are of one sum: its heads have it.</summary>
    private bool IsWhole(Selection selection) => selection.Mask is null && shape.By is null && shape.SpanOf(selection.Block.First) == shape.SpanOf(selection.Block.Last);

    private void AddWhole(Block block, RowGroups groups)
    {
        var cell = Cell(0, shape.SpanOf(block.First));
        cell.Requests += block.Rows;
        cell.First = Math.Min(cell.First, block.First);
        cell.Last = Math.Max(cell.Last, block.Last);
        var outcomes = block.Dimension(Outcome);
        for (var code = 0; code < outcomes.Count; code++) Count(cell, outcomes.ValuesOf(code)[0], outcomes.Rows[code]);
        for (var i = 0; i < Summed.Length; i++) cell.Sums[i] += block.Numbers(Summed[i]).Sum;
        for (var i = 0; i < Spread.Length; i++)
        {
            var segment = block.Numbers(Spread[i]);
            if (!shape.IsClassed) cell.Spreads[i].Add(segment.Known, (long)Int128.Min(segment.Sum, long.MaxValue), segment.Known == 0 ? 0 : segment.Most);
        }

        if (!shape.IsClassed) return;
        groups.All(new Selection(block, null, block.Rows));
        for (var i = 0; i < Spread.Length; i++) AddClasses(block.Numbers(Spread[i]), groups, [cell], i);
    }

    private void AddRows(Selection selection, RowGroups groups)
    {
        var block = selection.Block;
        var keys = groups.Split(selection, shape, Time);
        var cells = new SumCell[keys.Count];
        for (var i = 0; i < cells.Length; i++) cells[i] = Cell(keys[i].Value, keys[i].Span);
        var rows = groups.Rows(cells.Length);
        for (var i = 0; i < cells.Length; i++) cells[i].Requests += rows[i];
        AddOutcomes(block.Dimension(Outcome), groups, cells);
        var totals = new GroupTotal[cells.Length];
        for (var i = 0; i < Summed.Length; i++)
        {
            var segment = block.Numbers(Summed[i]);
            SumKernel.Add(segment, groups.Places, groups.Groups, totals, withMost: false);
            for (var j = 0; j < cells.Length; j++) cells[j].Sums[i] += SumKernel.Read(segment, totals[j], rows[j]).Sum;
        }

        for (var i = 0; i < Spread.Length; i++)
        {
            var segment = block.Numbers(Spread[i]);
            if (shape.IsClassed)
            {
                AddClasses(segment, groups, cells, i);
                continue;
            }

            SumKernel.Add(segment, groups.Places, groups.Groups, totals, withMost: true);
            for (var j = 0; j < cells.Length; j++)
            {
                var (known, sum) = SumKernel.Read(segment, totals[j], rows[j]);
                if (known > 0) cells[j].Spreads[i].Add(known, (long)Int128.Min(sum, long.MaxValue), segment.Width == 0 ? segment.Most : segment.ValueOf(totals[j].Most));
            }
        }

        var times = block.Numbers(Time);
        SumKernel.Bounds(times, groups.Places, groups.Groups, totals);
        for (var j = 0; j < cells.Length; j++)
        {
            cells[j].First = Math.Min(cells[j].First, times.ValueOf(totals[j].Sum));
            cells[j].Last = Math.Max(cells[j].Last, times.ValueOf(totals[j].Most));
        }
    }

    private void AddOutcomes(DimensionSegment outcomes, RowGroups groups, SumCell[] cells)
    {
        Span<ushort> codes = stackalloc ushort[Block.Size];
        outcomes.Codes(codes);
        var kinds = new byte[outcomes.Count];
        for (var code = 0; code < kinds.Length; code++)
        {
            var value = outcomes.ValuesOf(code)[0];
            kinds[code] = (byte)(value == shape.Error ? 1 : value == shape.Abandoned ? 2 : 0);
        }

        if (!kinds.AsSpan().ContainsAnyExcept((byte)0)) return;
        for (var i = 0; i < groups.Places.Length; i++)
        {
            var kind = kinds[codes[groups.Places[i]]];
            if (kind == 0) continue;
            var cell = cells[groups.Groups.IsEmpty ? 0 : groups.Groups[i]];
            if (kind == 1) cell.Errors++;
            else cell.Abandoned++;
        }
    }

    private static void AddClasses(NumberSegment segment, RowGroups groups, SumCell[] cells, int which)
    {
        var values = groups.Values;
        segment.Values(values);
        for (var i = 0; i < groups.Places.Length; i++)
        {
            var value = values[groups.Places[i]];
            if (value != NumberSegment.Unknown) cells[groups.Groups.IsEmpty ? 0 : groups.Groups[i]].Spreads[which].Add(value, isClassed: true);
        }
    }

    private void Count(SumCell cell, int outcome, int rows)
    {
        if (outcome == shape.Error) cell.Errors += rows;
        else if (outcome == shape.Abandoned) cell.Abandoned += rows;
    }

    private SumCell Cell(int value, long span)
    {
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(Cells, (value, span), out _);
        return cell ??= new SumCell();
    }
}
