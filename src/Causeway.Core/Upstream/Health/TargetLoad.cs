namespace Causeway.Core.Upstream.Health;

/// <summary>How busy a model of a provider is, and how soon it answers. Thread-safe.</summary>
public sealed class TargetLoad
{
    private const double Weight = 0.2;   // of the newest answer in the moving average

    private int _inFlight;
    private double _latency = double.NaN;

    /// <summary>Requests under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Until an answer, or the first content of a stream: a moving average in milliseconds; null if there was none yet.</summary>
    public double? LatencyMilliseconds => Volatile.Read(ref _latency) is var latency && double.IsNaN(latency) ? null : latency;

    /// <summary>A request is sent.</summary>
    public void Begin() => Interlocked.Increment(ref _inFlight);

    /// <summary>It is over.</summary>
    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>An answer came after <paramref name="elapsed"/>.</summary>
    public void Answered(TimeSpan elapsed)
    {
        var before = Volatile.Read(ref _latency);   // of two that come at once one may be lost, which an average bears
        Volatile.Write(ref _latency, double.IsNaN(before) ? elapsed.TotalMilliseconds : before + (Weight * (elapsed.TotalMilliseconds - before)));
    }
}
