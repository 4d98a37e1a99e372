using System.Globalization;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>A report of groups as a table for a terminal.</summary>
internal static class GroupTable
{
    private static readonly string[] Numbers = ["sessions", "requests", "dollars", "input tokens", "cached", "output tokens", "unknown cost"];

    public static string Of(GroupReport report)
    {
        List<string[]> lines = [[.. report.By.Select(dimension => dimension.Name), .. Numbers]];
        lines.AddRange(report.Groups.Select(group => Line(group.Values.Select(TextTable.Value), TextTable.Count(group.Sessions), group.Sum)));
        lines.Add(Line(report.By.Select((_, i) => i == 0 ? "total" : ""), "", report.Total));
        return TextTable.Of(lines, report.By.Count);
    }

    private static string[] Line(IEnumerable<string> values, string sessions, LogSum sum) =>
    [
        .. values, sessions, TextTable.Count(sum.Requests), Picodollars.Dollars(sum.Picodollars).ToString("F4", CultureInfo.InvariantCulture), TextTable.Count(sum.InputTokens),
        sum.CacheHitShare() is { } share ? share.ToString("0%", CultureInfo.InvariantCulture) : "", TextTable.Count(sum.OutputTokens), sum.Unrated == 0 ? "" : TextTable.Count(sum.Unrated),
    ];
}
