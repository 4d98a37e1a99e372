using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What exchanges tell of themselves to OpenTelemetry. There is none if nothing is configured.</summary>
/// <param name="time">The clock.</param>
/// <param name="traces">Are spans made?</param>
/// <param name="metrics">Are metrics recorded?</param>
public sealed class Telemetry(TimeProvider time, bool traces, bool metrics) : IDisposable
{
    /// <summary>The name of the source of spans, and of the meter.</summary>
    public const string Name = "Causeway";

    private const string Unnamed = "exchange";   // until its request is read

    private readonly Meter? _meter = metrics ? new Meter(Name) : null;

    /// <summary>Spans hold what was said, as far as the request log may keep it.</summary>
    public bool HasContent { get; init; }

    /// <summary>Makes the spans; null: there are none.</summary>
    public ActivitySource? Source { get; } = traces ? new ActivitySource(Name) : null;

    internal TelemetryMetrics? Metrics => field ??= _meter is null ? null : new TelemetryMetrics(_meter);

    /// <summary>An exchange begins.</summary>
    public ExchangeTrace Begin(Exchange exchange) =>
        new(this, exchange, Start(Unnamed, ActivityKind.Server, TraceHeaders.Read(exchange.Http.Request.Headers)), time);

    /// <summary>
    /// Begins a span; null if nobody listens. It does not become the current one: who is whose child is said, and calls run side by side.
    /// </summary>
    internal Activity? Start(string name, ActivityKind kind, ActivityContext parent)
    {
        if (Source?.CreateActivity(name, kind, parent, tags: null, links: null, ActivityIdFormat.W3C) is not { } span) return null;
        span.Start();
        Activity.Current = null;
        return span;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source?.Dispose();
        _meter?.Dispose();
    }
}
