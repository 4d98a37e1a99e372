namespace Causeway.Storage;

/// <summary>Times are kept to the millisecond.</summary>
internal static class StoredTime
{
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The first whole millisecond since 1970 that is not before <paramref name="time"/>: where a range of kept times begins or ends.</summary>
    public static long Bound(DateTimeOffset time)
    {
        var whole = time.ToUnixTimeMilliseconds();
        return time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? whole : Math.Min(whole + 1, Last);
    }

    /// <summary>The day that <paramref name="text"/> names as <c>2026-11-26</c>; null if it names none.</summary>
    public static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;
}
