using System.Globalization;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration;

/// <summary>Reads a condition's <c>time</c>: <c>{"from": "22:00", "to": "06:00", "days": ["mon"], "zone": "Europe/Berlin"}</c>.</summary>
internal static class TimeReader
{
    internal static readonly string[] Names = ["from", "to", "days", "zone"];
    internal static readonly string[] DayWords = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>The condition; null if its zone is not known.</summary>
    public static TimeIs? Read(ConfigNode node)
    {
        node.CheckNames(Names);
        if (node["from"].IsMissing && node["to"].IsMissing && node["days"].IsMissing) node.Error("must have `from`, `to` or `days`");
        var days = new List<DayOfWeek>();
        foreach (var item in node["days"].OneOrMore())
        {
            var day = Array.IndexOf(DayWords, item.Text());
            if (day >= 0) days.Add((DayOfWeek)day);
            else item.Error($"must be one of {string.Join(", ", DayWords)}");
        }

        var (from, to) = (Clock(node["from"]), Clock(node["to"]));
        var zone = node["zone"].Text() is { } id ? FindZone(node["zone"], id) : TimeZoneInfo.Utc;
        return zone is null ? null : new TimeIs(from, to, days, zone);
    }

    private static TimeOnly Clock(ConfigNode node)
    {
        if (node.Text() is not { } text || text == "24:00") return TimeOnly.MinValue;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        node.Error("must be a time such as 22:30");
        return TimeOnly.MinValue;
    }

    /// <summary>A time zone; null, and an error, if the system does not know it.</summary>
    internal static TimeZoneInfo? FindZone(ConfigNode node, string id)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        node.Error("is no time zone that this system knows: write one such as Europe/Berlin, or leave it out for UTC");
        return null;
    }
}
