using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes fields of this dialect's own back where they stood.</summary>
internal static class Fields
{
    /// <summary>
    /// Writes those whose names begin with <paramref name="prefix"/>, without it; with no prefix those that have none. Fields of
    /// another dialect are noted as lost.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path, string prefix = "")
    {
        losses.AddForeign(extras, DialectId.CohereChat, path);
        if (extras is not { Origin: DialectId.CohereChat }) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (prefix.Length == 0 && name.Contains('.'))) continue;
            writer.WritePropertyName(name[prefix.Length..]);
            writer.WriteRaw(value.OneLine());
        }
    }
}
