using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>Finds the message in an error body, whatever envelope it has: providers, their copies and the proxies before them have many.</summary>
public static class ErrorMessages
{
    private const int Longest = 4000;
    private static readonly string[] Places = ["error", "message", "detail", "details", "msg", "error_description", "errors", "title"];

    /// <summary>The message; never empty.</summary>
    public static string Find(int status, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        var text = document is null ? FromText(body.Span) : FromJson(document.RootElement, 0);
        if (string.IsNullOrWhiteSpace(text)) return $"the provider answered {status} {((HttpStatusCode)status).ToString()} without a message";
        return text.Length > Longest ? text[..Longest] + "..." : text;
    }

    private static string? FromJson(JsonElement value, int depth)
    {
        if (depth > 6) return null;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return ((RawJson)value).AsString();
            case JsonValueKind.Array:
                var found = value.EnumerateArray().Take(8).Select(item => FromJson(item, depth + 1)).Where(text => !string.IsNullOrWhiteSpace(text));
                return string.Join("; ", found);
            case JsonValueKind.Object:
                // `message` beside an `error` word says more than the word.
                if (RequestReader.Get(value, "message"u8) is { ValueKind: JsonValueKind.String } message) return ((RawJson)message).AsString();
                foreach (var place in Places)
                {
                    if (value.TryGetProperty(place, out var inner) && FromJson(inner, depth + 1) is { Length: > 0 } text) return text;
                }

                return null;
            default:
                return null;
        }
    }

    /// <summary>Plain text as it is; of an HTML page its title.</summary>
    private static string FromText(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Length > Longest ? body[..Longest] : body).Trim();
        if (!text.StartsWith('<')) return text;
        var start = text.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        var end = text.IndexOf("</title>", StringComparison.OrdinalIgnoreCase);
        return start >= 0 && end > start ? $"an HTML page titled '{text[(start + 7)..end].Trim()}'" : "an HTML page";
    }
}
