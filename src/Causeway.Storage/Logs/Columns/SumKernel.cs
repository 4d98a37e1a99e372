using System.Numerics;

namespace Causeway.Storage.Logs.Columns;

/// <summary>Adds a number's column up, for each of some groups of rows: over codes, so that a row costs a load and an addition.</summary>
internal static class SumKernel
{
    /// <summary>Adds up.</summary>
    /// <param name="segment">The column, with its body.</param>
    /// <param name="places">The rows.</param>
    /// <param name="groups">The group of each; empty: all are of the first.</param>
    /// <param name="into">The totals of the groups.</param>
    /// <param name="withMost">Also finds the greatest.</param>
    public static void Add(NumberSegment segment, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into, bool withMost)
    {
        into.Clear();
        switch (segment.Width)
        {
            case 0: break;   // the head says it all
            case 1: Add(segment.Codes<byte>(), places, groups, into, withMost, segment.HasUnknown); break;
            case 2: Add(segment.Codes<ushort>(), places, groups, into, withMost, segment.HasUnknown); break;
            case 4: Add(segment.Codes<uint>(), places, groups, into, withMost, segment.HasUnknown); break;
            default: AddWide(segment.Codes<ulong>(), places, groups, into); break;
        }
    }

    /// <summary>What a total means: how many rows have the number, and their sum.</summary>
    public static (long Known, Int128 Sum) Read(NumberSegment segment, in GroupTotal total, int rows)
    {
        if (segment.Width == 0) return segment.Known == 0 ? (0, 0) : (rows, (Int128)rows * segment.Least);
        long known = segment.HasUnknown ? total.NotZero : rows;
        var steps = new Int128(total.SumHigh, total.Sum) - (segment.HasUnknown ? known : 0);
        return (known, (known * (Int128)segment.Least) + (steps * segment.Step));
    }

    /// <summary>Finds the least code of each group, as the sum of its total, and the greatest. All rows must have the number.</summary>
    public static void Bounds(NumberSegment segment, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into)
    {
        into.Fill(new GroupTotal { Sum = segment.Width == 0 ? 0 : ulong.MaxValue });
        switch (segment.Width)
        {
            case 1: Bounds(segment.Codes<byte>(), places, groups, into); break;
            case 2: Bounds(segment.Codes<ushort>(), places, groups, into); break;
            case 4: Bounds(segment.Codes<uint>(), places, groups, into); break;
            case 8: Bounds(segment.Codes<ulong>(), places, groups, into); break;
            default: break;   // all are alike
        }
    }

    private static void Bounds<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into) where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < places.Length; i++)
        {
            var code = ulong.CreateTruncating(codes[places[i]]);
            ref var total = ref into[groups.IsEmpty ? 0 : groups[i]];
            total.Sum = Math.Min(total.Sum, code);
            total.Most = Math.Max(total.Most, code);
        }
    }

    private static void Add<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into, bool withMost, bool hasUnknown) where T : unmanaged, IBinaryInteger<T>
    {
        if (groups.IsEmpty) AddOne(codes, places, ref into[0]);
        else if (withMost) AddAll(codes, places, groups, into);
        else if (hasUnknown) AddKnown(codes, places, groups, into);
        else AddSums(codes, places, groups, into);
    }

    private static void AddOne<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ref GroupTotal into) where T : unmanaged, IBinaryInteger<T>
    {
        var (sum, zeros, most) = (0UL, 0, 0UL);
        foreach (var place in places)
        {
            var code = ulong.CreateTruncating(codes[place]);
            sum += code;
            zeros += code == 0 ? 1 : 0;
            most = Math.Max(most, code);
        }

        into = new GroupTotal { Sum = sum, NotZero = places.Length - zeros, Most = most };
    }

    private static void AddSums<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into) where T : unmanaged, IBinaryInteger<T>
    {
        groups = groups[..places.Length];
        for (var i = 0; i < places.Length; i++) into[groups[i]].Sum += ulong.CreateTruncating(codes[places[i]]);
    }

    private static void AddKnown<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into) where T : unmanaged, IBinaryInteger<T>
    {
        groups = groups[..places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var code = ulong.CreateTruncating(codes[places[i]]);
            ref var total = ref into[groups[i]];
            total.Sum += code;
            total.NotZero += code != 0 ? 1 : 0;
        }
    }

    private static void AddAll<T>(ReadOnlySpan<T> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into) where T : unmanaged, IBinaryInteger<T>
    {
        groups = groups[..places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var code = ulong.CreateTruncating(codes[places[i]]);
            ref var total = ref into[groups[i]];
            total.Sum += code;
            total.NotZero += code != 0 ? 1 : 0;
            total.Most = Math.Max(total.Most, code);
        }
    }

    private static void AddWide(ReadOnlySpan<ulong> codes, ReadOnlySpan<ushort> places, ReadOnlySpan<int> groups, Span<GroupTotal> into)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var code = codes[places[i]];
            ref var total = ref into[groups.IsEmpty ? 0 : groups[i]];
            total.SumHigh += total.Sum + code < code ? 1UL : 0;
            total.Sum += code;
            total.NotZero += code != 0 ? 1 : 0;
            total.Most = Math.Max(total.Most, code);
        }
    }
}

/// <summary>A group's total over codes.</summary>
internal struct GroupTotal
{
    /// <summary>The sum, its low 64 bits.</summary>
    public ulong Sum;

    /// <summary>The sum, its high 64 bits.</summary>
    public ulong SumHigh;

    /// <summary>The greatest code.</summary>
    public ulong Most;

    /// <summary>How many codes are not 0.</summary>
    public long NotZero;
}
