using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>What the API asks of texts, tested on raw JSON strings.</summary>
internal static class TextRules
{
    /// <summary>Is the text missing, empty, or white space only? The API refuses such blocks.</summary>
    public static bool IsBlank(RawJson text)
    {
        if (text.IsNullOrEmpty) return true;
        var inner = text.Utf8[1..^1];
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == ' ') continue;
            if (inner[i] != '\\' || inner[i + 1] is not ((byte)'n' or (byte)'r' or (byte)'t' or (byte)'f')) return false;
            i++;
        }

        return true;
    }

    /// <summary>The text without white space at its end, which the API refuses in the answer it is to continue.</summary>
    public static RawJson TrimEnd(RawJson text)
    {
        var decoded = text.AsString()!;
        var trimmed = decoded.TrimEnd();
        return trimmed.Length == decoded.Length ? text : RawJson.FromString(trimmed);
    }
}
