using System.Diagnostics;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What an exchange tells of itself while it runs, and at its end: a span of the exchange, one of each upstream call, metrics.</summary>
public sealed class ExchangeTrace
{
    private readonly Telemetry _telemetry;
    private readonly Exchange _exchange;
    private readonly TimeProvider _time;
    private int _attempts;
    private bool _isOpen;   // waits for what was said

    internal ExchangeTrace(Telemetry telemetry, Exchange exchange, Activity? span, TimeProvider time) => (_telemetry, _exchange, Span, _time) = (telemetry, exchange, span, time);

    /// <summary>The span of the exchange; null if nobody listens.</summary>
    public Activity? Span { get; }

    /// <summary>Is it recorded, and not only a link between the caller's trace and the provider's?</summary>
    public bool IsRecorded => Span is { IsAllDataRequested: true };

    /// <summary>An upstream call begins. Two may run at a time.</summary>
    /// <param name="candidate">Who is asked.</param>
    /// <param name="prepared">The request.</param>
    /// <param name="url">Where it goes.</param>
    internal AttemptTrace BeginAttempt(Candidate candidate, PreparedRequest prepared, Uri url)
    {
        var number = Interlocked.Increment(ref _attempts);
        var span = Span is null ? null : _telemetry.Start($"{GenAiWords.OperationOf(prepared.Endpoint.Dialect)} {candidate.Model}", ActivityKind.Client, Span.Context);
        return new AttemptTrace(span, prepared, url, number, _time);
    }

    /// <summary>The exchange is over, and has its bill.</summary>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="status">How it ended for the client: see <see cref="Outcome.StatusOf"/>.</param>
    internal void End(TimeSpan elapsed, int status)
    {
        _telemetry.Metrics?.Add(_exchange, elapsed, status);
        if (Span is null) return;
        var session = IsRecorded ? _exchange.Session : null;
        for (var i = 0; i < _exchange.Trail.Count; i++)
        {
            var attempt = _exchange.Trail[i];
            if (attempt.Trace?.Span is not { } span) continue;
            if (span.IsAllDataRequested) AttemptSpan.Write(span, _exchange, attempt, _exchange.Bill!.Costs[i], session);
            span.Stop();
        }

        if (IsRecorded) ExchangeSpan.Write(Span, _exchange, elapsed, status, session);
        Span.SetEndTime(Span.StartTimeUtc + elapsed);
        _isOpen = IsRecorded && _telemetry.HasContent && _exchange.IsCaptured && _exchange.ContentPolicy > ContentPolicy.Drop;
        if (!_isOpen) Span.Stop();
    }

    /// <summary>Does the span wait for what was said? Then <see cref="Close"/> must follow.</summary>
    internal bool IsOpen => _isOpen;

    /// <summary>What was said is known, or that it will not be: on the request log's thread, which reads and edits it.</summary>
    internal void Close(TracedContent? content)
    {
        if (!_isOpen) return;
        _isOpen = false;
        if (content is not null) ExchangeSpan.Write(Span!, content);
        Span!.Stop();
    }
}
