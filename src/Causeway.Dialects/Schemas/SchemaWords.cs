using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Schemas;

/// <summary>What a keyword of JSON Schema (2020-12, and draft 7's where they differ) has as its value.</summary>
internal enum SchemaWordKind
{
    /// <summary>No schema: data, numbers, texts.</summary>
    Data,

    /// <summary>A schema, or a list of them.</summary>
    Schema,

    /// <summary>Schemas by name.</summary>
    Map,
}

/// <summary>The keywords of JSON Schema, as far as walking through one needs them.</summary>
internal static class SchemaWords
{
    private static readonly string[] Maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

    private static readonly string[] Schemas =
    [
        "items", "prefixItems", "additionalItems", "additionalProperties", "anyOf", "oneOf", "allOf", "not", "if", "then", "else", "contains",
        "propertyNames", "unevaluatedItems", "unevaluatedProperties",
    ];

    /// <summary>What the keyword has as its value.</summary>
    public static SchemaWordKind KindOf(JsonView.Member member)
    {
        if (member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) return SchemaWordKind.Data;
        foreach (var word in Schemas)
        {
            if (member.NameEquals(word)) return SchemaWordKind.Schema;
        }

        foreach (var word in Maps)
        {
            if (member.NameEquals(word)) return member.Value.ValueKind == JsonValueKind.Object ? SchemaWordKind.Map : SchemaWordKind.Data;
        }

        return SchemaWordKind.Data;
    }

    /// <summary>The schemas directly in the keyword's value.</summary>
    public static IEnumerable<JsonView> SchemasIn(JsonView.Member member) => KindOf(member) switch
    {
        SchemaWordKind.Schema when member.Value.ValueKind == JsonValueKind.Array => member.Value.EnumerateArray(),
        SchemaWordKind.Schema => [member.Value],
        SchemaWordKind.Map => ValuesOf(member.Value),
        _ => [],
    };

    /// <summary>Does the schema describe objects?</summary>
    public static bool IsObjectSchema(JsonView schema) =>
        RequestReader.Get(schema, "properties"u8).ValueKind == JsonValueKind.Object || JsonText.Is(RequestReader.Get(schema, "type"u8), "object"u8);

    /// <summary>Is each property of the schema required?</summary>
    public static bool RequiresAll(JsonView schema)
    {
        var properties = RequestReader.Get(schema, "properties"u8);
        if (properties.ValueKind != JsonValueKind.Object) return true;
        var required = RequestReader.Get(schema, "required"u8);
        var names = required.ValueKind == JsonValueKind.Array
            ? required.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var property in properties.EnumerateObject())
        {
            if (!names.Contains(property.Name)) return false;
        }

        return true;
    }

    private static List<JsonView> ValuesOf(JsonView map)
    {
        var values = new List<JsonView>();
        foreach (var member in map.EnumerateObject()) values.Add(member.Value);
        return values;
    }
}
