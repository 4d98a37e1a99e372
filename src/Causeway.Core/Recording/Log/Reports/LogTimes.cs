using System.Globalization;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Days, moments and spans of time in questions.</summary>
public static class LogTimes
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A day, or a moment, in UTC unless it says its zone; null if it is none.</summary>
    public static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary>A span such as <c>90s</c>, <c>30m</c>, <c>24h</c>, <c>7d</c> or <c>4w</c>; null if it is none.</summary>
    public static TimeSpan? Span(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or > 100_000) return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            'w' => TimeSpan.FromDays(7L * count),
            _ => null,
        };
    }

    /// <summary>A span as it is read.</summary>
    public static string Text(TimeSpan span) => span switch
    {
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerDay == 0 => $"{(long)span.TotalDays}d",
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 => $"{(long)span.TotalHours}h",
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 => $"{(long)span.TotalMinutes}m",
        _ => $"{(long)span.TotalSeconds}s",
    };

    /// <summary>The distance of a time zone from UTC, such as <c>+02:00</c> or <c>-0330</c>; null if it is none.</summary>
    public static TimeSpan? Zone(string text)
    {
        if (text is "Z" or "") return TimeSpan.Zero;
        var digits = text[1..].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != 4 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number / 100 > 14 || number % 100 > 59) return null;
        var span = new TimeSpan(number / 100, number % 100, 0);
        return text[0] switch { '+' or ' ' => span, '-' => -span, _ => null };   // a plus in a query is a space
    }
}
