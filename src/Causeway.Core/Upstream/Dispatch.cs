using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream.Relay;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Upstream;

/// <summary>
/// The last stage: sends the request to one candidate after the other until one answers.
/// <code>
///  candidate ─▶ 1 lane ─▶ 2 key ─▶ 3 call ─┬─▶ 4 relay ─┬─▶ done
///      ▲                   ▲               │            └─▶ the next one goes on with it, if the route wants that; else the client is told
///      └──── fallback ◀────┴── other key, or retry with back-off: nothing reached the client yet
/// </code>
/// Until the first content has reached the client every failure is invisible to it: retry and fallback are free. What failed lately
/// (<see cref="Health.ProviderHealth"/>) is asked last.
/// </summary>
public sealed class Dispatch(ILogger<Dispatch> log, TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        exchange.Error = Settlement.Check(exchange);
        if (exchange.Error is not null) return;
        await using var pulse = exchange.Stream ? new Pulse(exchange, time) : null;
        exchange.Pulse = pulse;
        var line = new CandidateLine(exchange.Candidates);
        while (line.Next() is { } candidate)
        {
            exchange.Answering = candidate;   // also if the client leaves
            using var run = exchange.Policy.HedgeAfter is { } after ? await Race.RunAsync(exchange, candidate, after, line, time) : new CandidateRun(exchange, candidate, line, time);
            if (!run.IsOver) await run.OpenAsync(Lane.Prepare, exchange.ClientGone);
            (exchange.Answering, exchange.Key, exchange.Error, exchange.NativeError) = (run.Candidate, run.Key, run.Error, run.NativeError);
            if (run.Error is not { } error)
            {
                await RelayAsync(exchange, run, line);
                return;
            }

            log.LogInformation("{Candidate} failed: {Status} {Message}", run.Candidate, error.Status, error.Message);
            if (exchange.ClientGone.IsCancellationRequested || exchange.TimeLeft(time) <= TimeSpan.Zero || !line.MayGoOn(error, run.Candidate, exchange.Policy)) return;
        }
    }

    /// <summary>Relays the answer, and what goes on with it.</summary>
    private async ValueTask RelayAsync(Exchange exchange, CandidateRun run, CandidateLine line)
    {
        using (exchange.Pulse is { } pulse ? await pulse.HoldAsync() : default) Announce(exchange, run);
        try
        {
            if (await run.RelayAsync() is not { } broken) return;
            log.LogInformation("{Candidate} broke off: {Message}", run.Candidate, broken.Message);
            if (await Continuation.TryAsync(exchange, run, broken, line, time, log)) return;
            exchange.Limits?.Settle(exchange.Trail);
            if (run.Client is { IsSent: true, HasEnd: false } client) await client.FailAsync(broken);
            else exchange.Error = broken;   // nothing of it was sent, or its end was written already
        }
        finally
        {
            exchange.Usage ??= run.Usage;
            exchange.AnswerId ??= run.AnswerId;
        }
    }

    /// <summary>What the client learns from headers: who answers and why, and what could not be said to it.</summary>
    private static void Announce(Exchange exchange, CandidateRun run)
    {
        exchange.RequestLosses = run.Losses;
        if (exchange.StreamOpened) return;
        var headers = exchange.Http.Response.Headers;
        headers["x-causeway-model"] = HeaderText.Clean(run.Candidate.ToString());
        if (exchange.Trail.Count > 0) headers[Attempt.Header] = HeaderText.Attempts(exchange.Trail);
        if (run.Losses.Losses.Count > 0) headers[LossPolicy.Header] = HeaderText.Losses(run.Losses);
        run.CopyHeaders();
    }
}
