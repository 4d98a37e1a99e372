namespace Causeway.Core.Governance;

/// <summary>How much may be spent in a stretch of time.</summary>
/// <param name="Dollars">US dollars.</param>
/// <param name="Window">The stretch, which begins anew when it is over.</param>
public sealed record Budget(decimal Dollars, BudgetWindow Window);

/// <summary>A stretch of time that begins anew when it is over: of the calendar in UTC, or of a fixed length.</summary>
public readonly record struct BudgetWindow
{
    private readonly int _months;
    private readonly TimeSpan _length;

    private BudgetWindow(int months, TimeSpan length) => (_months, _length) = (months, length);

    /// <summary>A calendar month.</summary>
    public static BudgetWindow Month { get; } = new(1, default);

    /// <summary>Reads <c>daily</c>, <c>weekly</c>, <c>monthly</c>, <c>quarterly</c>, <c>yearly</c>, or a number with <c>s m h d w M Q Y</c>; null if it is neither.</summary>
    public static BudgetWindow? Parse(string text) => text switch
    {
        "hourly" => new(0, TimeSpan.FromHours(1)),
        "daily" => new(0, TimeSpan.FromDays(1)),
        "weekly" => new(0, TimeSpan.FromDays(7)),
        "monthly" => Month,
        "quarterly" => new(3, default),
        "yearly" => new(12, default),
        _ => int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), System.Globalization.CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000 ? text[^1] switch
        {
            's' => new(0, TimeSpan.FromSeconds(count)),
            'm' => new(0, TimeSpan.FromMinutes(count)),
            'h' => new(0, TimeSpan.FromHours(count)),
            'd' => new(0, TimeSpan.FromDays(count)),
            'w' => new(0, TimeSpan.FromDays(7 * count)),
            'M' => new(count, default),
            'Q' => new(3 * count, default),
            'Y' => new(12 * count, default),
            _ => null,
        } : null,
    };

    /// <summary>When the window began that <paramref name="now"/> lies in. Weeks begin on Mondays.</summary>
    public DateTimeOffset StartOf(DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        if (_months > 0)
        {
            var month = (((utc.Year - 1) * 12) + utc.Month - 1) / _months * _months;   // since the year 1, where the longest windows begin
            return new DateTimeOffset((month / 12) + 1, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);
        }

        var monday = new DateTime(1970, 1, 5, 0, 0, 0, DateTimeKind.Utc);
        return new DateTimeOffset(monday.AddTicks((utc - monday).Ticks / _length.Ticks * _length.Ticks), TimeSpan.Zero);
    }
}
