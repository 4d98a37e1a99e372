using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>
/// Turns Google's Schema message, an OpenAPI dialect with upper-case types and <c>nullable</c>, into the JSON Schema that all others take.
/// </summary>
internal static class SchemaReader
{
    public static RawJson ToJsonSchema(JsonView schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return schema;
        var output = new ArrayBufferWriter<byte>(schema.Utf8.Length + 32);
        using (var writer = new Utf8JsonWriter(output, JsonOutput.Options)) Write(writer, schema, 0);
        return new RawJson(output.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, JsonView schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > JsonInput.MaxDepth)
        {
            writer.WriteRaw(schema);
            return;
        }

        var nullable = RequestReader.Get(schema, "nullable"u8).ValueKind == JsonValueKind.True;
        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            if (member.NameEquals("nullable"u8) || member.NameEquals("propertyOrdering"u8) || member.NameEquals("property_ordering"u8)) continue;
            writer.WritePropertyName(member.NameEquals("any_of"u8) ? "anyOf"u8 : member.Utf8Name);
            if (member.NameEquals("type"u8) && member.Value.ValueKind == JsonValueKind.String) WriteType(writer, member.Value.GetString()!, nullable);
            else if (member.NameEquals("properties"u8)) WriteProperties(writer, member.Value, depth);
            else if (member.NameEquals("anyOf"u8) || member.NameEquals("any_of"u8)) WriteList(writer, member.Value, depth);
            else if (member.NameEquals("items"u8)) Write(writer, member.Value, depth + 1);
            else if (Counts(member) && member.Value.ValueKind == JsonValueKind.String) writer.WriteRawValue(((RawJson)member.Value).Utf8[1..^1]);   // int64 as text
            else writer.WriteRaw(member.Value);
        }

        writer.WriteEndObject();
    }

    private static bool Counts(JsonView.Member member) =>
        member.NameEquals("minItems"u8) || member.NameEquals("maxItems"u8) || member.NameEquals("minLength"u8) || member.NameEquals("maxLength"u8)
        || member.NameEquals("minProperties"u8) || member.NameEquals("maxProperties"u8);

    private static void WriteType(Utf8JsonWriter writer, string type, bool nullable)
    {
        var word = type.ToLowerInvariant();
        if (!nullable)
        {
            writer.WriteStringValue(word);
            return;
        }

        writer.WriteStartArray();
        writer.WriteStringValue(word);
        writer.WriteStringValue("null"u8);
        writer.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter writer, JsonView properties, int depth)
    {
        writer.WriteStartObject();
        foreach (var property in properties.EnumerateObject())
        {
            writer.WritePropertyName(property.Utf8Name);
            Write(writer, property.Value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, JsonView list, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in list.EnumerateArray()) Write(writer, item, depth + 1);
        writer.WriteEndArray();
    }
}
