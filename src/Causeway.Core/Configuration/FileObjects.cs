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
        if (kind.Shape == ObjectShape.None || file.ValueKind != JsonValueKind.Object) yield break;
        var node = file;
        foreach (var name in kind.Section.Split('.'))
        {
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(name, out node)) yield break;
        }

        switch (kind.Shape)
        {
            case ObjectShape.Map when node.ValueKind == JsonValueKind.Object:
                foreach (var member in node.EnumerateObject()) yield return (member.Name, Body(member.Value));
                break;
            case ObjectShape.List when node.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in node.EnumerateArray())
                {
                    var body = Body(item);
                    index++;
                    yield return (StoredConfig.IdsOf(body, kind).FirstOrDefault() ?? $"#{index}", body);
                }

                break;
            case ObjectShape.Single:
                yield return (kind.Name, Body(node));
                break;
        }
    }

    /// <summary>All that things of a kind are called in the file: an item of a list may have an id and a name.</summary>
    public static HashSet<string> Ids(JsonElement file, ObjectKind kind) => kind.Shape == ObjectShape.Map
        ? Of(file, kind).Select(item => item.Id).ToHashSet(StringComparer.OrdinalIgnoreCase)
        : Of(file, kind).SelectMany(item => kind.Shape == ObjectShape.List ? StoredConfig.IdsOf(item.Body, kind).Append(item.Id) : [item.Id]).ToHashSet(StringComparer.Ordinal);

    /// <summary>Targets may stand alone where an object has them as <c>to</c>.</summary>
    private static JsonObject Body(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value)!,
        JsonValueKind.Array => new JsonObject { ["to"] = JsonArray.Create(value) },
        _ => new JsonObject { ["to"] = JsonValue.Create(value) },
    };
}
