using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>JSON Schemas of tools and answers, as far as encoders must look into them.</summary>
public static class ToolSchema
{
    /// <summary>Writes the schema as the object schema that APIs ask for: a missing one takes no arguments, one without <c>type</c> gets it.</summary>
    public static void WriteObject(Utf8JsonWriter writer, RawJson schema)
    {
        if (!schema.IsObject)
        {
            writer.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8, skipInputValidation: true);
            return;
        }

        var root = schema.AsElement();
        if (JsonText.Is(RequestReader.Get(root, "type"u8), "object"u8))
        {
            writer.WriteRaw(schema);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        foreach (var member in root.EnumerateObject())
        {
            if (member.NameEquals("type"u8)) continue;
            writer.WritePropertyName(member.Utf8Name);
            writer.WriteRaw(member.Value);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// May the schema be used in OpenAI's strict mode? Every object in it must be closed and require all its properties
    /// (OpenAI's guide "Structured Outputs", supported schemas).
    /// </summary>
    public static bool IsStrict(RawJson schema) => schema.IsObject && IsStrict(schema.AsElement());

    private static bool IsStrict(JsonView schema)
    {
        if (schema.ValueKind == JsonValueKind.Array) return schema.EnumerateArray().All(IsStrict);
        if (schema.ValueKind != JsonValueKind.Object) return true;
        var properties = RequestReader.Get(schema, "properties"u8);
        if (properties.ValueKind == JsonValueKind.Object || ((RawJson)RequestReader.Get(schema, "type"u8)).Utf8.SequenceEqual("\"object\""u8))
        {
            if (RequestReader.Get(schema, "additionalProperties"u8).ValueKind != JsonValueKind.False) return false;
            if (properties.ValueKind == JsonValueKind.Object && !RequiresAll(properties, RequestReader.Get(schema, "required"u8))) return false;
        }

        foreach (var member in schema.EnumerateObject())
        {
            // Values of these are data, not schemas.
            if (member.NameEquals("enum"u8) || member.NameEquals("const"u8) || member.NameEquals("default"u8) || member.NameEquals("examples"u8)) continue;
            if (!IsStrict(member.Value)) return false;
        }

        return true;
    }

    private static bool RequiresAll(JsonView properties, JsonView required)
    {
        var names = required.ValueKind == JsonValueKind.Array
            ? required.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var property in properties.EnumerateObject())
        {
            if (!names.Contains(property.Name)) return false;
        }

        return true;
    }
}
