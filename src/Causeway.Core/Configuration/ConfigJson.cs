using System.Text.Json;
using System.Text.Unicode;

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
            if (!Utf8.IsValid(json.Span) || json.Span.IndexOf("\\u"u8) >= 0) ReadTexts(root);
            if (root.ValueKind == JsonValueKind.Object) return new ConfigNode(root, ConfigPath.Root, problems);
            problems.Errors.Add(new ConfigProblem(source, "", "must hold a JSON object"));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            problems.Errors.Add(new ConfigProblem(source, "", $"is not valid JSON: {broken.Message}"));
        }

        return null;
    }

    /// <summary>Reads all texts: one that is not Unicode, such as half of a letter, is found here and not by whoever reads it later.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) ReadTexts(item);
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }
}
