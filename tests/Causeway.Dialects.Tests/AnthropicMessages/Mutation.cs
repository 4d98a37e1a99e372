using System.Text.Json.Nodes;
using CsCheck;

namespace Causeway.Dialects.Tests.AnthropicMessages;

/// <summary>Bodies with one value replaced by something that does not belong there.</summary>
internal static class Mutation
{
    private const string Mark = "#here#";

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e999", "12345678901234567890", "\"\"", "\"x\"", "\"\\ud800\"", "[]", "[null]", "[1]", "{}",
        "{\"type\":\"\\udfff\"}", "[[{}]]",
    ];

    public static Gen<string> Of(string body) =>
        Gen.Int[0, 10_000].Select(Gen.Int[0, Values.Length - 1], (place, value) => Mutate(body, place, Values[value]));

    private static string Mutate(string body, int place, string value)
    {
        var root = JsonNode.Parse(body)!;
        var places = new List<(JsonNode Owner, string? Name, int Index)>();
        Collect(root, places);
        var (owner, name, index) = places[place % places.Count];
        if (name is not null) owner[name] = Mark;
        else owner[index] = Mark;
        return root.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
    }

    private static void Collect(JsonNode node, List<(JsonNode, string?, int)> places)
    {
        if (node is JsonObject record)
        {
            foreach (var (name, value) in record)
            {
                places.Add((node, name, 0));
                if (value is not null) Collect(value, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                places.Add((node, null, i));
                if (list[i] is { } item) Collect(item, places);
            }
        }
    }
}
