using System.Runtime.InteropServices;

namespace Causeway.Storage.Logs.Columns;

/// <summary>The rows of a block that pass, and which sum each belongs to; a row with several values is there several times. Its arrays are used again.</summary>
internal sealed class RowGroups
{
    private const int MostTable = 1 << 16;

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
    public void All(Selection selection)
    {
        selection.Places.CopyTo(_places);
        (_count, _isOne) = (selection.Count, true);
    }

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
        Assign(codes, Targets(segment, shape), first < last ? shape : null, first, (int)Math.Min(last - first + 1, int.MaxValue));
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

    /// <summary>The sums that each code of a dimension belongs to.</summary>
    private static int[][] Targets(DimensionSegment? segment, SumShape shape)
    {
        if (segment is null) return [[0]];
        var targets = new int[segment.Count][];
        for (var code = 0; code < targets.Length; code++) targets[code] = Array.ConvertAll(segment.ValuesOf(code).ToArray(), shape.ValueOf);
        return targets;
    }

    private void Assign(ReadOnlySpan<ushort> codes, int[][] targets, SumShape? spans, long first, int spanCount)
    {
        var from = _places.AsSpan(0, _count).ToArray();
        if ((long)targets.Length * spanCount <= MostTable && Array.TrueForAll(targets, target => target.Length == 1)) AssignOne(from, codes, targets, spans, first, spanCount);
        else AssignMany(from, codes, targets, spans, first);
    }

    /// <summary>Each row belongs to one sum: which, a table has by code and span.</summary>
    private void AssignOne(ushort[] from, ReadOnlySpan<ushort> codes, int[][] targets, SumShape? spans, long first, int spanCount)
    {
        var table = new int[targets.Length * spanCount];
        var groups = _groups.AsSpan(0, from.Length);
        for (var i = 0; i < from.Length; i++)
        {
            var (code, span) = (codes[from[i]], spans is null ? first : spans.SpanOf(Values[from[i]]));
            ref var group = ref table[(code * spanCount) + (int)(span - first)];
            if (group == 0) group = Group(targets[code][0], span, first) + 1;
            groups[i] = group - 1;
        }
    }

    private void AssignMany(ushort[] from, ReadOnlySpan<ushort> codes, int[][] targets, SumShape? spans, long first)
    {
        _count = 0;
        foreach (var place in from)
        {
            var span = spans is null ? first : spans.SpanOf(Values[place]);
            foreach (var value in targets[codes[place]]) Append(place, Group(value, span, first));
        }
    }

    private int Group(int value, long span, long first)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupOf, ((span - first) << 32) | (uint)value, out var isThere);
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
