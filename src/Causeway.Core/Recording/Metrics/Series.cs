namespace Causeway.Core.Recording.Metrics;

/// <summary>The numbers of a metric for one set of labels.</summary>
public abstract class Series
{
    /// <summary>Its labels as they are written, in UTF-8: <c>provider="openai",model="gpt-4o"</c>.</summary>
    internal byte[] Labels { get; set; } = [];

    /// <summary>Writes its samples.</summary>
    internal abstract void Write(MetricsWriter writer, MetricInfo info);
}

/// <summary>A whole number that grows, or a gauge that goes up and down. Thread-safe, without locks.</summary>
public sealed class Count : Series
{
    private long _value;

    /// <summary>How much it is.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to it.</summary>
    public void Add(long more) => Interlocked.Add(ref _value, more);

    /// <inheritdoc/>
    internal override void Write(MetricsWriter writer, MetricInfo info) => writer.Sample(info, Labels, Value);
}

/// <summary>
/// A sum of amounts of at least 0 with up to twelve decimals, exactly. Thread-safe, without locks: millionths and what is below them are summed apart, since a
/// decimal cannot be added to at once. Whoever reads while others add may see the millionths of an amount before the rest of it, never less than before.
/// </summary>
public sealed class Amount : Series
{
    private const decimal Million = 1_000_000m;
    private const int Decimals = 12;

    /// <summary>What makes a number with so many decimals one with twelve: powers of ten.</summary>
    private static readonly ulong[] Scales = [.. Enumerable.Range(0, Decimals + 1).Select(behind => (ulong)Math.Pow(10, Decimals - behind))];

    private long _millionths;
    private long _rest;   // millionths of millionths

    /// <summary>The sum.</summary>
    public decimal Value => (Interlocked.Read(ref _millionths) / Million) + (Interlocked.Read(ref _rest) / (Million * Million));

    /// <summary>Adds to it.</summary>
    public void Add(decimal more)
    {
        Span<int> bits = stackalloc int[4];   // its digits in three of them, then how many are behind the point
        decimal.GetBits(more, bits);
        var (digits, behind) = ((uint)bits[0] | ((ulong)(uint)bits[1] << 32), (bits[3] >> 16) & 0xFF);
        if (bits[2] != 0 || behind > Decimals || digits > ulong.MaxValue / Scales[behind])
        {
            AddSlowly(more);
            return;
        }

        var (millionths, rest) = Math.DivRem(digits * Scales[behind], (ulong)Million);
        Interlocked.Add(ref _millionths, (long)millionths);
        if (rest != 0) Interlocked.Add(ref _rest, (long)rest);
    }

    /// <inheritdoc/>
    internal override void Write(MetricsWriter writer, MetricInfo info) => writer.Sample(info, Labels, Value);

    private void AddSlowly(decimal more)
    {
        var all = more * Million;
        var whole = decimal.Truncate(all);
        Interlocked.Add(ref _millionths, (long)whole);
        if (all != whole) Interlocked.Add(ref _rest, (long)((all - whole) * Million));
    }
}
