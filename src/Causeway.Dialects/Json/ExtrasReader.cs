using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Json;

/// <summary>Collects the fields of an object that its decoder does not know.</summary>
public static class ExtrasReader
{
    /// <summary>
    /// Adds the members of <paramref name="owner"/> that are not in <paramref name="known"/> to <paramref name="extras"/>,
    /// their names led by <paramref name="prefix"/>. Null as long as there are none.
    /// </summary>
    public static Extras? Read(JsonView owner, DialectId origin, ReadOnlySpan<string> known, string prefix = "", Extras? extras = null)
    {
        if (owner.ValueKind != JsonValueKind.Object) return extras;
        foreach (var property in owner.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null || IsKnown(property, known)) continue;
            (extras ??= new Extras(origin)).Add(prefix + property.Name, property.Value);
        }

        return extras;
    }

    private static bool IsKnown(JsonView.Member property, ReadOnlySpan<string> known)
    {
        foreach (var name in known)
        {
            if (property.NameEquals(name)) return true;
        }

        return false;
    }
}
