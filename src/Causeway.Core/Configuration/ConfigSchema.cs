using System.Text.Json.Nodes;
using Causeway.Core.Catalog;

namespace Causeway.Core.Configuration;

/// <summary>The JSON Schema of <c>config.json</c>, for editors. Its provider definitions have the form of <c>providers.json</c>.</summary>
public static class ConfigSchema
{
    /// <summary>The whole schema in one file.</summary>
    public static string Text()
    {
        var schema = JsonNode.Parse(EmbeddedData.Bytes("config.schema.json"))!;
        foreach (var (name, definition) in JsonNode.Parse(EmbeddedData.Bytes("providers.schema.json"))!["$defs"]!.AsObject()) schema["$defs"]![name] = definition!.DeepClone();
        return schema.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
