namespace Causeway.Core.Recording.Metrics;

/// <summary>What kind of number a metric is.</summary>
public enum MetricKind
{
    /// <summary>It only grows, from 0 at the start.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>How often values fell into each of some ranges, and their sum.</summary>
    Histogram,

    /// <summary>Always 1: what matters is in its labels.</summary>
    Info,
}

/// <summary>A label of a metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOpen">Nobody knows all its values beforehand: of too many, those that come last are written as <see cref="MetricRegistry.Other"/>.</param>
public sealed record MetricLabel(string Name, bool IsOpen = false);

/// <summary>What is said of a metric.</summary>
/// <param name="Name">Its name without <c>_total</c> or <c>_info</c>; it ends with the unit, if there is one.</param>
/// <param name="Kind">What kind of number it is.</param>
/// <param name="Unit">A base unit: <c>seconds</c>, <c>bytes</c>; empty: it counts things.</param>
/// <param name="Help">What it says, in a sentence.</param>
/// <param name="Labels">Its labels, in order. One that is empty is not written.</param>
public sealed record MetricInfo(string Name, MetricKind Kind, string Unit, string Help, params MetricLabel[] Labels)
{
    /// <summary>The name by which it is asked for: with the suffix of its kind.</summary>
    public string FullName => Name + Kind switch
    {
        MetricKind.Counter => "_total",
        MetricKind.Info => "_info",
        _ => "",
    };
}
