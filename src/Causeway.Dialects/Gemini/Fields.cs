using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Fields of this API, which takes each name in two spellings: <c>maxOutputTokens</c> and <c>max_output_tokens</c>.</summary>
internal static class Fields
{
    public static JsonView Get(JsonView owner, ReadOnlySpan<byte> camel, ReadOnlySpan<byte> snake)
    {
        var value = RequestReader.Get(owner, camel);
        return value.ValueKind == JsonValueKind.Undefined ? RequestReader.Get(owner, snake) : value;
    }

    /// <summary>The parts of a content object; some clients send one part, or a bare text.</summary>
    public static IEnumerable<JsonView> Parts(JsonView content)
    {
        var parts = RequestReader.Get(content, "parts"u8);
        if (parts.ValueKind == JsonValueKind.Object) return [parts];
        return parts.EnumerateArray();
    }

    /// <summary>Writes the extras back, or notes them as lost. A prefix such as <c>generationConfig.</c> is another object's.</summary>
    public static void WriteOwn(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path, string prefix = "")
    {
        if (prefix.Length == 0) losses.AddForeign(extras, DialectId.Gemini, path);
        if (extras is not { Origin: DialectId.Gemini }) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (prefix.Length == 0 && name.Contains('.'))) continue;
            writer.WritePropertyName(name[prefix.Length..]);
            writer.WriteRaw(value);
        }
    }
}
