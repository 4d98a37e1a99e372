using System.Globalization;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Pipeline;

/// <summary>Settles what an exchange cost, counts it, writes one log line for it and hands it to the request log. Runs around everything else, so that nothing goes unrecorded.</summary>
/// <param name="log">Takes the line.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts exchanges; null: these are not counted.</param>
/// <param name="live">Tells who watches; null: of these nobody is told.</param>
/// <param name="telemetry">Tells OpenTelemetry of exchanges; null: nobody is told of these.</param>
public sealed class Record(ILogger<Record> log, TimeProvider time, GatewayMetrics? metrics, LiveHub? live = null, Telemetry? telemetry = null) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var began = time.GetTimestamp();
        metrics?.Begin();
        exchange.Trace = telemetry?.Begin(exchange);
        try
        {
            await next(exchange);
        }
        finally
        {
            var elapsed = time.GetElapsedTime(began);
            exchange.Limits?.Settle(exchange.Trail);   // of those whose client left
            Settlement.Finish(exchange, time);
            TakeStock(exchange);
            var level = exchange.Error is null ? LogLevel.Debug : LogLevel.Warning;
            if (log.IsEnabled(level)) Write(exchange, level, elapsed);
            live?.End(exchange, elapsed);
            if (metrics is not null) End(exchange, metrics, elapsed);
        }
    }

    private void TakeStock(Exchange exchange)
    {
        Bill.Estimate(exchange, time);
        var bill = exchange.Bill = Bill.Of(exchange);
        if (exchange.Trail.Count == 0 && exchange.Error is null) return;   // only its tokens were counted
        foreach (var rule in exchange.Rules) exchange.Gateway.Rules.Add(rule.Name, bill.Dollars, rule.Targets.Count > 0 ? bill.SavedDollars : null);
    }

    /// <summary>Counts it, and hands it to the request log; the body is gone from here on.</summary>
    private void End(Exchange exchange, GatewayMetrics counts, TimeSpan elapsed)
    {
        var status = Outcome.StatusOf(exchange);
        counts.End(exchange, elapsed, status);
        exchange.Trace?.End(elapsed, status);
        exchange.Log?.Post(LogDraft.Of(exchange, elapsed, status, time));
    }

    private void Write(Exchange exchange, LogLevel level, TimeSpan elapsed)
    {
        var outcome = exchange.Error is { } error ? $"{error.Status} {error.Message}"
            : exchange.ClientGone.IsCancellationRequested ? "the client left"
            : exchange.Http.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
        log.Log(level, "{Path} {Model} -> {Target} ({Route}) in {Milliseconds} ms, attempts {Attempts}, {Input}+{Output} tokens, {Cost} dollars, {Saved} saved, losses {Losses}: {Outcome}",
            exchange.Http.Request.Path.Value, exchange.RequestedModel, Target(exchange), DryRun.Explanation(exchange),
            (long)elapsed.TotalMilliseconds, exchange.Trail.Count > 0 ? string.Join(", ", exchange.Trail) : "none",
            Total(exchange, usage => usage.InputTokens), Total(exchange, usage => usage.OutputTokens), exchange.Bill?.Dollars, exchange.Bill?.SavedDollars,
            HeaderText.Losses(exchange.RequestLosses, exchange.AnswerLosses) is { Length: > 0 } losses ? losses : "none", outcome);
    }

    private static string Target(Exchange exchange) => (exchange.Answering, exchange.ContinuedBy) switch
    {
        (null, _) => "-",
        var (first, second) => second is null ? first.ToString() : $"{first}, continued by {second}",
    };

    /// <summary>What all attempts used together; null if nobody knows.</summary>
    private static long? Total(Exchange exchange, Func<Dialects.Canonical.Usage, long?> count)
    {
        long? sum = null;
        foreach (var attempt in exchange.Trail)
        {
            if (attempt.Usage is { } usage && count(usage) is { } more) sum = (sum ?? 0) + more;
        }

        return sum;
    }
}
