namespace Causeway.Core.Recording.Watch;

/// <summary>Sums over the last while, which moves on in thirtieths of its length.</summary>
internal sealed class SlidingWindow
{
    private const int Steps = 30;

    private readonly Sums[] _steps = new Sums[Steps];
    private long _step;

    /// <summary>Adds a request.</summary>
    /// <param name="length">The window's length, always the same.</param>
    /// <param name="now">When.</param>
    /// <param name="isBad">It is one of those that are looked for.</param>
    /// <param name="dollars">What it cost.</param>
    public void Add(TimeSpan length, DateTimeOffset now, bool isBad, decimal dollars)
    {
        MoveTo(length, now);
        ref var step = ref _steps[_step % Steps];
        step = new Sums(step.Requests + 1, step.Bad + (isBad ? 1 : 0), step.Dollars + dollars);
    }

    /// <summary>What there was in the window.</summary>
    public Sums Total(TimeSpan length, DateTimeOffset now)
    {
        MoveTo(length, now);
        var total = default(Sums);
        foreach (var step in _steps) total = new Sums(total.Requests + step.Requests, total.Bad + step.Bad, total.Dollars + step.Dollars);
        return total;
    }

    private void MoveTo(TimeSpan length, DateTimeOffset now)
    {
        var step = now.Ticks / Math.Max(1, length.Ticks / Steps);
        if (step - _step >= Steps) Array.Clear(_steps);
        else for (var old = _step + 1; old <= step; old++) _steps[old % Steps] = default;
        _step = Math.Max(step, _step);
    }

    /// <summary>What is added up.</summary>
    /// <param name="Requests">All requests.</param>
    /// <param name="Bad">Those that are looked for.</param>
    /// <param name="Dollars">What all cost, in US dollars.</param>
    internal readonly record struct Sums(long Requests, long Bad, decimal Dollars);
}
