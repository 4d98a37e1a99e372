using System.Buffers;
using System.Globalization;
using System.Text;

namespace Causeway.Core.Governance.Reports;

/// <summary>
/// Rows as CSV (RFC 4180: commas, quotes where they are needed, lines that end with CR and LF), in UTF-8. What is not known is empty.
/// <para>
/// A spreadsheet takes a text that begins with <c>= + - @</c> or a control character for a formula, and a client names a model as it likes. Such a text
/// gets an apostrophe in front, which spreadsheets do not show; one that begins with an apostrophe gets another, so that whoever takes one away reads what it was.
/// Numbers are written by us and stay as they are.
/// </para>
/// </summary>
/// <param name="output">Takes the bytes.</param>
/// <param name="isHeader">Write the names in place of the values.</param>
internal sealed class CsvFields(IBufferWriter<byte> output, bool isHeader = false) : IFields
{
    private bool _isBehindFirst;

    public void Text(string name, string? value) => Write(isHeader ? name : value is { Length: > 0 } text && IsDangerous(text[0]) ? "'" + text : value);

    public void Number(string name, long? value) => Write(isHeader ? name : value?.ToString(CultureInfo.InvariantCulture));

    public void Dollars(string name, decimal? value) => Write(isHeader ? name : value?.ToString(CultureInfo.InvariantCulture));

    public void Millis(string name, TimeSpan? value) => Write(isHeader ? name : value is { } time ? (time.Ticks / (decimal)TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture) : null);

    public void Fraction(string name, double? value) => Write(isHeader ? name : value is { } number && double.IsFinite(number) ? Math.Round(number, 6).ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>With spaces between them.</summary>
    public void Texts(string name, IReadOnlyList<string> values) => Text(name, values.Count == 0 ? null : string.Join(' ', values));

    public void Flag(string name, bool value) => Write(isHeader ? name : value ? "true" : "false");

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        output.Write("\r\n"u8);
        _isBehindFirst = false;
    }

    /// <summary>Some spreadsheets take the wide forms for the narrow ones.</summary>
    private static bool IsDangerous(char first) => first is '=' or '+' or '-' or '@' or '\'' or '＝' or '＋' or '－' or '＠' || char.IsControl(first);

    private void Write(string? value)
    {
        if (_isBehindFirst) output.Write(","u8);
        _isBehindFirst = true;
        if (value is null) return;
        var isPlain = value.Length > 0 && value.AsSpan().IndexOfAny(",\"\r\n") < 0;
        Encoding.UTF8.GetBytes(isPlain ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", output);
    }
}
