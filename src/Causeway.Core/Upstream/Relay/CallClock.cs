using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// The times that one upstream call may take: until its head, between two reads of a stream, until a stream's first content, from its finish to its
/// end, and until the request's deadline. It knows which of them was up when the call was cancelled.
/// </summary>
internal sealed class CallClock : IDisposable
{
    /// <summary>
    /// When the client leaves, a stream is read on until something comes, for so long at most. What has arrived by then was sent, and is charged,
    /// so it is taken and counted before the connection closes; on a busy machine that is more than a token.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(30);

    /// <summary>What ends a stream comes with its finish, or not at all: some upstreams go on with signs of life for ever.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Exchange _exchange;
    private readonly Candidate _candidate;
    private readonly TimeProvider _time;
    private readonly CallLimit _limit;
    private readonly CancellationToken _abandon;
    private readonly long _began;
    private Limit _first;   // which of the times is up first

    /// <summary>Starts the clock of a call; <paramref name="abandon"/> ends it when nobody waits for it any more.</summary>
    public CallClock(Exchange exchange, Candidate candidate, TimeProvider time, CancellationToken abandon)
    {
        (_exchange, _candidate, _time, _abandon) = (exchange, candidate, time, abandon);
        _began = time.GetTimestamp();
        _limit = CallLimit.Start(First(Limit.Head, Network.RequestTimeout), abandon);
        if (exchange.Stream && abandon == exchange.ClientGone) _limit.SetGrace(Grace);   // what loses a race ends at once: the winner waits for that
    }

    private enum Limit
    {
        Head,
        Silence,
        Content,
        Deadline,
    }

    /// <summary>Cancelled when the call has to end.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>The longest silence within a stream.</summary>
    public TimeSpan IdleLimit => Network.StreamIdleTimeout;

    /// <summary>Since the call began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>If the call was cancelled: because a time was up, and not because nobody waits?</summary>
    public bool IsUp => !_abandon.IsCancellationRequested;

    private NetworkConfig Network => _candidate.Provider.Config.Network;

    /// <summary>Throws if nobody waits for the call.</summary>
    public void ThrowIfAbandoned() => _abandon.ThrowIfCancellationRequested();

    /// <summary>A read begins of a stream that has shown no content yet.</summary>
    public void BeginRead() => _limit.Restart(First(Limit.Silence, Network.RequestTimeout < IdleLimit ? Network.RequestTimeout : IdleLimit));

    /// <summary>The stream has been silent for too long.</summary>
    public void EndSilence()
    {
        _first = Limit.Silence;
        _limit.Restart(TimeSpan.Zero);
    }

    /// <summary>The model has stopped: only what ends the stream is waited for.</summary>
    public void BeginEnd()
    {
        _first = Limit.Silence;
        _limit.Restart(EndLimit);
    }

    /// <summary>There is content: from here on only silence is watched, by the exchange's <see cref="Pulse"/>.</summary>
    public void StopClock()
    {
        _limit.SetGrace(Grace);
        _limit.StopClock();
    }

    /// <summary>Which time was up.</summary>
    public GatewayError WhatIsUp() => _first switch
    {
        Limit.Deadline => UpstreamFailure.DeadlinePassed(_exchange.Policy.Deadline!.Value),
        Limit.Content => UpstreamFailure.NoContent(_candidate, Network.FirstTokenTimeout),
        Limit.Silence => UpstreamFailure.FellSilent(_candidate, IdleLimit),
        _ => UpstreamFailure.TimedOut(_candidate, Network.RequestTimeout),
    };

    /// <inheritdoc/>
    public void Dispose() => _limit.Dispose();

    /// <summary>The time until the first of the limits that hold now.</summary>
    private TimeSpan First(Limit limit, TimeSpan time)
    {
        _first = limit;
        if (_exchange.Stream && Network.FirstTokenTimeout - Elapsed is var content && content < time) (_first, time) = (Limit.Content, content);
        if (_exchange.TimeLeft(_time) is { } left && left < time) (_first, time) = (Limit.Deadline, left);
        return time;
    }
}
