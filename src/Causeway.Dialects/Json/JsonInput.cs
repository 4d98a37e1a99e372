using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Dialects.Json;

/// <summary>How Causeway reads JSON from clients and upstreams.</summary>
public static class JsonInput
{
    /// <summary>Objects and arrays may nest this deep. Real tool schemas stay under 30.</summary>
    public const int MaxDepth = 128;

    /// <summary>
    /// Strict JSON. Of duplicate keys the last counts, as with most parsers: looking for them takes a quarter of the time, and those that matter
    /// to routing, the outermost ones, <see cref="TopLevelScan"/> refuses.
    /// </summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>
    /// Parses a body without copying it: values point into <paramref name="body"/>. Null with a
    /// <paramref name="problem"/> that a person can act on if it is not JSON.
    /// </summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body, out string problem)
    {
        if (!Utf8.IsValid(body.Span))
        {
            problem = "the body is not valid UTF-8";
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(body, Options);
            problem = HoldsSurrogateEscapes(body.Span) ? ProblemOfNames(document.RootElement) : "";
            if (problem.Length == 0) return document;
            document.Dispose();
        }
        catch (JsonException broken)
        {
            problem = $"the body is not valid JSON: {broken.Message}";
        }

        return null;
    }

    private static bool HoldsSurrogateEscapes(ReadOnlySpan<byte> body) =>
        body.IndexOf("\\u"u8) is >= 0 and var first && (body[first..].IndexOf("\\ud"u8) >= 0 || body[first..].IndexOf("\\uD"u8) >= 0);

    /// <summary>Every access to the members of an object compares names and unescapes them for it, which half of a pair breaks.</summary>
    private static string ProblemOfNames(JsonElement root)
    {
        try
        {
            Visit(root);
            return "";
        }
        catch (InvalidOperationException)
        {
            return "the body is not valid JSON: a property name holds half of a surrogate pair";
        }

        static void Visit(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in value.EnumerateArray()) Visit(item);
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Visit(member.Value);
                }
            }
        }
    }
}
