using System.Text;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>Finds what a person can read in the error body of whatever server answered.</summary>
public static class ErrorMessages
{
    private const int LongestText = 8000;

    private static readonly string[] Holders =
        ["error", "message", "detail", "details", "error_description", "msg", "title", "reason", "errors"];

    /// <summary>
    /// The message in any envelope: Anthropic's and OpenAI's <c>{"error":{"message"}}</c>, <c>{"error":"..."}</c>,
    /// <c>{"message"}</c>, <c>{"detail"}</c>, a list of such objects, HTML (its title), plain text. Never empty.
    /// </summary>
    public static string Find(int status, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        var found = document is null ? OfText(body.Span) : OfJson(document.RootElement, 0);
        return found is { Length: > 0 } ? Shorten(found) : $"the upstream answered with status {status} and no message";
    }

    /// <summary>The message in a JSON error body; null if there is none.</summary>
    public static string? OfJson(JsonView value) => OfJson(value, 0);

    private static string? OfJson(JsonView value, int depth)
    {
        if (depth > 6) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => ((RawJson)value).AsString()?.Trim() is { Length: > 0 } text ? text : null,
            JsonValueKind.Array => OfList(value, depth),
            JsonValueKind.Object => OfObject(value, depth),
            _ => null,
        };
    }

    private static string? OfList(JsonView list, int depth)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (OfJson(item, depth + 1) is { } text) return text;
        }

        return null;
    }

    private static string? OfObject(JsonView value, int depth)
    {
        foreach (var name in Holders)
        {
            if (value.TryGetProperty(name, out var inner) && OfJson(inner, depth + 1) is { } text) return text;
        }

        return null;
    }

    private static string? OfText(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 64 << 10)]).Trim();
        return text.StartsWith('<') ? TitleOf(text) ?? "the upstream answered with a web page" : text;
    }

    private static string? TitleOf(string html)
    {
        var tag = html.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        var start = tag < 0 ? -1 : html.IndexOf('>', tag) + 1;
        var end = start <= 0 ? -1 : html.IndexOf("</title", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 || string.IsNullOrWhiteSpace(html[start..end]) ? null : html[start..end].Trim();
    }

    private static string Shorten(string text)
    {
        if (text.Length <= LongestText) return text;
        var end = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return text[..end] + "…";
    }
}
