using System.Diagnostics;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What is known of an upstream call beside its <see cref="Pipeline.Attempt"/>, and the span of it. Its span is written when the exchange is over.</summary>
public sealed class AttemptTrace
{
    private readonly TimeProvider _time;
    private readonly long _began;

    internal AttemptTrace(Activity? span, PreparedRequest prepared, Uri url, int number, TimeProvider time)
    {
        (Span, Url, Number, Lane, Dialect, _time) = (span, url, number, prepared.Lane, prepared.Endpoint.Dialect, time);
        _began = time.GetTimestamp();
    }

    /// <summary>The span; null if nobody listens.</summary>
    public Activity? Span { get; }

    /// <summary>Where it went.</summary>
    public Uri Url { get; }

    /// <summary>Which call of its exchange it is, from 1, in the order in which they began.</summary>
    public int Number { get; }

    /// <summary>How the request crossed the gateway.</summary>
    public LaneKind Lane { get; }

    /// <summary>What the provider was spoken to in.</summary>
    public DialectId Dialect { get; }

    /// <summary>From sending it to the first content of its stream; null: there was none, or no stream was wanted.</summary>
    public TimeSpan? FirstContentAfter { get; private set; }

    /// <summary>The HTTP status that the provider gave; 0: none.</summary>
    public int HttpStatus { get; private set; }

    /// <summary>The answer's id; null if unknown.</summary>
    public string? AnswerId { get; private set; }

    /// <summary>The model as the provider names it in its answer; null if unknown.</summary>
    public string? Model { get; private set; }

    /// <summary>Why the model stopped; null if it did not, or if that is unknown.</summary>
    public StopReason? Stop { get; private set; }

    /// <summary>There is content for the client of a stream.</summary>
    internal void NoteContent() => FirstContentAfter = _time.GetElapsedTime(_began);

    /// <summary>The call is over; what it was will be known when its exchange is.</summary>
    internal void End(int httpStatus, IAnswerRelay? relay)
    {
        HttpStatus = httpStatus;
        (AnswerId, Model, Stop) = (relay?.Id, relay?.Model, relay?.Stop);
        Span?.SetEndTime(Span.StartTimeUtc + _time.GetElapsedTime(_began));
    }
}
