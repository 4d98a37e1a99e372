namespace Causeway.Core.Recording;

/// <summary>
/// How long an exchange has waited for upstreams: the time in which at least one of its calls waited for bytes, so that two calls at a time do not count
/// twice. Thread-safe; all times are timestamps of the system's clock.
/// </summary>
internal sealed class UpstreamWaits
{
    private readonly Lock _lock = new();
    private int _waiting;
    private long _since;
    private TimeSpan _total;

    /// <summary>All of it, as far as it is over.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    /// <summary>A call begins to wait; disposing what is returned ends that.</summary>
    public Wait Begin()
    {
        lock (_lock)
        {
            if (_waiting++ == 0) _since = TimeProvider.System.GetTimestamp();
        }

        return new Wait(this);
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_waiting == 0) _total += TimeProvider.System.GetElapsedTime(_since);
        }
    }

    /// <summary>Something that is waited for.</summary>
    public readonly struct Wait(UpstreamWaits waits) : IDisposable
    {
        /// <summary>It is there.</summary>
        public void Dispose() => waits.End();
    }
}
