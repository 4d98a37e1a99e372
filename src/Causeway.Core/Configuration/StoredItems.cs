using System.Text.Json;
using Causeway.Core.Management;

namespace Causeway.Core.Configuration;

/// <summary>
/// Stored objects, by the section of the file that they stand beside: whoever reads the section reads them, too, by the same rules. What the file declares, the file
/// owns: an object whose name the section has is passed over.
/// </summary>
internal sealed class StoredItems
{
    /// <summary>Rules and aliases are looked at in order: those of the file first, then the stored ones, by this number and then by name.</summary>
    public const string OrderMember = "order";

    private readonly Dictionary<string, (ObjectKind Kind, List<StoredObject> Objects)> _sections = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parents = new(StringComparer.Ordinal);

    /// <summary>Sorts them out.</summary>
    public StoredItems(IEnumerable<StoredObject> stored)
    {
        foreach (var group in stored.GroupBy(item => item.Kind))
        {
            if (ObjectKind.Find(group.Key) is not { } kind) continue;
            _sections[kind.Section] = (kind, kind.IsOrdered ? [.. group.OrderBy(Order).ThenBy(item => item.Id, StringComparer.Ordinal)] : [.. group]);
            if (kind.Section.LastIndexOf('.') is > 0 and var end) _parents.Add(kind.Section[..end]);
        }
    }

    /// <summary>Does a section lie within the one at <paramref name="path"/>?</summary>
    public bool IsParent(string path) => _parents.Contains(path);

    /// <summary>The one object that is a whole section; null if none is stored.</summary>
    public StoredObject? Single(string path) => _sections.TryGetValue(path, out var section) && section.Kind.Shape == ObjectShape.Single ? section.Objects[0] : null;

    /// <summary>Those that stand beside the names of a section; told of those that the file has, too.</summary>
    /// <param name="path">The section.</param>
    /// <param name="file">The section as the file has it; undefined if it has none.</param>
    /// <param name="shadowed">Told.</param>
    public IEnumerable<StoredObject> Beside(string path, JsonElement file, Action<StoredObject> shadowed)
    {
        if (!_sections.TryGetValue(path, out var section) || section.Kind.Shape == ObjectShape.Single) yield break;
        var own = FileObjects.IdsIn(file, section.Kind);
        foreach (var item in section.Objects)
        {
            if (own.Contains(item.Id)) shadowed(item);
            else yield return item;
        }
    }

    private static double Order(StoredObject item)
    {
        using var body = JsonDocument.Parse(item.Body);
        return body.RootElement.TryGetProperty(OrderMember, out var order) && order.ValueKind == JsonValueKind.Number ? order.GetDouble() : 0;
    }
}
