using System.Globalization;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Reports;

/// <summary>A report as a table for a terminal. Money is exact: all of it has as many decimals as the finest needs, at least two.</summary>
internal static class SpendTable
{
    private static readonly string[] Numbers = ["calls", "dollars", "input tokens", "output tokens", "unknown cost"];

    public static string Of(SpendReport report)
    {
        var decimals = report.Rows.Select(row => (int)row.Dollars.Scale).Append(2).Max();
        List<string[]> lines = [[.. report.Question.By.Select(dimension => dimension.Name()), .. Numbers]];
        lines.AddRange(report.Rows.Select(row => Line(row, row.Values.Select(TextTable.Value), decimals)));
        if (report.Question.By.Count > 0) lines.Add(Line(report.Total, report.Question.By.Select((_, i) => i == 0 ? "total" : ""), decimals));
        else if (lines.Count == 1) lines.Add(Line(report.Total, [], decimals));
        return TextTable.Of(lines, report.Question.By.Count);
    }

    private static string[] Line(SpendRow row, IEnumerable<string> values, int decimals) =>
    [
        .. values, TextTable.Count(row.Entries), row.Dollars.ToString($"F{decimals}", CultureInfo.InvariantCulture), TextTable.Count(row.InputTokens), TextTable.Count(row.OutputTokens),
        row.Unrated == 0 ? "" : TextTable.Count(row.Unrated),
    ];
}
