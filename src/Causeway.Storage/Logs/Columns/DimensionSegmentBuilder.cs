using System.Runtime.InteropServices;

namespace Causeway.Storage.Logs.Columns;

/// <summary>Makes columns of dimensions.</summary>
internal static class DimensionSegmentBuilder
{
    private static readonly int[] Nothing = [0];

    /// <summary>A column of what each place has, one value at most; 0: nothing.</summary>
    /// <param name="values">For each place.</param>
    /// <param name="present">The places that count; null: all.</param>
    public static DimensionSegment OfOne(ReadOnlySpan<int> values, RowMask? present)
    {
        var counts = new Dictionary<int, int>();
        for (var i = 0; i < Block.Size; i++)
        {
            if (present?.Has(i) != false) CollectionsMarshal.GetValueRefOrAddDefault(counts, values[i], out _)++;
        }

        int[] distinct = [.. counts.Keys];
        Array.Sort(distinct);
        var rows = Array.ConvertAll(distinct, value => counts[value]);
        for (var i = 0; i < distinct.Length; i++) counts[distinct[i]] = i;
        var codes = new ushort[Block.Size];
        for (var i = 0; i < Block.Size; i++) codes[i] = (ushort)counts.GetValueOrDefault(values[i]);
        return Write(Array.ConvertAll(distinct, value => new[] { value }), rows, false, codes);
    }

    /// <summary>A column of what each place has, in any number; null: nothing.</summary>
    /// <param name="sets">For each place.</param>
    /// <param name="present">The places that count; null: all.</param>
    public static DimensionSegment OfMany(ReadOnlySpan<int[]?> sets, RowMask? present)
    {
        var codeOf = new Dictionary<int[], int>(SetComparer.Instance);
        var (distinct, rows, codes) = (new List<int[]>(), new List<int>(), new ushort[Block.Size]);
        for (var i = 0; i < Block.Size; i++)
        {
            if (present?.Has(i) == false) continue;
            var set = sets[i] is { Length: > 0 } some ? some : Nothing;
            if (!codeOf.TryGetValue(set, out var code))
            {
                codeOf.Add(set, code = distinct.Count);
                distinct.Add(set);
                rows.Add(0);
            }

            rows[code]++;
            codes[i] = (ushort)code;
        }

        return Write([.. distinct.Select(set => set.Distinct().ToArray())], [.. rows], true, codes);
    }

    /// <summary>Puts it into the form of <see cref="DimensionSegment"/>.</summary>
    public static DimensionSegment Write(int[][] distinct, int[] rows, bool isMany, ushort[] codes)
    {
        var count = distinct.Length;
        var width = count <= 1 ? 0 : count <= 256 ? 1 : 2;
        var rest = 8 + ((count + 1) / 2 * 4);
        var values = distinct.Sum(set => set.Length);
        var head = new byte[rest + (4 * (isMany ? count + 1 + values : count))];
        MemoryMarshal.Write(head, count);
        (head[4], head[5]) = ((byte)(isMany ? 1 : 0), (byte)width);
        for (var i = 0; i < count; i++) MemoryMarshal.Write(head.AsSpan(8 + (2 * i)), (ushort)rows[i]);
        var numbers = MemoryMarshal.Cast<byte, int>(head.AsSpan(rest));
        var at = isMany ? count + 1 : 0;
        for (var i = 0; i < count; i++)
        {
            if (isMany) numbers[i] = at - count - 1;
            distinct[i].CopyTo(numbers[at..]);
            at += distinct[i].Length;
        }

        if (isMany) numbers[count] = values;
        return new DimensionSegment(head, Body(codes, width));
    }

    private static byte[] Body(ushort[] codes, int width)
    {
        if (width == 0) return [];
        if (width == 2) return MemoryMarshal.AsBytes(codes.AsSpan()).ToArray();
        var body = new byte[codes.Length];
        for (var i = 0; i < body.Length; i++) body[i] = (byte)codes[i];
        return body;
    }

    private sealed class SetComparer : IEqualityComparer<int[]>
    {
        public static readonly SetComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] set)
        {
            var hash = new HashCode();
            foreach (var value in set) hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
