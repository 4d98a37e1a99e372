using System.Text.Json.Nodes;

namespace Causeway.Admin;

/// <summary>Schemas of bodies that are none of the configuration file's: <c>api.schemas.json</c> and <c>log.schemas.json</c>, JSON objects of JSON Schemas by name.</summary>
internal static class ApiSchemas
{
    /// <summary>All of them.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> All() => Of("api.schemas.json").Concat(Of("log.schemas.json"));

    private static JsonObject Of(string name)
    {
        using var stream = typeof(ApiSchemas).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <summary>The schema of the answer to a list.</summary>
    public static JsonObject ListOf(string schema) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject { ["items"] = new JsonObject { ["type"] = "array", ["items"] = OpenApiDocument.Reference(schema) }, ["next_after"] = new JsonObject { ["type"] = new JsonArray("string", "null") } },
    };
}
