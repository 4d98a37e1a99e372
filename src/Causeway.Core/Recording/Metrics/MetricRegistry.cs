using System.Buffers;

namespace Causeway.Core.Recording.Metrics;

/// <summary>All metrics of a gateway, in the order in which they are written. Metrics are added at the start; all else is thread-safe.</summary>
/// <param name="mostSeries">Most series of a metric.</param>
public sealed class MetricRegistry(int mostSeries = MetricRegistry.MostSeries)
{
    /// <summary>What stands for values of labels that are too many to be told apart.</summary>
    public const string Other = "other";

    /// <summary>Most series of a metric, unless told otherwise.</summary>
    public const int MostSeries = 1000;

    private readonly List<MetricFamily> _families = [];

    /// <summary>What is said of each.</summary>
    public IEnumerable<MetricInfo> Infos => _families.Select(family => family.Info);

    /// <summary>Adds a metric of whole numbers.</summary>
    public CountedFamily<Count> AddCounts(MetricInfo info) => Add(info, static () => new Count());

    /// <summary>Adds a metric of amounts with decimals.</summary>
    public CountedFamily<Amount> AddAmounts(MetricInfo info) => Add(info, static () => new Amount());

    /// <summary>Adds a metric of times.</summary>
    public CountedFamily<Durations> AddDurations(MetricInfo info, Buckets buckets) => Add(info, () => new Durations(buckets));

    /// <summary>Adds a metric whose numbers are read when they are asked for.</summary>
    public void AddRead(MetricInfo info, Action<ReadFamily.Samples> read) => _families.Add(new ReadFamily(info, mostSeries, read));

    /// <summary>Writes all of them.</summary>
    public void Write(IBufferWriter<byte> output, MetricsFormat format)
    {
        var writer = new MetricsWriter(output, format);
        foreach (var family in _families)
        {
            writer.Begin(family.Info);
            family.Write(writer);
        }

        writer.End();
    }

    private CountedFamily<TSeries> Add<TSeries>(MetricInfo info, Func<TSeries> make)
        where TSeries : Series
    {
        var family = new CountedFamily<TSeries>(info, mostSeries, make);
        if (info.Labels.Length == 0) family.With();   // it is 0 before anything happens
        _families.Add(family);
        return family;
    }
}
