using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Core.Management;

namespace Causeway.Core.Configuration;

/// <summary>
/// The file with what is stored beside it, in one text, so that all of it is read by the same rules. What the file declares, the file owns: a stored object
/// of the same kind and id is left out.
/// </summary>
internal sealed class StoredConfig
{
    private readonly List<(string Path, StoredObject Object)> _places = [];

    private StoredConfig(ReadOnlyMemory<byte> json) => Json = json;

    /// <summary>The text.</summary>
    public ReadOnlyMemory<byte> Json { get; private set; }

    /// <summary>Stored objects that the file has, too.</summary>
    public List<StoredObject> Shadowed { get; } = [];

    /// <summary>Puts both together. The file must be a JSON object, and its secrets be opened in <paramref name="stored"/>.</summary>
    public static StoredConfig Of(ReadOnlyMemory<byte> file, IReadOnlyList<StoredObject> stored)
    {
        var result = new StoredConfig(file);
        if (stored.Count == 0) return result;
        var root = JsonNode.Parse(file.Span, documentOptions: ConfigJson.Options)!.AsObject();
        foreach (var kind in ObjectKind.OfConfiguration)
        {
            var objects = stored.Where(item => item.Kind == kind.Name).OrderBy(Order).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
            if (objects.Count > 0) result.Add(root, kind, objects);
        }

        result.Json = Encoding.UTF8.GetBytes(root.ToJsonString());
        return result;
    }

    /// <summary>The stored object that a problem's path leads into, and the path within it; null if it is the file's.</summary>
    public (StoredObject Object, string Path)? Find(string path)
    {
        foreach (var (place, item) in _places)
        {
            if (path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] is '.' or '[')) return (item, path[place.Length..].TrimStart('.'));
        }

        return null;
    }

    private void Add(JsonObject root, ObjectKind kind, List<StoredObject> objects)
    {
        var names = kind.Section.Split('.');
        var parent = root;
        foreach (var name in names[..^1])
        {
            if (parent[name] is null) parent[name] = new JsonObject();
            if (parent[name] is not JsonObject next) return;   // the file is wrong there, and will hear of it
            parent = next;
        }

        switch (kind.Shape)
        {
            case ObjectShape.Single:
                if (parent.ContainsKey(names[^1])) Shadowed.AddRange(objects);
                else Place(objects[0], kind.Section, node => parent[names[^1]] = node);
                break;
            case ObjectShape.Map:
                if (parent[names[^1]] is null) parent[names[^1]] = new JsonObject();
                if (parent[names[^1]] is JsonObject map) AddTo(map, kind, objects);
                break;
            default:
                if (parent[names[^1]] is null) parent[names[^1]] = new JsonArray();
                if (parent[names[^1]] is JsonArray list) AddTo(list, kind, objects);
                break;
        }
    }

    private void AddTo(JsonObject map, ObjectKind kind, List<StoredObject> objects)
    {
        var own = map.Select(member => member.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var item in objects)
        {
            if (own.Contains(item.Id)) Shadowed.Add(item);
            else Place(item, $"{kind.Section}.{item.Id}", node => map[item.Id] = node);
        }
    }

    private void AddTo(JsonArray list, ObjectKind kind, List<StoredObject> objects)
    {
        var own = list.SelectMany(item => IdsOf(item, kind)).ToHashSet(StringComparer.Ordinal);
        foreach (var item in objects)
        {
            if (own.Contains(item.Id)) Shadowed.Add(item);
            else Place(item, $"{kind.Section}[{list.Count}]", node =>
            {
                node[kind.IdMember] = item.Id;
                list.Add((JsonNode)node);
            });
        }
    }

    private void Place(StoredObject item, string path, Action<JsonObject> put)
    {
        var node = JsonNode.Parse(item.Body)!.AsObject();
        node.Remove(OrderMember);
        put(node);
        _places.Add((path, item));
    }

    /// <summary>What an item of the file's list may be called.</summary>
    internal static IEnumerable<string> IdsOf(JsonNode? item, ObjectKind kind)
    {
        if (item is not JsonObject members) yield break;
        foreach (var name in (string[])[kind.IdMember, "id", "name"])
        {
            if (members[name] is JsonValue value) yield return value.ToString();
        }
    }

    /// <summary>Rules and aliases are looked at in order: those of the file first, then the stored ones, by this number and then by name.</summary>
    internal const string OrderMember = "order";

    private static double Order(StoredObject item)
    {
        using var body = JsonDocument.Parse(item.Body);
        return body.RootElement.TryGetProperty(OrderMember, out var order) && order.ValueKind == JsonValueKind.Number ? order.GetDouble() : 0;
    }
}
