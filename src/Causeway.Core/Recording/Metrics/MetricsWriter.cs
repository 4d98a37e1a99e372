using System.Buffers;
using System.Globalization;
using System.Text;

namespace Causeway.Core.Recording.Metrics;

/// <summary>
/// Writes metrics as Prometheus' text format 0.0.4 or as OpenMetrics 1.0. They differ in the names of counters, which OpenMetrics announces without
/// <c>_total</c>, in units, and in the mark at the end. Sources: prometheus.io, "Exposition formats" and "OpenMetrics 1.0".
/// </summary>
public sealed class MetricsWriter(IBufferWriter<byte> output, MetricsFormat format)
{
    private readonly bool _isOpen = format == MetricsFormat.OpenMetrics;

    /// <summary>Writes what is said of a metric, whose samples must follow.</summary>
    internal void Begin(MetricInfo info)
    {
        var name = _isOpen ? info.Name : info.FullName;
        if (!_isOpen) Write($"# HELP {name} {Help(info)}\n");
        Write($"# TYPE {name} {KindOf(info.Kind)}\n");
        if (!_isOpen) return;
        if (info.Unit.Length > 0) Write($"# UNIT {name} {info.Unit}\n");
        Write($"# HELP {name} {Help(info)}\n");
    }

    /// <summary>Writes the sample of a metric that has one for each set of labels.</summary>
    internal void Sample(MetricInfo info, ReadOnlySpan<byte> labels, decimal value)
    {
        Write(info.FullName);
        Labels(labels, default);
        Value(value);
    }

    /// <summary>Writes one of the samples of a histogram.</summary>
    internal void Part(MetricInfo info, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> labels, decimal value)
    {
        Write(info.Name);
        output.Write(suffix);
        Labels(labels, default);
        Value(value);
    }

    /// <summary>Writes how many values of a histogram are not above a bound.</summary>
    internal void Bucket(MetricInfo info, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> bound, long count)
    {
        Write(info.Name);
        output.Write("_bucket"u8);
        Labels(labels, bound);
        Value(count);
    }

    /// <summary>Writes the end.</summary>
    internal void End()
    {
        if (_isOpen) output.Write("# EOF\n"u8);
    }

    private string KindOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        MetricKind.Info when _isOpen => "info",
        _ => "gauge",
    };

    /// <summary>The text format escapes no quotes here, OpenMetrics does; so there are none.</summary>
    private static string Help(MetricInfo info) => info.Help.Replace('"', '\'').Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Labels(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> bound)
    {
        if (labels.IsEmpty && bound.IsEmpty) return;
        output.Write("{"u8);
        output.Write(labels);
        if (!bound.IsEmpty)
        {
            output.Write(labels.IsEmpty ? "le=\""u8 : ",le=\""u8);
            output.Write(bound);
            output.Write("\""u8);
        }

        output.Write("}"u8);
    }

    private void Value(decimal value)
    {
        output.Write(" "u8);
        value.TryFormat(output.GetSpan(64), out var written, "0.############", CultureInfo.InvariantCulture);
        output.Advance(written);
        output.Write("\n"u8);
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
