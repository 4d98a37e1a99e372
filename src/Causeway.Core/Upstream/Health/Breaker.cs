namespace Causeway.Core.Upstream.Health;

/// <summary>
/// Lets something that fails rest. It opens after a number of failures in a row, or at once when a provider asks for patience, and closes
/// with the first success. While it is open nothing is sent; when the time is up one request at a time may probe. Each failed probe
/// doubles the rest. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="threshold">Failures in a row that open it.</param>
public sealed class Breaker(TimeProvider time, int threshold)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(30);   // a probe that is never heard of again does not block others for longer

    private readonly Lock _lock = new();
    private int _failures;
    private int _openings;
    private long _opened;   // timestamp
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private DateTimeOffset _probeUntil = DateTimeOffset.MinValue;

    /// <summary>When the rest ends; null if it is closed.</summary>
    public DateTimeOffset? RestsUntil
    {
        get
        {
            lock (_lock) return _openings == 0 ? null : _until;
        }
    }

    /// <summary>Nothing has failed since the last success.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock) return _failures == 0 && _openings == 0;
        }
    }

    /// <summary>Is it not to be used now? Looking does not take the probe.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock) return _openings > 0 && (time.GetUtcNow() < _until || time.GetUtcNow() < _probeUntil);
        }
    }

    /// <summary>A request is about to be sent: after the rest, the first one is the probe, and the others wait for what becomes of it.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref _openings) == 0) return;
        lock (_lock)
        {
            if (_openings > 0 && time.GetUtcNow() >= _until) _probeUntil = time.GetUtcNow() + ProbePatience;
        }
    }

    /// <summary>It works: a request that was sent at <paramref name="sent"/>, a timestamp, succeeded. One that was sent before it opened says nothing.</summary>
    public void Succeeded(long sent = long.MaxValue)
    {
        if (Volatile.Read(ref _failures) == 0 && Volatile.Read(ref _openings) == 0) return;
        lock (_lock)
        {
            if (_openings > 0 && sent < _opened) return;
            (_failures, _openings, _until, _probeUntil) = (0, 0, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        }
    }

    /// <summary>A request has something to show, but is not at its end. That ends a rest; failures that are counted stay.</summary>
    public void Answered(long sent)
    {
        if (Volatile.Read(ref _openings) > 0) Succeeded(sent);
    }

    /// <summary>It failed. With <paramref name="asked"/> it rests at once for so long; without, after the threshold.</summary>
    public void Failed(TimeSpan? asked = null)
    {
        lock (_lock)
        {
            _failures++;
            if (asked is null && _openings == 0 && _failures < threshold) return;
            var now = time.GetUtcNow();
            if (asked is null && _openings > 0 && now < _until) return;   // requests that were under way when it opened
            _openings = Math.Min(_openings + 1, 16);
            var rest = asked is { } wish ? Min(wish, LongestAsked) : Min(Shortest * Math.Pow(2, _openings - 1), Longest);
            if (now + rest > _until) _until = now + rest;
            _opened = time.GetTimestamp();
            _probeUntil = DateTimeOffset.MinValue;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
