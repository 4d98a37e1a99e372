using System.Text.Json.Nodes;

namespace Causeway.Admin;

/// <summary>JSON Merge Patch (RFC 7396): members of the patch take the place of those of the target, null removes, objects are merged.</summary>
internal static class MergePatch
{
    /// <summary>The target with the patch applied.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject nested) target[name] = Apply(target[name] is JsonObject inner ? inner.DeepClone().AsObject() : [], nested);
            else target[name] = value.DeepClone();
        }

        return target;
    }
}
