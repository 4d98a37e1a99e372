using System.Globalization;

namespace Causeway.Core.Governance.Limits;

/// <summary>Stretches of time as limits write them.</summary>
internal static class LimitText
{
    /// <summary>As OpenAI's headers have it: <c>17ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>24h0m0s</c>; milliseconds are rounded up, so that who waits so long does not come too early.</summary>
    /// <param name="ticks">Of 100 ns.</param>
    public static string Span(long ticks)
    {
        var milliseconds = (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        if (milliseconds is > 0 and < 1000) return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        var (minutes, rest) = Math.DivRem(Math.Max(0, milliseconds), 60_000);
        var seconds = rest % 1000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{rest / 1000}s") : string.Create(CultureInfo.InvariantCulture, $"{rest / 1000.0:0.###}s");
        return minutes switch
        {
            0 => seconds,
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}h{minutes % 60}m{seconds}"),
        };
    }

    /// <summary>As the configuration has it: <c>1d</c>, <c>6h</c>, <c>1m</c>, <c>90s</c>.</summary>
    public static string Window(TimeSpan window)
    {
        foreach (var (length, unit) in ((long, char)[])[(TimeSpan.TicksPerDay, 'd'), (TimeSpan.TicksPerHour, 'h'), (TimeSpan.TicksPerMinute, 'm')])
        {
            if (window.Ticks >= length && window.Ticks % length == 0) return string.Create(CultureInfo.InvariantCulture, $"{window.Ticks / length}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{window.TotalSeconds:0.###}s");
    }
}
