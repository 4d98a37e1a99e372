namespace Causeway.Core.Recording.Metrics;

/// <summary>A metric with all its series.</summary>
public abstract class MetricFamily(MetricInfo info)
{
    /// <summary>What is said of it.</summary>
    public MetricInfo Info => info;

    /// <summary>Writes its samples.</summary>
    internal abstract void Write(MetricsWriter writer);
}

/// <summary>A metric whose numbers are counted as things happen.</summary>
/// <param name="info">What is said of it.</param>
/// <param name="most">Most series, beside those whose open labels are <see cref="MetricRegistry.Other"/>.</param>
/// <param name="make">Makes a series.</param>
public sealed class CountedFamily<TSeries>(MetricInfo info, int most, Func<TSeries> make) : MetricFamily(info)
    where TSeries : Series
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TSeries> _byLabels = new(StringComparer.Ordinal);
    private readonly List<TSeries> _all = [];

    /// <summary>
    /// The series of these values of the labels, made when first asked for. Where there are too many series, it is that of <see cref="MetricRegistry.Other"/>.
    /// Takes a lock: to be asked once, and kept.
    /// </summary>
    public TSeries With(params ReadOnlySpan<string> values)
    {
        var text = LabelText.Of(Info.Labels, values);
        lock (_lock)
        {
            if (_byLabels.TryGetValue(text, out var known)) return known;
            if (_all.Count < most) return Make(text);
            text = LabelText.Of(Info.Labels, LabelText.Closed(Info.Labels, values));
            return _byLabels.TryGetValue(text, out known) ? known : Make(text);
        }
    }

    /// <inheritdoc/>
    internal override void Write(MetricsWriter writer)
    {
        TSeries[] all;
        lock (_lock) all = [.. _all];
        foreach (var series in all) series.Write(writer, Info);
    }

    private TSeries Make(string text)
    {
        var series = make();
        series.Labels = System.Text.Encoding.UTF8.GetBytes(text);
        _byLabels.Add(text, series);
        _all.Add(series);
        return series;
    }
}

/// <summary>A metric whose numbers are read when they are asked for.</summary>
/// <param name="info">What is said of it.</param>
/// <param name="most">Most samples; what comes behind them is left out.</param>
/// <param name="read">Says them.</param>
public sealed class ReadFamily(MetricInfo info, int most, Action<ReadFamily.Samples> read) : MetricFamily(info)
{
    /// <inheritdoc/>
    internal override void Write(MetricsWriter writer) => read(new Samples(writer, Info, most));

    /// <summary>Takes samples.</summary>
    public sealed class Samples(MetricsWriter writer, MetricInfo info, int most)
    {
        private int _count;

        /// <summary>Is there room for no more?</summary>
        public bool IsFull => _count >= most;

        /// <summary>Adds a sample with these values of the labels.</summary>
        public void Add(decimal value, params ReadOnlySpan<string> values)
        {
            if (IsFull) return;
            _count++;
            writer.Sample(info, System.Text.Encoding.UTF8.GetBytes(LabelText.Of(info.Labels, values)), value);
        }
    }
}
