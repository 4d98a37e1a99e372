using System.Text.Unicode;

namespace Causeway.Dialects.Json;

/// <summary>How Causeway reads JSON from clients and upstreams.</summary>
public static class JsonInput
{
    /// <summary>Objects and arrays may nest this deep. Real tool schemas stay under 30.</summary>
    public const int MaxDepth = 128;

    /// <summary>
    /// Parses a body without copying it: views point into <paramref name="body"/>. Null with a
    /// <paramref name="problem"/> that a person can act on if it is not JSON. Of duplicate keys the last counts, as with most parsers;
    /// those that matter to routing, the outermost ones, <see cref="TopLevelScan"/> refuses.
    /// </summary>
    public static JsonTree? TryParse(ReadOnlyMemory<byte> body, out string problem)
    {
        if (!Utf8.IsValid(body.Span))
        {
            problem = "the body is not valid UTF-8";
            return null;
        }

        var tree = new JsonTree(body);
        problem = new JsonParser(body.Span, tree).Run();
        if (problem.Length == 0) return tree;
        problem = $"the body is not valid JSON: {problem}";
        tree.Dispose();
        return null;
    }
}
