using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Fields of this dialect's objects without canonical meaning: kept when read, written back to the dialect.</summary>
internal static class Fields
{
    /// <summary>Field names as UTF-8, for <see cref="Rest"/>.</summary>
    public static byte[][] Names(params string[] names) => Array.ConvertAll(names, Encoding.UTF8.GetBytes);

    /// <summary>The fields of <paramref name="owner"/> that are neither known nor null; null if there are none.</summary>
    public static Extras? Rest(JsonView owner, byte[][] known)
    {
        Extras? extras = null;
        foreach (var property in owner.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null || IsKnown(property, known)) continue;
            extras ??= new Extras(DialectId.AnthropicMessages);
            extras.Add(property.Name, property.Value);
        }

        return extras;
    }

    /// <summary>
    /// Writes extras of this dialect as fields of the open object and reports others as lost. Chat completions clients mark
    /// what to cache in Anthropic's own words, so that their <c>cache_control</c> carries over.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path)
    {
        if (extras is null) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (extras.Origin == DialectId.AnthropicMessages || (name == "cache_control" && value.IsObject))
            {
                writer.WritePropertyName(name);
                writer.WriteLine(value);
            }
            else
            {
                losses.Add(path.Length == 0 ? name : $"{path}.{name}", "anthropic-messages has no such field");
            }
        }
    }

    private static bool IsKnown(JsonView.Member property, byte[][] known)
    {
        foreach (var name in known)
        {
            if (property.NameEquals(name)) return true;
        }

        return false;
    }
}
