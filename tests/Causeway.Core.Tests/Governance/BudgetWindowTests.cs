using System.Globalization;
using Causeway.Core.Governance;

namespace Causeway.Core.Tests.Governance;

public sealed class BudgetWindowTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("hourly", "2026-11-25T12:00Z", "2026-11-25T13:00Z")]
    [InlineData("daily", "2026-11-25T00:00Z", "2026-11-26T00:00Z")]
    [InlineData("weekly", "2026-11-23T00:00Z", "2026-11-30T00:00Z")]
    [InlineData("monthly", "2026-11-01T00:00Z", "2026-12-01T00:00Z")]
    [InlineData("quarterly", "2026-10-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("yearly", "2026-01-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("30s", "2026-11-25T12:34:30Z", "2026-11-25T12:35Z")]
    [InlineData("5m", "2026-11-25T12:30Z", "2026-11-25T12:35Z")]
    [InlineData("6h", "2026-11-25T12:00Z", "2026-11-25T18:00Z")]
    [InlineData("1d", "2026-11-25T00:00Z", "2026-11-26T00:00Z")]
    [InlineData("1w", "2026-11-23T00:00Z", "2026-11-30T00:00Z")]
    [InlineData("2M", "2026-11-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("1Q", "2026-10-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("1Y", "2026-01-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("100Y", "2001-01-01T00:00Z", "2101-01-01T00:00Z")]
    public void Windows_of_the_calendar_begin_anew(string text, string start, string end)
    {
        var window = BudgetWindow.Parse(text, aligned: true)!.Value;
        Assert.Equal((At(start), At(end)), (window.StartOf(At("2026-11-25T12:34:56Z")), window.NextReset(At("2026-11-25T12:34:56Z"))));
        Assert.Equal((At(start), At(end)), (window.StartOf(At(start)), window.NextReset(At(start))));
        Assert.Equal((At(start), At(end)), (window.StartOf(At(end).AddTicks(-1)), window.NextReset(At(end).AddTicks(-1))));
    }

    [Theory]
    [InlineData("monthly", "2026-10-31T22:59:59Z", "2026-09-30T22:00Z", "2026-10-31T23:00Z")]   // the month ends at midnight in winter's time
    [InlineData("daily", "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z")]        // 23 hours
    [InlineData("daily", "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z")]        // 25 hours
    [InlineData("hourly", "2026-10-25T00:30Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z")]       // 2 o'clock, and again an hour later
    [InlineData("hourly", "2026-10-25T01:30Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z")]
    [InlineData("weekly", "2026-11-29T23:30Z", "2026-11-29T23:00Z", "2026-12-06T23:00Z")]       // Monday has begun there
    public void The_calendar_is_that_of_the_zone(string text, string now, string start, string end)
    {
        var window = BudgetWindow.Parse(text, zone: Berlin)!.Value;
        Assert.Equal((At(start), At(end)), (window.StartOf(At(now)), window.NextReset(At(now))));
    }

    [Fact]
    public void Days_whose_midnight_clocks_leave_out_begin_when_they_go_on()
    {
        var cairo = BudgetWindow.Parse("daily", zone: TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo"))!.Value;   // 2026-04-24: 00:00 is 01:00
        Assert.Equal(At("2026-04-23T22:00Z"), cairo.StartOf(At("2026-04-24T10:00Z")));
        Assert.Equal(At("2026-04-23T22:00Z"), cairo.NextReset(At("2026-04-23T10:00Z")));
    }

    /// <summary>Through two years in steps of 7 hours and some: windows follow one another without a gap, whatever the zone does.</summary>
    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Africa/Cairo")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    public void Windows_follow_one_another(string zone)
    {
        foreach (var text in (string[])["1h", "6h", "1d", "3d", "1w", "1M", "1Q", "1Y"])
        {
            var window = BudgetWindow.Parse(text, aligned: true, TimeZoneInfo.FindSystemTimeZoneById(zone))!.Value;
            for (var now = At("2025-12-25T03:07:11Z"); now < At("2028-01-05T00:00Z"); now += new TimeSpan(7, 3, 1))
            {
                var (start, end) = (window.StartOf(now), window.NextReset(now));
                Assert.True(start <= now && now < end, $"{text} at {now:O}: {start:O} to {end:O}");
                Assert.Equal((start, end), (window.StartOf(end.AddTicks(-1)), window.StartOf(end)));
            }
        }
    }

    [Theory]
    [InlineData("1d", 1)]
    [InlineData("1M", 30)]
    [InlineData("1Q", 90)]
    [InlineData("1Y", 365)]
    public void Lengths_roll(string text, int days)
    {
        var window = BudgetWindow.Parse(text)!.Value;
        Assert.True(window.IsRolling);
        Assert.Equal((At("2026-11-25T12:00Z").AddDays(-days), At("2026-11-25T12:00Z").AddDays(days)), (window.StartOf(At("2026-11-25T12:00Z")), window.NextReset(At("2026-11-25T12:00Z"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData("100000d")]
    [InlineData("99999Y")]
    [InlineData("1300M")]
    [InlineData("5x")]
    [InlineData("1.5h")]
    [InlineData("fortnightly")]
    public void What_is_no_length_of_time_is_none(string text) => Assert.Null(BudgetWindow.Parse(text));

    [Fact]
    public void People_read_what_they_are() => Assert.Equal(
        ["calendar month", "2 calendar weeks", "last 30 days", "last hour"],
        new[] { BudgetWindow.Month, BudgetWindow.Calendar(WindowUnit.Week, 2), BudgetWindow.Parse("30d")!.Value, BudgetWindow.Parse("1h")!.Value }.Select(window => window.ToString()));
}
