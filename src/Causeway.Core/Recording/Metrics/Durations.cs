using System.Globalization;
using System.Text;

namespace Causeway.Core.Recording.Metrics;

/// <summary>The upper bounds of a histogram's ranges. A value that is equal to a bound is in its range.</summary>
public sealed class Buckets
{
    private readonly long[] _ticks;   // of 100 ns

    /// <summary>Makes ranges of bounds in seconds, in rising order.</summary>
    public Buckets(params double[] seconds)
    {
        _ticks = Array.ConvertAll(seconds, bound => (long)Math.Round(bound * TimeSpan.TicksPerSecond));
        Labels = [.. seconds.Select(bound => Encoding.UTF8.GetBytes(Text(bound))), "+Inf"u8.ToArray()];
    }

    /// <summary>Times of requests, most of which wait for a model.</summary>
    public static Buckets OfRequests { get; } = new(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600);

    /// <summary>Times until a model begins to speak.</summary>
    public static Buckets OfFirstTokens { get; } = new(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 20, 30, 60);

    /// <summary>Times of the gateway's own work.</summary>
    public static Buckets OfOverhead { get; } = new(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10);

    /// <summary>The bounds as they are written, with that of the last range: infinity.</summary>
    internal byte[][] Labels { get; }

    /// <summary>The range that a time is in.</summary>
    internal int IndexOf(long ticks)
    {
        var index = 0;
        while (index < _ticks.Length && ticks > _ticks[index]) index++;
        return index;
    }

    /// <summary>As OpenMetrics wants numbers in labels: <c>0.5</c>, <c>1.0</c>, <c>5e-05</c>.</summary>
    private static string Text(double bound)
    {
        var text = bound.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }
}

/// <summary>A histogram of times. Thread-safe, without locks; whoever reads while others write may see a count before its sum.</summary>
public sealed class Durations(Buckets buckets) : Series
{
    private readonly long[] _counts = new long[buckets.Labels.Length];
    private long _ticks;

    /// <summary>How many times there were.</summary>
    public long Total => _counts.Sum();

    /// <summary>All of them together.</summary>
    public TimeSpan Sum => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Adds one; less than none counts as none.</summary>
    public void Add(TimeSpan time)
    {
        var ticks = Math.Max(0, time.Ticks);
        Interlocked.Add(ref _ticks, ticks);
        Interlocked.Increment(ref _counts[buckets.IndexOf(ticks)]);
    }

    /// <inheritdoc/>
    internal override void Write(MetricsWriter writer, MetricInfo info)
    {
        var sum = Interlocked.Read(ref _ticks);
        long below = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            below += Interlocked.Read(ref _counts[i]);
            writer.Bucket(info, Labels, buckets.Labels[i], below);
        }

        writer.Part(info, "_sum"u8, Labels, (decimal)sum / TimeSpan.TicksPerSecond);
        writer.Part(info, "_count"u8, Labels, below);
    }
}
