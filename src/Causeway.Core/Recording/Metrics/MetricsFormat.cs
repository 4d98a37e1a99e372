using System.Globalization;

namespace Causeway.Core.Recording.Metrics;

/// <summary>How metrics are written.</summary>
public enum MetricsFormat
{
    /// <summary>Prometheus' own text format, 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}

/// <summary>Which format a client gets.</summary>
public static class MetricsFormats
{
    /// <summary>The content type of a format.</summary>
    public static string ContentType(this MetricsFormat format) =>
        format == MetricsFormat.OpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The format that a header <c>Accept</c> prefers: OpenMetrics only if it is asked for, in the version that there is.</summary>
    public static MetricsFormat Of(string accept)
    {
        double open = 0, text = 0;
        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var (quality, version) = (1.0, "");
            foreach (var part in parts.AsSpan(1))
            {
                if (part.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) _ = double.TryParse(part.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out quality);
                else if (part.StartsWith("version=", StringComparison.OrdinalIgnoreCase)) version = part["version=".Length..].Trim('"');
            }

            if (Is(parts[0], "application/openmetrics-text") && version is "" or "1.0.0") open = Math.Max(open, quality);
            else if ((Is(parts[0], "text/plain") && version is "" or "0.0.4") || Is(parts[0], "text/*") || Is(parts[0], "*/*")) text = Math.Max(text, quality);
        }

        return open > 0 && open >= text ? MetricsFormat.OpenMetrics : MetricsFormat.Text;
    }

    private static bool Is(string type, string wanted) => type.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}
