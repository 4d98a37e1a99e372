using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Admin.Access;

namespace Causeway.Admin;

/// <summary>Describes one route in the OpenAPI document.</summary>
internal static class ApiOperation
{
    /// <summary>The operation.</summary>
    public static JsonObject Of(ApiRoute route)
    {
        var operation = new JsonObject
        {
            ["operationId"] = IdOf(route),
            ["summary"] = route.Summary,
            ["tags"] = new JsonArray(PartsOf(route).First()),
            ["x-role"] = route.Least is { } role ? RoleText.Of(role) : "everybody",
        };
        if (route.Least is not null) operation["security"] = new JsonArray(new JsonObject { ["session"] = new JsonArray() }, new JsonObject { ["token"] = new JsonArray() });
        if (Parameters(route) is { Count: > 0 } parameters) operation["parameters"] = parameters;
        if (route.Body is { } body) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(body) };
        var done = new JsonObject { ["description"] = route.Status == 204 ? "done" : "the answer" };
        if (route.Answer is { } answer) done["content"] = Json(answer);
        else if (route.Media is { } media) done["content"] = new JsonObject { [media] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        operation["responses"] = new JsonObject
        {
            [route.Status.ToString(CultureInfo.InvariantCulture)] = done,
            ["default"] = new JsonObject { ["description"] = "an error", ["content"] = Json("Error") },
        };
        return operation;
    }

    /// <summary>The parts of its path: <c>teams</c>, <c>{id}</c>.</summary>
    private static IEnumerable<string> PartsOf(ApiRoute route) => route.Path.Split('/').Where(part => part is not ("" or "api"));

    /// <summary>A name for programs: <c>putTeamsById</c>.</summary>
    private static string IdOf(ApiRoute route) => route.Method.ToLowerInvariant() + string.Concat(PartsOf(route).SelectMany(part => part.Split('-', '.')).Select(word =>
        word.StartsWith('{') ? "By" + Upper(word.Trim('{', '}')) : Upper(word)));

    private static string Upper(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static JsonArray Parameters(ApiRoute route)
    {
        var parameters = new JsonArray();
        foreach (var part in route.Path.Split('/').Where(part => part.StartsWith('{'))) Add(part.Trim('{', '}'), "path", isRequired: true, null);
        foreach (var (name, meaning) in route.Query) Add(name, "query", isRequired: false, meaning);
        if (route.WantsVersion) Add("If-Match", "header", isRequired: true, "the ETag that was read, or * for any version");
        return parameters;

        void Add(string name, string place, bool isRequired, string? meaning)
        {
            var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["required"] = isRequired, ["schema"] = new JsonObject { ["type"] = "string" } };
            if (meaning is not null) parameter["description"] = meaning;
            parameters.Add((JsonNode)parameter);
        }
    }

    private static JsonObject Json(string schema) => new() { ["application/json"] = new JsonObject { ["schema"] = OpenApiDocument.Reference(schema) } };
}
