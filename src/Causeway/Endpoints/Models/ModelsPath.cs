namespace Causeway.Endpoints.Models;

/// <summary>A path of a list of models, or of one of them.</summary>
/// <param name="Id">The model's name; null for the list.</param>
internal sealed record ModelsPath(string? Id)
{
    private static readonly string[] Lists =
        ["/v1/models", "/openai/v1/models", "/openai/models", "/anthropic/v1/models", "/genai/v1beta/models", "/genai/v1/models", "/v1beta/models", "/cohere/v1/models", "/bedrock/foundation-models"];

    /// <summary>Reads the path; null if it is none of these.</summary>
    public static ModelsPath? Parse(string path)
    {
        foreach (var list in Lists)
        {
            if (!path.StartsWith(list, StringComparison.Ordinal)) continue;
            if (path.Length == list.Length) return new ModelsPath((string?)null);
            if (path[list.Length] == '/' && path.Length > list.Length + 1) return new ModelsPath(path[(list.Length + 1)..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        }

        return null;
    }
}
