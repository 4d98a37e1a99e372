using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Dialects.Json;

/// <summary>How Causeway reads JSON from clients and upstreams.</summary>
public static class JsonInput
{
    /// <summary>Objects and arrays may nest this deep. Real tool schemas stay under 30.</summary>
    public const int MaxDepth = 128;

    /// <summary>
    /// Strict JSON. Duplicate keys are refused: two readers that take different ones would see two different requests.
    /// </summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>
    /// Parses a body without copying it: values point into <paramref name="body"/>. Null with a
    /// <paramref name="problem"/> that a person can act on if it is not JSON.
    /// </summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body, out string problem) => TryParse(body, Options, out problem);

    /// <summary>
    /// Parses what an upstream sends, in the same way but for duplicate keys: looking for them takes a quarter of the time, and in answers nothing
    /// hangs on them.
    /// </summary>
    public static JsonDocument? TryParseAnswer(ReadOnlyMemory<byte> body, out string problem) => TryParse(body, AnswerOptions, out problem);

    private static JsonDocumentOptions AnswerOptions { get; } = new() { MaxDepth = MaxDepth };

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body, JsonDocumentOptions options, out string problem)
    {
        if (!Utf8.IsValid(body.Span))
        {
            problem = "the body is not valid UTF-8";
            return null;
        }

        try
        {
            problem = "";
            return JsonDocument.Parse(body, options);
        }
        catch (JsonException broken)
        {
            problem = $"the body is not valid JSON: {broken.Message}";
            return null;
        }
        catch (InvalidOperationException)
        {
            // From the comparison of names, which unescapes them.
            problem = "the body is not valid JSON: a property name holds half of a surrogate pair";
            return null;
        }
    }
}
