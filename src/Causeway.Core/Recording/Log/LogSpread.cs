using System.Numerics;

namespace Causeway.Core.Recording.Log;

/// <summary>
/// How times are spread: their number, their sum, and, if wanted, how many lie in each of some classes that grow with the time, eight to each doubling,
/// so that a quantile is right to about four percent.
/// </summary>
public sealed class LogSpread
{
    private const int Bits = 3;
    private const int Classes = 64 << Bits;

    private long[]? _counts;

    /// <summary>How many times.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum, in microseconds.</summary>
    public long Sum { get; private set; }

    /// <summary>The longest, in microseconds.</summary>
    public long Longest { get; private set; }

    /// <summary>Adds a time in microseconds; with <paramref name="isClassed"/> also to its class.</summary>
    public void Add(long micros, bool isClassed)
    {
        Count++;
        Sum += micros;
        if (micros > Longest) Longest = micros;
        if (isClassed) (_counts ??= new long[Classes])[ClassOf(micros)]++;
    }

    /// <summary>Adds several times without their classes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="sum">Their sum, in microseconds.</param>
    /// <param name="longest">The longest, in microseconds.</param>
    public void Add(long count, long sum, long longest)
    {
        Count += count;
        Sum += sum;
        Longest = Math.Max(Longest, longest);
    }

    /// <summary>Adds all of another's.</summary>
    public void Add(LogSpread other)
    {
        Count += other.Count;
        Sum += other.Sum;
        Longest = Math.Max(Longest, other.Longest);
        if (other._counts is not { } more) return;
        _counts ??= new long[Classes];
        for (var i = 0; i < Classes; i++) _counts[i] += more[i];
    }

    /// <summary>The mean, in microseconds; null of nothing.</summary>
    public double? Mean => Count == 0 ? null : (double)Sum / Count;

    /// <summary>The time that a share of all times does not pass, in microseconds, as the middle of its class; null if it is not known.</summary>
    public double? Quantile(double share)
    {
        if (_counts is not { } counts || Count == 0) return null;
        var rest = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var i = 0; i < Classes; i++)
        {
            rest -= counts[i];
            if (rest <= 0) return Math.Min(Longest, (FloorOf(i) + FloorOf(i + 1)) / 2.0);
        }

        return Longest;
    }

    /// <summary>The number of the class: the exponent, and the bits behind the first.</summary>
    private static int ClassOf(long micros)
    {
        var value = (ulong)Math.Max(0, micros);
        if (value < 1UL << Bits) return (int)value;
        var shift = BitOperations.Log2(value) - Bits;
        return ((shift + 1) << Bits) + (int)((value >> shift) & ((1 << Bits) - 1));
    }

    private static double FloorOf(int at)
    {
        if (at < 1 << Bits) return at;
        var shift = (at >> Bits) - 1;
        return Math.ScaleB((1 << Bits) + (at & ((1 << Bits) - 1)), shift);
    }
}
