using System.Numerics;

namespace Causeway.Storage.Logs.Columns;

/// <summary>What a head says about a test.</summary>
internal enum Verdict
{
    /// <summary>No row passes.</summary>
    None,

    /// <summary>The body must be asked.</summary>
    Some,

    /// <summary>All rows pass.</summary>
    All,
}

/// <summary>A test of a column.</summary>
/// <param name="Column">The column.</param>
internal abstract record Check(int Column)
{
    /// <summary>What the head says.</summary>
    public abstract Verdict Look(Block block);

    /// <summary>Takes the places away that do not pass.</summary>
    public abstract void Narrow(Block block, RowMask mask);
}

/// <summary>The row has one of some values, or none of them.</summary>
/// <param name="Column">The column.</param>
/// <param name="Values">The values by the numbers of their names; 0 stands for rows that have none.</param>
/// <param name="IsNot">Turns it round.</param>
internal sealed record ValueCheck(int Column, IReadOnlySet<int> Values, bool IsNot) : Check(Column)
{
    /// <inheritdoc/>
    public override Verdict Look(Block block)
    {
        var segment = block.Dimension(Column);
        var passing = 0;
        for (var code = 0; code < segment.Count; code++) passing += Passes(segment, code) ? 1 : 0;
        return passing == 0 ? Verdict.None : passing == segment.Count ? Verdict.All : Verdict.Some;
    }

    /// <inheritdoc/>
    public override void Narrow(Block block, RowMask mask)
    {
        var segment = block.Dimension(Column);
        Span<ushort> codes = stackalloc ushort[Block.Size];
        segment.Codes(codes);
        Span<bool> allowed = stackalloc bool[segment.Count];
        var (passing, one) = (0, 0);
        for (var code = 0; code < allowed.Length; code++)
        {
            if (!(allowed[code] = Passes(segment, code))) continue;
            passing++;
            one = code;
        }

        if (passing == 1) CodeRange.Narrow<ushort>(codes, (ushort)one, (ushort)one, mask);
        else CodeRange.Narrow(codes, allowed, mask);
    }

    private bool Passes(DimensionSegment segment, int code)
    {
        foreach (var value in segment.ValuesOf(code))
        {
            if (Values.Contains(value)) return !IsNot;
        }

        return IsNot;
    }
}

/// <summary>The number is known and lies between two bounds, which belong to it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Least">The lower bound.</param>
/// <param name="Most">The upper bound.</param>
internal sealed record RangeCheck(int Column, long Least, long Most) : Check(Column)
{
    /// <inheritdoc/>
    public override Verdict Look(Block block)
    {
        var segment = block.Numbers(Column);
        if (segment.Known == 0 || Least > Most || segment.Most < Least || segment.Least > Most) return Verdict.None;
        return segment.Least >= Least && segment.Most <= Most && !segment.HasUnknown ? Verdict.All : Verdict.Some;
    }

    /// <inheritdoc/>
    public override void Narrow(Block block, RowMask mask)
    {
        var segment = block.Numbers(Column);
        var unknown = segment.HasUnknown ? 1UL : 0;
        var low = Least <= segment.Least ? 0 : (((ulong)Least - (ulong)segment.Least - 1) / segment.Step) + 1;   // rounded up
        var high = ((ulong)Math.Min(Most, segment.Most) - (ulong)segment.Least) / segment.Step;
        if (low > high)
        {
            mask.Words.Clear();
            return;
        }

        switch (segment.Width)
        {
            case 1: Narrow<byte>(segment, low + unknown, high + unknown, mask); break;
            case 2: Narrow<ushort>(segment, low + unknown, high + unknown, mask); break;
            case 4: Narrow<uint>(segment, low + unknown, high + unknown, mask); break;
            case 8: Narrow<ulong>(segment, low + unknown, high + unknown, mask); break;
            default: break;   // all rows are alike, and the head was asked
        }
    }

    private static void Narrow<T>(NumberSegment segment, ulong low, ulong high, RowMask mask) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        CodeRange.Narrow(segment.Codes<T>(), T.CreateTruncating(low), T.CreateTruncating(high), mask);
}
