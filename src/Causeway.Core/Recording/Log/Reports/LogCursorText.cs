using System.Globalization;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Cursors of lists as texts. They say what the list is sorted by: behind another's cursor there would be nonsense.</summary>
public static class LogCursorText
{
    /// <summary>The text.</summary>
    public static string Of(LogListQuestion question, LogCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{Head(question)}{(cursor.Value is { } value ? value : "")}~{cursor.Row}");

    /// <summary>The cursor; null if the text is none of such a list.</summary>
    public static LogCursor? Read(LogListQuestion question, string text)
    {
        var head = Head(question);
        if (!text.StartsWith(head, StringComparison.Ordinal) || text[head.Length..].Split('~') is not [var value, var row]) return null;
        if (!long.TryParse(row, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        if (value.Length == 0) return new LogCursor(null, number);
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var known) ? new LogCursor(known, number) : null;
    }

    private static string Head(LogListQuestion question) => $"{question.Order.Name}~{(question.IsAscending ? "asc" : "desc")}~";
}
