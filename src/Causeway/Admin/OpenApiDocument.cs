using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;

namespace Causeway.Admin;

/// <summary>Writes the OpenAPI 3.1 document of the management API from its table of routes; bodies have the schemas of the configuration file.</summary>
internal static class OpenApiDocument
{
    private const string Definitions = "#/$defs/";
    private const string Components = "#/components/schemas/";

    /// <summary>The document, as JSON.</summary>
    public static byte[] Of(IReadOnlyList<ApiRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var group in routes.GroupBy(route => route.Path))
        {
            var path = new JsonObject();
            foreach (var route in group) path[route.Method.ToLowerInvariant()] = ApiOperation.Of(route);
            paths[group.Key] = path;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Causeway management API", ["version"] = ProductVersion.Text },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["securitySchemes"] = Schemes(), ["schemas"] = Schemas() },
        };
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>How a schema is referred to.</summary>
    public static JsonObject Reference(string schema) => new() { ["$ref"] = Components + schema };

    private static JsonObject Schemes() => new()
    {
        ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = Access.AccessGate.Cookie },
        ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
    };

    private static JsonObject Schemas()
    {
        var file = JsonNode.Parse(ConfigSchema.Text())!.AsObject();
        var schemas = new JsonObject();
        foreach (var (name, schema) in file["$defs"]!.AsObject()) schemas[name] = Moved(schema);
        foreach (var (name, schema) in ApiSchemas.All()) schemas[name] = schema!.DeepClone();
        foreach (var kind in ObjectKind.OfConfiguration)
        {
            var name = ApiTable.SchemaOf(kind);
            schemas[name] = OfKind(Moved(Place(file, kind)), kind);
            if (kind.Shape != ObjectShape.Single) schemas[name + "List"] = ApiSchemas.ListOf(name);
        }

        foreach (var kind in (ObjectKind[])[ObjectKind.Account, ObjectKind.Token]) schemas[ApiTable.SchemaOf(kind) + "List"] = ApiSchemas.ListOf(ApiTable.SchemaOf(kind));

        return schemas;
    }

    /// <summary>The schema of one thing of a kind in the file's schema.</summary>
    private static JsonNode? Place(JsonObject file, ObjectKind kind)
    {
        JsonNode? node = file;
        foreach (var name in kind.Section.Split('.')) node = node?["properties"]?[name];
        return kind.Shape switch { ObjectShape.List => node?["items"], ObjectShape.Map => node?["additionalProperties"], _ => node };
    }

    private static JsonObject OfKind(JsonNode? schema, ObjectKind kind)
    {
        var result = schema as JsonObject ?? [];
        if (result["properties"] is not JsonObject) result = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["to"] = Reference("targets"), ["balance"] = Reference("balance") } };
        if (kind.HasSecrets) MayBeKept(result, kind);
        var properties = result["properties"]!.AsObject();
        properties.Remove("$ref");
        if (kind.Shape != ObjectShape.Single) properties[kind.IdMember] = new JsonObject { ["type"] = "string" };
        if (kind.Shape is ObjectShape.List or ObjectShape.Map) properties["order"] = new JsonObject { ["type"] = "number", ["description"] = "stored ones are looked at in this order, after those of the file" };
        properties["meta"] = Reference("Meta");
        return result;
    }

    /// <summary>Where a secret stands in the schema of a kind, it may be said to be set, too: so it is answered.</summary>
    private static void MayBeKept(JsonNode? schema, ObjectKind kind)
    {
        foreach (var inner in schema switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] }) MayBeKept(inner, kind);
        if ((schema as JsonObject)?["properties"] is not JsonObject properties) return;
        foreach (var (name, value) in properties.ToList())
        {
            if (kind.Secrets.Contains(name)) properties[name] = OrKept(value!);
            else if (SecretFields.IsGroup(name) && value!["additionalProperties"] is { } member) value["additionalProperties"] = OrKept(member);
        }
    }

    private static JsonObject OrKept(JsonNode schema) => new() { ["anyOf"] = new JsonArray(schema.DeepClone(), Reference("Kept")) };

    /// <summary>A schema of the file with its references leading into this document.</summary>
    private static JsonNode? Moved(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var result = new JsonObject();
                foreach (var (name, value) in members)
                    result[name] = name == "$ref" && value?.ToString() is { } reference && reference.StartsWith(Definitions, StringComparison.Ordinal) ? Components + reference[Definitions.Length..] : Moved(value);
                return result;
            case JsonArray items:
                var list = new JsonArray();
                foreach (var item in items) list.Add(Moved(item));
                return list;
            default:
                return node?.DeepClone();
        }
    }
}
