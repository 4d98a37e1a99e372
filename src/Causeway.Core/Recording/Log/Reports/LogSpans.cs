namespace Causeway.Core.Recording.Log.Reports;

/// <summary>How wide the bars of a histogram are.</summary>
public static class LogSpans
{
    /// <summary>More bars than these are nobody's question.</summary>
    public const int Most = 2000;

    private const int Usual = 100;

    private static readonly TimeSpan[] Widths =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28),
    ];

    /// <summary>The narrowest that makes a hundred bars at most.</summary>
    public static TimeSpan For(TimeSpan length)
    {
        foreach (var width in Widths)
        {
            if (length <= width * Usual) return width;
        }

        return TimeSpan.FromDays(Math.Ceiling(length.TotalDays / Usual / 28) * 28);
    }
}
