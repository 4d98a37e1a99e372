using System.Text.Json.Nodes;

namespace Causeway.Core.Management;

/// <summary>Finds stored things that name others, where the configuration's own rules would let them name what is not there.</summary>
internal static class References
{
    private static readonly (string Kind, string Member)[] Known = [("team", "team_id"), ("customer", "customer_id"), ("user", "user_id")];

    /// <summary>A thing that names the one of <paramref name="id"/>, for people; null if none does.</summary>
    public static string? To(ObjectKind kind, string id, StoreSnapshot snapshot)
    {
        var member = Known.FirstOrDefault(known => known.Kind == kind.Name).Member;
        if (member is null) return null;
        foreach (var item in snapshot.Objects)
        {
            if (ObjectKind.Find(item.Kind) is null || JsonNode.Parse(item.Body) is not JsonObject body) continue;
            if (body[member]?.ToString() == id || (body["scope"]?.ToString() == kind.Name && body["scope_id"]?.ToString() == id)) return $"the {item.Kind.Replace('_', ' ')} '{item.Id}'";
        }

        return null;
    }
}
