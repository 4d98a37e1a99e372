using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Metrics;

/// <summary>
/// What is counted of exchanges, once each, when they are over. The series of a set of labels are found once and kept, so that counting takes no lock and
/// allocates nothing. Thread-safe.
/// </summary>
public sealed class GatewayMetrics
{
    private readonly CountedFamily<Count> _rateLimited;
    private readonly CountedFamily<Count> _budgetRefused;
    private readonly Count _inFlight;
    private readonly AnswerTable _answers;
    private readonly AttemptTable _attempts;

    /// <summary>Adds its metrics to <paramref name="registry"/>.</summary>
    public GatewayMetrics(MetricRegistry registry)
    {
        _answers = new AnswerTable(registry);
        _inFlight = registry.AddCounts(new("causeway_requests_in_flight", MetricKind.Gauge, "", "Requests that are being answered.")).With();
        _attempts = new AttemptTable(registry);
        _rateLimited = registry.AddCounts(new("causeway_rate_limited", MetricKind.Counter, "", "Requests that were refused by the gateway's own limits.", new MetricLabel("limit")));
        _budgetRefused = registry.AddCounts(new("causeway_budget_refused", MetricKind.Counter, "", "Requests that were refused by budgets.", new MetricLabel("reason")));
        foreach (var limit in (string[])[Refusals.Requests, Refusals.Tokens, Refusals.Concurrency, Refusals.Provider]) _rateLimited.With(limit);
        foreach (var reason in (string[])[Refusals.Exceeded, Refusals.Reserved, Refusals.PriceUnknown, Refusals.Unavailable]) _budgetRefused.With(reason);
    }

    /// <summary>An exchange begins; <see cref="End"/> must follow.</summary>
    public void Begin() => _inFlight.Add(1);

    /// <summary>An exchange is over, and what it used is settled.</summary>
    /// <param name="exchange">The exchange, with its bill.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="status">How it ended: <see cref="Outcome.StatusOf"/>.</param>
    public void End(Exchange exchange, TimeSpan elapsed, int status)
    {
        _inFlight.Add(-1);
        var answer = _answers.Of(exchange, status);
        answer.Requests.Add(1);
        answer.Duration.Add(elapsed);
        answer.Overhead.Add(elapsed - exchange.Waits.Total);
        if (exchange.FirstContentAfter is { } first) answer.FirstToken.Add(first);
        for (var i = 0; i < exchange.Trail.Count; i++)
        {
            var attempt = exchange.Trail[i];
            var series = _attempts.Of(exchange, attempt);
            series.Add(attempt, exchange.Bill!.Costs[i]);
            if (i > 0) (attempt.Target == exchange.Trail[i - 1].Target ? series.Retries : series.Fallbacks).Add(1);
        }

        if (exchange.RequestLosses.Losses.Count is > 0 and var asked) answer.RequestLosses.Add(asked);
        if (exchange.AnswerLosses.Losses.Count is > 0 and var answered) answer.AnswerLosses.Add(answered);
        if (exchange.Error is null) return;
        if (Refusals.LimitOf(exchange) is { } limit) _rateLimited.With(limit).Add(1);
        if (Refusals.BudgetOf(exchange) is { } reason) _budgetRefused.With(reason).Add(1);
    }
}
