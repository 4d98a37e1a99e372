using Microsoft.Extensions.ObjectPool;

namespace Causeway.Core.Upstream;

/// <summary>
/// Cancels one upstream call when nobody waits for it any more or its time is up. Pooled: a linked source with a timer of its own would be
/// made and thrown away with every request.
/// </summary>
internal sealed class CallLimit : IDisposable
{
    private const int MostKept = 256;
    private const int GraceSteps = 6;
    private static readonly DefaultObjectPool<CallLimit> Pool = new(new DefaultPooledObjectPolicy<CallLimit>(), MostKept);

    private readonly CancellationTokenSource _source = new();
    private CancellationTokenRegistration _abandon;
    private TimeSpan _grace;
    private volatile bool _isAbandoned;

    /// <summary>Cancelled when the call has to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Begins to watch <paramref name="abandon"/>, and the clock until <paramref name="limit"/> is up.</summary>
    public static CallLimit Start(TimeSpan limit, CancellationToken abandon)
    {
        var call = Pool.Get();
        (call._grace, call._isAbandoned) = (TimeSpan.Zero, false);
        call.Restart(limit);
        call._abandon = abandon.UnsafeRegister(static state => ((CallLimit)state!).Abandon(), call);
        return call;
    }

    /// <summary>From now on an abandoned call ends only after <paramref name="grace"/>, to take what has arrived.</summary>
    public void SetGrace(TimeSpan grace) => _grace = grace;

    /// <summary>Starts the clock anew.</summary>
    public void Restart(TimeSpan limit) => _source.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);

    /// <summary>Stops the clock; what abandons the call is watched on.</summary>
    public void StopClock() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ends the watch. Nothing may use the token afterwards: it will be another call's.</summary>
    public void Dispose()
    {
        _abandon.Dispose();   // waits for a cancellation that has begun
        if (_isAbandoned) StopClock();   // it is not another's: its grace may not be over
        else if (_source.TryReset()) Pool.Return(this);
        else _source.Dispose();
    }

    private void Abandon()
    {
        _isAbandoned = true;
        if (_grace > TimeSpan.Zero) _ = EndAfterAsync(_grace);
        else _source.Cancel();
    }

    /// <summary>Waits in steps: when the machine had no time for the process, the last of them is over only after the reads have had their turn.</summary>
    private async Task EndAfterAsync(TimeSpan grace)
    {
        for (var i = 0; i < GraceSteps; i++) await Task.Delay(grace / GraceSteps);
        await _source.CancelAsync();
    }
}
