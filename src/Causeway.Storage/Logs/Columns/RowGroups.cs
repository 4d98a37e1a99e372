using System.Runtime.InteropServices;

namespace Causeway.Storage.Logs.Columns;

/// <summary>The rows of a block that pass, and which sum each belongs to; a row with several values is there several times. Its arrays are used again.</summary>
internal sealed class RowGroups
{
    private readonly Dictionary<long, int> _groupOf = [];
    private readonly List<(int Value, long Span)> _keys = [];
    private ushort[] _places = new ushort[Block.Size];
    private int[] _groups = new int[Block.Size];
    private int _count;
    private bool _isOne;

    /// <summary>The rows' places.</summary>
    public ReadOnlySpan<ushort> Places => _places.AsSpan(0, _count);

    /// <summary>The group of each; empty: there is one.</summary>
    public ReadOnlySpan<int> Groups => _isOne ? [] : _groups.AsSpan(0, _count);

    /// <summary>Room for a number of each place.</summary>
    public long[] Values { get; } = new long[Block.Size];

    /// <summary>All that pass, in one group.</summary>
    public void All(Selection selection) => (_count, _isOne) = (selection.Places(_places), true);

    /// <summary>Tells them apart by value and span; what the groups stand for.</summary>
    public IReadOnlyList<(int Value, long Span)> Split(Selection selection, SumShape shape, int timeColumn)
    {
        All(selection);
        _keys.Clear();
        _groupOf.Clear();
        var block = selection.Block;
        var (first, last) = (shape.SpanOf(block.First), shape.SpanOf(block.Last));
        if (shape.By is null && first == last)
        {
            _keys.Add((0, first));
            return _keys;
        }

        _isOne = false;
        var segment = shape.By is { } by ? block.Dimension(by) : null;
        Span<ushort> codes = stackalloc ushort[Block.Size];
        codes.Clear();
        segment?.Codes(codes);
        if (first < last) block.Numbers(timeColumn).Values(Values);
        Assign(codes, Targets(segment, shape), first < last ? shape : null, first);
        return _keys;
    }

    /// <summary>How many rows each group has.</summary>
    public int[] Rows(int groups)
    {
        var rows = new int[groups];
        if (_isOne) rows[0] = _count;
        foreach (var group in Groups) rows[group]++;
        return rows;
    }

    /// <summary>Notes the first and the last time of each group.</summary>
    public void Times(NumberSegment times, SumCell[] cells)
    {
        times.Values(Values);
        long[] first = new long[cells.Length], last = new long[cells.Length];
        Array.Fill(first, long.MaxValue);
        Array.Fill(last, long.MinValue);
        for (var i = 0; i < _count; i++)
        {
            var (group, time) = (_isOne ? 0 : _groups[i], Values[_places[i]]);
            first[group] = Math.Min(first[group], time);
            last[group] = Math.Max(last[group], time);
        }

        for (var i = 0; i < cells.Length; i++) (cells[i].First, cells[i].Last) = (Math.Min(cells[i].First, first[i]), Math.Max(cells[i].Last, last[i]));
    }

    /// <summary>The sums that each code of a dimension belongs to.</summary>
    private static int[][] Targets(DimensionSegment? segment, SumShape shape)
    {
        if (segment is null) return [[0]];
        var targets = new int[segment.Count][];
        for (var code = 0; code < targets.Length; code++) targets[code] = Array.ConvertAll(segment.ValuesOf(code).ToArray(), shape.ValueOf);
        return targets;
    }

    private void Assign(ReadOnlySpan<ushort> codes, int[][] targets, SumShape? spans, long first)
    {
        var from = _places.AsSpan(0, _count).ToArray();
        var (lastKey, lastGroup) = (-1L, 0);
        _count = 0;
        foreach (var place in from)
        {
            var span = spans is null ? first : spans.SpanOf(Values[place]);
            foreach (var value in targets[codes[place]])
            {
                var key = ((span - first) << 32) | (uint)value;
                if (key != lastKey) (lastKey, lastGroup) = (key, Group(key, value, span));
                Append(place, lastGroup);
            }
        }
    }

    private int Group(long key, int value, long span)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupOf, key, out var isThere);
        if (isThere) return group;
        _keys.Add((value, span));
        return group = _keys.Count - 1;
    }

    private void Append(ushort place, int group)
    {
        if (_count == _places.Length)
        {
            Array.Resize(ref _places, 2 * _count);
            Array.Resize(ref _groups, 2 * _count);
        }

        (_places[_count], _groups[_count]) = (place, group);
        _count++;
    }
}
