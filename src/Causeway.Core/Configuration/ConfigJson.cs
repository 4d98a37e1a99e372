using System.Text.Json;

namespace Causeway.Core.Configuration;

/// <summary>Reads the files of the app directory as JSON.</summary>
internal static class ConfigJson
{
    /// <summary>Comments and trailing commas are fine; a name that stands twice is a slip of the pen.</summary>
    public static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>The object that a file holds; null, and an error that names it as <paramref name="source"/>, if it holds none.</summary>
    public static ConfigNode? Parse(ReadOnlyMemory<byte> json, string source, ConfigProblems problems)
    {
        try
        {
            var root = JsonDocument.Parse(json, Options).RootElement;
            if (root.ValueKind == JsonValueKind.Object) return new ConfigNode(root, ConfigPath.Root, problems);
            problems.Errors.Add(new ConfigProblem(source, "", "must hold a JSON object"));
        }
        catch (JsonException broken)
        {
            problems.Errors.Add(new ConfigProblem(source, "", $"is not valid JSON: {broken.Message}"));
        }

        return null;
    }
}
