using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Storage.Logs.Columns;

/// <summary>
/// A dimension's column of a block. The head has the values that occur, by the numbers of their names, and how many rows have each; where rows may have
/// several values, sets of values. The body has a code for each place: which value or set.
/// </summary>
/// <remarks>
/// Head: int32 count; byte 1 if of sets; byte width of a code (0, 1, 2); two bytes 0; uint16 rows of each code; two bytes 0 if their count is odd; then int32
/// of each value, ascending, 0 for none; or of sets int32 where each begins and where the last ends, and the values. All little-endian.
/// </remarks>
internal sealed class DimensionSegment(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
{
    private const int Counts = 8;

    /// <summary>As it is stored.</summary>
    public ReadOnlyMemory<byte> Head => head;

    /// <summary>As it is stored; empty if all rows are alike.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>How many values or sets occur.</summary>
    public int Count => MemoryMarshal.Read<int>(head.Span);

    /// <summary>Are they sets?</summary>
    public bool IsMany => head.Span[4] != 0;

    /// <summary>How many rows have each.</summary>
    public ReadOnlySpan<ushort> Rows => MemoryMarshal.Cast<byte, ushort>(head.Span.Slice(Counts, 2 * Count));

    private ReadOnlySpan<int> Rest => MemoryMarshal.Cast<byte, int>(head.Span[(Counts + ((Count + 1) / 2 * 4))..]);

    /// <summary>No row has a value.</summary>
    public static DimensionSegment None(int rows) => DimensionSegmentBuilder.Write([[0]], [rows], false, new ushort[Block.Size]);

    /// <summary>The values of a code, where they are not sets one for each code: 0 stands for none. Of a set of nothing it is the number 0, too.</summary>
    public ReadOnlySpan<int> ValuesOf(int code)
    {
        var rest = Rest;
        if (!IsMany) return rest.Slice(code, 1);
        var values = rest[(Count + 1)..];
        return values[rest[code]..rest[code + 1]];
    }

    /// <summary>The codes of all places.</summary>
    public void Codes(Span<ushort> codes)
    {
        switch (head.Span[5])
        {
            case 0: codes.Clear(); break;
            case 1: Widen(body.Span, codes); break;
            default: MemoryMarshal.Cast<byte, ushort>(body.Span).CopyTo(codes); break;
        }
    }

    private static void Widen(ReadOnlySpan<byte> from, Span<ushort> to)
    {
        for (var i = 0; i < from.Length; i += Vector128<byte>.Count)   // a block is a multiple of it
        {
            var (low, high) = Vector128.Widen(Vector128.Create(from.Slice(i, Vector128<byte>.Count)));
            low.CopyTo(to[i..]);
            high.CopyTo(to[(i + Vector128<ushort>.Count)..]);
        }
    }
}
