using System.Globalization;

namespace Causeway.Core.Governance;

/// <summary>What windows are measured in.</summary>
public enum WindowUnit
{
    /// <summary>60 to the minute.</summary>
    Second,

    /// <summary>60 to the hour.</summary>
    Minute,

    /// <summary>Of the calendar: of the zone's standard time, so that each is an hour long.</summary>
    Hour,

    /// <summary>Of the calendar: from midnight to midnight, 23 to 25 hours where clocks change.</summary>
    Day,

    /// <summary>From Monday on.</summary>
    Week,

    /// <summary>Of the calendar, or 30 days.</summary>
    Month,

    /// <summary>Of the calendar, or 90 days.</summary>
    Quarter,

    /// <summary>Of the calendar, or 365 days.</summary>
    Year,
}

/// <summary>
/// The stretch of time that a budget is for. One of the calendar begins anew when it is over: then all may be spent again. A rolling one is the last
/// hour, or 30 days, at every moment: what was spent comes back as it leaves the window, and no stretch of that length ever holds more than the budget.
/// </summary>
public readonly record struct BudgetWindow
{
    private const int LongestInYears = 100;

    private BudgetWindow(WindowUnit unit, int count, bool isRolling, TimeZoneInfo? zone) => (Unit, Count, IsRolling, Zone) = (unit, count, isRolling, zone);

    /// <summary>The unit.</summary>
    public WindowUnit Unit { get; }

    /// <summary>How many units. Several of the calendar are counted from Monday, the 1st of January of the year 1.</summary>
    public int Count { get; }

    /// <summary>Is it the last stretch of time at every moment, and not one of the calendar?</summary>
    public bool IsRolling { get; }

    /// <summary>Whose calendar; null: UTC.</summary>
    public TimeZoneInfo? Zone { get; }

    /// <summary>A calendar month in UTC.</summary>
    public static BudgetWindow Month { get; } = Calendar(WindowUnit.Month);

    /// <summary>How long a rolling window is; of the calendar, about how long.</summary>
    public TimeSpan Length => Count * Unit switch
    {
        WindowUnit.Second => TimeSpan.FromSeconds(1),
        WindowUnit.Minute => TimeSpan.FromMinutes(1),
        WindowUnit.Hour => TimeSpan.FromHours(1),
        WindowUnit.Day => TimeSpan.FromDays(1),
        WindowUnit.Week => TimeSpan.FromDays(7),
        WindowUnit.Month => TimeSpan.FromDays(30),
        WindowUnit.Quarter => TimeSpan.FromDays(90),
        _ => TimeSpan.FromDays(365),
    };

    /// <summary>A window of the calendar.</summary>
    public static BudgetWindow Calendar(WindowUnit unit, int count = 1, TimeZoneInfo? zone = null) => new(unit, count, false, zone);

    /// <summary>
    /// Reads <c>hourly</c>, <c>daily</c>, <c>weekly</c>, <c>monthly</c>, <c>quarterly</c>, <c>yearly</c>, which are of the calendar, or a number with
    /// <c>s m h d w M Q Y</c>, which rolls unless it is <paramref name="aligned"/>; null if it is neither, or longer than 100 years.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="aligned">Lengths are of the calendar, too.</param>
    /// <param name="zone">Whose calendar; null: UTC.</param>
    public static BudgetWindow? Parse(string text, bool aligned = false, TimeZoneInfo? zone = null)
    {
        switch (text)
        {
            case "hourly": return Calendar(WindowUnit.Hour, 1, zone);
            case "daily": return Calendar(WindowUnit.Day, 1, zone);
            case "weekly": return Calendar(WindowUnit.Week, 1, zone);
            case "monthly": return Calendar(WindowUnit.Month, 1, zone);
            case "quarterly": return Calendar(WindowUnit.Quarter, 1, zone);
            case "yearly": return Calendar(WindowUnit.Year, 1, zone);
        }

        var unit = text.Length > 1 ? "smhdwMQY".IndexOf(text[^1], StringComparison.Ordinal) : -1;
        if (unit < 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or >= 100_000) return null;
        if ((WindowUnit)unit == WindowUnit.Year && count > LongestInYears) return null;
        var window = new BudgetWindow((WindowUnit)unit, count, !aligned, aligned ? zone : null);
        return window.Length > TimeSpan.FromDays(365.0 * LongestInYears) ? null : window;
    }

    /// <summary>When the window began that <paramref name="now"/> lies in.</summary>
    public DateTimeOffset StartOf(DateTimeOffset now) => IsRolling ? now - Length : Edge(now, 0);

    /// <summary>When the window begins anew; for a rolling one, when all that is spent now will have left it.</summary>
    public DateTimeOffset NextReset(DateTimeOffset now) => IsRolling ? now + Length : Edge(now, 1);

    /// <summary>
    /// The slot that a moment lies in, and when it leaves the window: of the calendar all of the window, else a sixtieth of it. Both are rounded up to
    /// microseconds, as databases keep times.
    /// </summary>
    public (DateTimeOffset Begins, DateTimeOffset Ends) SlotOf(DateTimeOffset at)
    {
        if (!IsRolling) return (Edge(at, 0), Edge(at, 1));
        var ticks = RollingSum.SlotTicks(Length);
        var begins = at.UtcTicks / ticks * ticks;
        return (Rounded(begins), Rounded(begins + ticks + Length.Ticks));

        static DateTimeOffset Rounded(long ticks) => new((ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>For people: <c>calendar month</c>, <c>last 30 days</c>.</summary>
    public override string ToString()
    {
        var unit = Unit.ToString().ToLowerInvariant();
        return (IsRolling, Count) switch
        {
            (true, 1) => $"last {unit}",
            (true, _) => $"last {Count} {unit}s",
            (false, 1) => $"calendar {unit}",
            _ => $"{Count} calendar {unit}s",
        };
    }

    /// <summary>The beginning of the window that lies so many windows after that of <paramref name="now"/>.</summary>
    private DateTimeOffset Edge(DateTimeOffset now, int windows)
    {
        var zone = Zone ?? TimeZoneInfo.Utc;
        if (Unit <= WindowUnit.Hour)
        {
            var (shift, length) = (zone.BaseUtcOffset.Ticks, Length.Ticks);
            return new DateTimeOffset((((now.UtcTicks + shift) / length) + windows) * length - shift, TimeSpan.Zero);
        }

        var local = Zone is null ? now.UtcDateTime : TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (Unit <= WindowUnit.Week)
        {
            var days = Unit == WindowUnit.Week ? 7 * Count : Count;
            return InUtc(DateTime.MinValue.AddDays(((local.Ticks / TimeSpan.TicksPerDay / days) + windows) * days), zone);
        }

        var months = Count * (Unit switch { WindowUnit.Month => 1, WindowUnit.Quarter => 3, _ => 12 });
        var month = (((((local.Year - 1) * 12) + local.Month - 1) / months) + windows) * months;
        return InUtc(DateTime.MinValue.AddMonths(month), zone);
    }

    /// <summary>A midnight that clocks leave out is when they go on; of two, the first.</summary>
    private static DateTimeOffset InUtc(DateTime local, TimeZoneInfo zone)
    {
        if (zone == TimeZoneInfo.Utc) return new DateTimeOffset(local, TimeSpan.Zero);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(DateTime.SpecifyKind(local - offset, DateTimeKind.Unspecified), TimeSpan.Zero);
    }
}
