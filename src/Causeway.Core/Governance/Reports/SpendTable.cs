using System.Globalization;
using System.Text;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Reports;

/// <summary>A report as a table for a terminal. Money is exact: all of it has as many decimals as the finest needs, at least two.</summary>
internal static class SpendTable
{
    private const int LongestValue = 60;

    private static readonly string[] Numbers = ["calls", "dollars", "input tokens", "output tokens", "unknown cost"];

    public static string Of(SpendReport report)
    {
        var decimals = report.Rows.Select(row => (int)row.Dollars.Scale).Append(2).Max();
        List<string[]> lines = [[.. report.Question.By.Select(dimension => dimension.Name()), .. Numbers]];
        lines.AddRange(report.Rows.Select(row => Line(row, row.Values.Select(Value), decimals)));
        if (report.Question.By.Count > 0) lines.Add(Line(report.Total, report.Question.By.Select((_, i) => i == 0 ? "total" : ""), decimals));
        else if (lines.Count == 1) lines.Add(Line(report.Total, [], decimals));
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => column < report.Question.By.Count ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    private static string[] Line(SpendRow row, IEnumerable<string> values, int decimals) =>
    [
        .. values, Count(row.Entries), row.Dollars.ToString($"F{decimals}", CultureInfo.InvariantCulture), Count(row.InputTokens), Count(row.OutputTokens), row.Unrated == 0 ? "" : Count(row.Unrated),
    ];

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A client names a model as it likes: what would steer the terminal is replaced, and no name pushes the numbers away.</summary>
    private static string Value(string? value)
    {
        if (value is null) return "-";
        var plain = string.Concat(value.Take(LongestValue).Select(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format ? '\uFFFD' : letter));
        return value.Length > LongestValue ? plain + "..." : plain;
    }
}
