using System.Globalization;
using System.Text;

namespace Causeway.Core.Governance.Reports;

/// <summary>Tables for a terminal: columns of texts, then columns of numbers.</summary>
internal static class TextTable
{
    private const int LongestValue = 60;

    /// <summary>The table of lines, the first of which has the names; the first <paramref name="texts"/> columns stand left, the others right.</summary>
    public static string Of(List<string[]> lines, int texts)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => column < texts ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>A whole number.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A client names things as it likes: what would steer the terminal is replaced, and no name pushes the numbers away.</summary>
    public static string Value(string? value)
    {
        if (value is null) return "-";
        var plain = string.Concat(value.Take(LongestValue).Select(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format ? '\uFFFD' : letter));
        return value.Length > LongestValue ? plain + "..." : plain;
    }
}
