namespace Causeway.Core.Upstream.Health;

/// <summary>
/// Bounds the retries that one provider gets, so that trouble there is not made worse: a share of its requests, and a few beyond.
/// Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="share">Retries for each request.</param>
public sealed class RetryBudget(TimeProvider time, double share)
{
    private const double Most = 100;        // saved up
    private const double PerSecond = 10;    // for providers that get few requests

    private readonly Lock _lock = new();
    private double _left = Most;
    private long _filled = time.GetTimestamp();

    /// <summary>Retries that are saved up.</summary>
    public double Left => Volatile.Read(ref _left);

    /// <summary>A request is sent for the first time.</summary>
    public void Earn()
    {
        if (Volatile.Read(ref _left) >= Most) return;
        lock (_lock) _left = Math.Min(Most, _left + share);
    }

    /// <summary>Takes one retry; false if there is none left.</summary>
    public bool TrySpend()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(Most, _left + (PerSecond * time.GetElapsedTime(_filled, now).TotalSeconds));
            _filled = now;
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }
}
