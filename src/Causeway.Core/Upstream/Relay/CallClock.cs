using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// The times that one upstream call may take: until its head, between two reads of a stream, until a stream's first content, and until the
/// request's deadline. It knows which of them was up when the call was cancelled.
/// </summary>
internal sealed class CallClock : IDisposable
{
    /// <summary>
    /// When the client leaves, a stream is read on until something comes, for so long at most. What has arrived by then was sent, and is charged,
    /// so it is taken and counted before the connection closes; on a busy machine that is more than a token.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(30);

    private readonly Exchange _exchange;
    private readonly Candidate _candidate;
    private readonly TimeProvider _time;
    private readonly CallLimit _limit;
    private readonly CancellationToken _abandon;
    private readonly long _began;
    private bool _hasHead;
    private volatile bool _fellSilent;

    /// <summary>Starts the clock of a call; <paramref name="abandon"/> ends it when nobody waits for it any more.</summary>
    public CallClock(Exchange exchange, Candidate candidate, TimeProvider time, CancellationToken abandon)
    {
        (_exchange, _candidate, _time, _abandon) = (exchange, candidate, time, abandon);
        _began = time.GetTimestamp();
        _limit = CallLimit.Start(Least(Network.RequestTimeout, exchange.TimeLeft(time)), abandon);
        if (exchange.Stream && abandon == exchange.ClientGone) _limit.SetGrace(Grace);   // what loses a race ends at once: the winner waits for that
    }

    /// <summary>Cancelled when the call has to end.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>The longest silence within a stream.</summary>
    public TimeSpan IdleLimit => Network.StreamIdleTimeout;

    /// <summary>Since the call began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>Was the call cancelled because a time was up, and not because nobody waits?</summary>
    public bool IsUp => !_abandon.IsCancellationRequested;

    private NetworkConfig Network => _candidate.Provider.Config.Network;

    private TimeSpan ContentLeft => Network.FirstTokenTimeout - Elapsed;

    /// <summary>A read begins of a stream that has shown no content yet.</summary>
    public void BeginRead()
    {
        _hasHead = true;
        _limit.Restart(Least(Least(Network.RequestTimeout, IdleLimit), Least(ContentLeft, _exchange.TimeLeft(_time))));
    }

    /// <summary>The stream has been silent for too long.</summary>
    public void EndSilence()
    {
        _fellSilent = true;
        _limit.Restart(TimeSpan.Zero);
    }

    /// <summary>There is content: from here on only silence is watched, by the exchange's <see cref="Pulse"/>.</summary>
    public void StopClock()
    {
        _limit.SetGrace(Grace);
        _limit.StopClock();
    }

    /// <summary>Which time was up.</summary>
    public GatewayError WhatIsUp()
    {
        if (_fellSilent) return UpstreamFailure.FellSilent(_candidate, IdleLimit);
        if (_exchange.TimeLeft(_time) <= TimeSpan.Zero) return UpstreamFailure.DeadlinePassed(_exchange.Policy.Deadline!.Value);
        if (ContentLeft <= TimeSpan.Zero) return UpstreamFailure.NoContent(_candidate, Network.FirstTokenTimeout);
        return _hasHead ? UpstreamFailure.FellSilent(_candidate, Least(Network.RequestTimeout, IdleLimit)) : UpstreamFailure.TimedOut(_candidate, Network.RequestTimeout);
    }

    /// <inheritdoc/>
    public void Dispose() => _limit.Dispose();

    private static TimeSpan Least(TimeSpan limit, TimeSpan? other) => other < limit ? other.Value : limit;
}
