using System.Globalization;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Pipeline;

/// <summary>Writes one log line for each exchange. Runs around everything else, so that nothing goes unrecorded.</summary>
public sealed class Record(ILogger<Record> log, TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(exchange);
        }
        finally
        {
            Write(exchange, time.GetElapsedTime(began));
        }
    }

    private void Write(Exchange exchange, TimeSpan elapsed)
    {
        var level = exchange.Error is null ? LogLevel.Debug : LogLevel.Warning;
        if (!log.IsEnabled(level)) return;
        var outcome = exchange.Error is { } error ? $"{error.Status} {error.Message}"
            : exchange.ClientGone.IsCancellationRequested ? "the client left"
            : exchange.Http.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
        log.Log(level, "{Path} {Model} -> {Target} in {Milliseconds} ms, attempts {Attempts}, {Input}+{Output} tokens, losses {Losses}: {Outcome}",
            exchange.Http.Request.Path.Value, exchange.RequestedModel, exchange.Answering?.ToString() ?? "-",
            (long)elapsed.TotalMilliseconds, exchange.Trail.Count > 0 ? string.Join(", ", exchange.Trail) : "none", exchange.Usage?.InputTokens, exchange.Usage?.OutputTokens,
            HeaderText.Losses(exchange.RequestLosses, exchange.AnswerLosses) is { Length: > 0 } losses ? losses : "none", outcome);
    }
}
