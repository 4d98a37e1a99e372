using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Core.Management;

namespace Causeway.Core.Configuration;

/// <summary>What the file declares, thing by thing.</summary>
public static class FileObjects
{
    /// <summary>The things of a kind with their ids, in the order of the file.</summary>
    public static IEnumerable<(string Id, JsonObject Body)> Of(JsonElement file, ObjectKind kind)
    {
        var section = Section(file, kind);
        switch (kind.Shape)
        {
            case ObjectShape.Map when section.ValueKind == JsonValueKind.Object:
                foreach (var member in section.EnumerateObject()) yield return (member.Name, Body(member.Value));
                break;
            case ObjectShape.List when section.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in section.EnumerateArray())
                {
                    index++;
                    yield return (IdsOf(item, kind).FirstOrDefault() ?? $"#{index}", Body(item));
                }

                break;
            case ObjectShape.Single when section.ValueKind == JsonValueKind.Object:
                yield return (kind.Name, Body(section));
                break;
        }
    }

    /// <summary>All that things of a kind are called in the file: an item of a list may have an id and a name.</summary>
    public static HashSet<string> Ids(JsonElement file, ObjectKind kind) => IdsIn(Section(file, kind), kind);

    /// <summary>The same, of the section where they stand.</summary>
    internal static HashSet<string> IdsIn(JsonElement section, ObjectKind kind)
    {
        var ids = new HashSet<string>(kind.Shape == ObjectShape.Map ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        switch (section.ValueKind)
        {
            case JsonValueKind.Array when kind.Shape == ObjectShape.List:
                foreach (var item in section.EnumerateArray()) ids.UnionWith(IdsOf(item, kind));
                break;
            case JsonValueKind.Object when kind.Shape == ObjectShape.Map:
                foreach (var member in section.EnumerateObject()) ids.Add(member.Name);
                break;
            case JsonValueKind.Object when kind.Shape == ObjectShape.Single:
                ids.Add(kind.Name);
                break;
        }

        return ids;
    }

    private static JsonElement Section(JsonElement file, ObjectKind kind)
    {
        if (kind.Shape == ObjectShape.None) return default;
        foreach (var name in kind.Section.Split('.'))
        {
            if (file.ValueKind != JsonValueKind.Object || !file.TryGetProperty(name, out file)) return default;
        }

        return file;
    }

    /// <summary>What an item of a list may be called.</summary>
    private static IEnumerable<string> IdsOf(JsonElement item, ObjectKind kind)
    {
        if (item.ValueKind != JsonValueKind.Object) yield break;
        foreach (var name in (string[])[kind.IdMember, "id", "name"])
        {
            if (item.TryGetProperty(name, out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number) yield return id.ToString();
        }
    }

    /// <summary>Targets may stand alone where an object has them as <c>to</c>.</summary>
    private static JsonObject Body(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value)!,
        JsonValueKind.Array => new JsonObject { ["to"] = JsonArray.Create(value) },
        _ => new JsonObject { ["to"] = JsonValue.Create(value) },
    };
}
