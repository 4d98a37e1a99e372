using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// What the log takes from an exchange at its end, before the request and its memory are gone: references where that will do, copies where it will not. The row
/// is made of it later, on the log's own thread.
/// </summary>
internal sealed class LogDraft : IDisposable
{
    private LogDraft()
    {
    }

    public required Guid Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required TimeSpan Duration { get; init; }

    public required TimeSpan Waited { get; init; }

    public TimeSpan? FirstToken { get; init; }

    public required IClientDialect Dialect { get; init; }

    public required string Asked { get; init; }

    public bool Stream { get; init; }

    public required int Status { get; init; }

    public GatewayError? Error { get; init; }

    public VirtualKey? Caller { get; init; }

    public Candidate? Answering { get; init; }

    public Candidate? ContinuedBy { get; init; }

    public required IReadOnlyList<Attempt> Trail { get; init; }

    public required Bill Bill { get; init; }

    public required IReadOnlyList<string> Why { get; init; }

    public string? Rule { get; init; }

    public required LossReport RequestLosses { get; init; }

    public required LossReport AnswerLosses { get; init; }

    public string? AnswerId { get; init; }

    public required LogHeaders Headers { get; init; }

    public required int RequestBytes { get; init; }

    public ContentPolicy Policy { get; init; }

    /// <summary>Waits for what was said; null: nobody does.</summary>
    public ExchangeTrace? Trace { get; init; }

    /// <summary>What was said was to be kept, and there was no time for it.</summary>
    public bool HasLostContent { get; private set; }

    /// <summary>The request's body; null: nobody wants it.</summary>
    public PooledBuffer? Request { get; private set; }

    /// <summary>What upstreams sent of the answer, in its order; empty: nobody wants it.</summary>
    public IReadOnlyList<AnswerCapture> Answers { get; private set; } = [];

    /// <summary>How many bytes it keeps in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes what is needed of an exchange that is over.</summary>
    public static LogDraft Of(Exchange exchange, TimeSpan duration, int status, TimeProvider time)
    {
        var draft = new LogDraft
        {
            Id = exchange.Id,
            Time = time.GetUtcNow(),
            Duration = duration,
            Waited = exchange.Waits.Total,
            FirstToken = exchange.FirstContentAfter,
            Dialect = exchange.Client,
            Asked = exchange.RequestedModel,
            Stream = exchange.Stream,
            Status = status,
            Error = exchange.Error,
            Caller = exchange.Caller,
            Answering = exchange.Answering,
            ContinuedBy = exchange.ContinuedBy,
            Trail = exchange.Trail,
            Bill = exchange.Bill!,
            Why = exchange.Why,
            Rule = exchange.Rules is [.., var rule] ? rule.Name : null,
            RequestLosses = exchange.RequestLosses,
            AnswerLosses = exchange.AnswerLosses,
            AnswerId = exchange.AnswerId,
            Headers = LogHeaders.Of(exchange),
            RequestBytes = exchange.Body.Length,
            Policy = exchange.ContentPolicy,
            Trace = exchange.Trace is { IsOpen: true } waiting ? waiting : null,
        };
        if (exchange.Error?.Kind == ErrorKind.Authentication) return draft;
        if (exchange.IsCaptured) draft.TakeContent(exchange);
        else draft.HasLostContent = exchange.WantsContent;
        return draft;
    }

    /// <summary>Gives back what was said, as far as it is here.</summary>
    public void DropContent()
    {
        Request?.Dispose();
        foreach (var answer in Answers) answer.Dispose();
        (Request, Answers, Bytes) = (null, [], 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropContent();
        Trace?.Close(null);
    }

    private void TakeContent(Exchange exchange)
    {
        Request = exchange.Body.Take();
        Answers = exchange.TakeAnswers();
        Bytes = Request.Length;
        foreach (var answer in Answers) Bytes += answer.Memory.Length + (answer.Request?.Length ?? 0);
    }
}
