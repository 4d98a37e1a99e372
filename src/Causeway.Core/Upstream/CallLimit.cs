using Microsoft.Extensions.ObjectPool;

namespace Causeway.Core.Upstream;

/// <summary>
/// Cancels one upstream call when nobody waits for it any more or its time is up. Pooled: a linked source with a timer of its own would be
/// made and thrown away with every request.
/// </summary>
internal sealed class CallLimit : IDisposable
{
    private const int MostKept = 256;
    private static readonly DefaultObjectPool<CallLimit> Pool = new(new DefaultPooledObjectPolicy<CallLimit>(), MostKept);

    private readonly CancellationTokenSource _source = new();
    private CancellationTokenRegistration _abandon;

    /// <summary>Cancelled when the call has to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Begins to watch <paramref name="abandon"/>, and the clock until <paramref name="limit"/> is up.</summary>
    public static CallLimit Start(TimeSpan limit, CancellationToken abandon)
    {
        var call = Pool.Get();
        call._source.CancelAfter(limit);
        call._abandon = abandon.UnsafeRegister(static state => ((CallLimit)state!)._source.Cancel(), call);
        return call;
    }

    /// <summary>Starts the clock anew.</summary>
    public void Restart(TimeSpan limit) => _source.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);

    /// <summary>Stops the clock; what abandons the call is watched on.</summary>
    public void StopClock() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ends the watch. Nothing may use the token afterwards: it will be another call's.</summary>
    public void Dispose()
    {
        _abandon.Dispose();   // waits for a cancellation that has begun
        if (_source.TryReset()) Pool.Return(this);
        else _source.Dispose();
    }
}
