using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Schemas;

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
}
