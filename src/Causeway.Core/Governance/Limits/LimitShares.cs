using System.Collections.Concurrent;

namespace Causeway.Core.Governance.Limits;

/// <summary>The meters in use of limits that several nodes share, and who waits for more. Thread-safe.</summary>
internal sealed class LimitShares
{
    private readonly ConcurrentDictionary<LimitMeter, bool> _active = new();
    private TaskCompletionSource _next = New();

    /// <summary>Called when a request wants more than the node has; must not block.</summary>
    public Action? Wanted { get; set; }

    /// <summary>The database does not answer: what the node has is all there is.</summary>
    public bool IsAway { get; set; }

    /// <summary>Is a limit in use?</summary>
    public bool IsActive => !_active.IsEmpty;

    /// <summary>A meter is in use.</summary>
    public void Touch(LimitMeter meter) => _active.TryAdd(meter, true);

    /// <summary>Done when the database has answered to all that is wanted now.</summary>
    public Task Next()
    {
        var next = Volatile.Read(ref _next).Task;
        Wanted?.Invoke();
        return next;
    }

    /// <summary>What is to be said to the database; <paramref name="asked"/> ends the waiting of those who are in it.</summary>
    public List<(LimitMeter Meter, LimitShare Share, ShareAsk Ask)> Ask(long now, out TaskCompletionSource asked)
    {
        asked = Interlocked.Exchange(ref _next, New());
        var asks = new List<(LimitMeter, LimitShare, ShareAsk)>();
        foreach (var (meter, _) in _active)
        {
            lock (meter)
            {
                var before = asks.Count;
                var isIdle = meter.Ask(now, asks);
                if (!isIdle || asks.Skip(before).Any(one => one.Item2.Share > 0)) continue;
                asks.RemoveRange(before, asks.Count - before);   // it has nothing, and needs nothing
                _active.TryRemove(meter, out var _);
                meter.IsTouched = false;
            }
        }

        return asks;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
