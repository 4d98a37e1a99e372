using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Fields of this dialect without canonical meaning go back to it; those of others are lost.</summary>
internal static class Own
{
    /// <summary>Writes the extras into the open object, or notes them as lost. A prefix such as <c>text.</c> is another object's.</summary>
    public static void Write(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path, string prefix = "")
    {
        losses.AddForeign(extras, DialectId.OpenAIResponses, path);
        if (extras is not { Origin: DialectId.OpenAIResponses }) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (prefix.Length == 0 && name.Contains('.'))) continue;
            writer.WritePropertyName(name[prefix.Length..]);
            writer.WriteRaw(value);
        }
    }

    /// <summary>Are there extras with this prefix?</summary>
    public static bool Has(Extras? extras, string prefix) =>
        extras is { Origin: DialectId.OpenAIResponses } && extras.Fields.Any(field => field.Key.StartsWith(prefix, StringComparison.Ordinal));
}
