using Causeway.Core.Pipeline;
using Causeway.Core.Routing;

namespace Causeway.Core.Upstream;

/// <summary>
/// Hedging: asks a candidate, and the next one as well when the first shows nothing for a while. The faster one wins; both are paid. It counts as
/// a retry of the first: where all are slow, twice as many requests would make it worse.
/// </summary>
internal static class Race
{
    /// <summary>The run that has something for the client, else one that failed.</summary>
    /// <param name="exchange">Whose route hedges.</param>
    /// <param name="candidate">Who is asked first.</param>
    /// <param name="after">After how long the next one is asked.</param>
    /// <param name="line">Where the next one comes from.</param>
    /// <param name="time">The clock.</param>
    public static async Task<CandidateRun> RunAsync(Exchange exchange, Candidate candidate, TimeSpan after, CandidateLine line, TimeProvider time)
    {
        _ = exchange.Seed;   // found once, before two ask for it
        var first = new Runner(exchange, candidate, line, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(exchange.ClientGone);
        await Task.WhenAny(first.Opening, Task.Delay(after, time, patience.Token));
        await patience.CancelAsync();
        if (first.Opening.IsCompleted || exchange.ClientGone.IsCancellationRequested || !line.HasOther || !candidate.Provider.Retries.TrySpend()
            || line.Next() is not { } other) return await first.EndAsync();

        var second = new Runner(exchange, other, line, time);
        var faster = await Task.WhenAny(first.Opening, second.Opening) == first.Opening ? first : second;
        if (!await faster.HasAnswerAsync()) faster = faster == first ? second : first;   // a failure wins no race
        if (!await faster.HasAnswerAsync()) faster = second;
        await (faster == first ? second : first).StopAsync();
        return await faster.EndAsync();
    }

    /// <summary>One of those that run.</summary>
    private sealed class Runner
    {
        private readonly CandidateRun _run;
        private readonly CancellationTokenSource _stop;

        public Runner(Exchange exchange, Candidate candidate, CandidateLine line, TimeProvider time)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(exchange.ClientGone);
            _run = new CandidateRun(exchange, candidate, line, time) { Stop = _stop };
            Opening = _run.OpenAsync(Lane.Prepare, _stop.Token);
        }

        public Task<bool> Opening { get; }

        public async Task<bool> HasAnswerAsync()
        {
            await Task.WhenAny(Opening);
            return Opening.IsCompletedSuccessfully && await Opening;
        }

        /// <summary>The run when it has come to something; if it was cancelled, nobody else disposes it.</summary>
        public async Task<CandidateRun> EndAsync()
        {
            try
            {
                await Opening;
                return _run;
            }
            catch
            {
                _run.Dispose();
                throw;
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAny(Opening);
            _run.Dispose();
        }
    }
}
