using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Schemas;

/// <summary>The part of JSON Schema that a model takes. Data: <c>schemas</c> in <c>providers.json</c> and <c>models.json</c>.</summary>
public sealed record SchemaSubset
{
    /// <summary>
    /// OpenAI's strict mode: closed objects that require all they have, and no words that its grammar cannot hold (OpenAI's guide
    /// "Structured Outputs", supported schemas).
    /// </summary>
    public static SchemaSubset OpenAIStrict { get; } = new()
    {
        Closed = true,
        RequiresAll = true,
        Refuses = ["allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties", "propertyNames", "contains", "unevaluatedProperties"],
    };

    /// <summary>Keywords that are refused wherever they stand.</summary>
    public IReadOnlyList<string> Refuses { get; init; } = [];

    /// <summary>The only keywords that the outermost schema may have; null: any.</summary>
    public IReadOnlyList<string>? RootTakes { get; init; }

    /// <summary>Objects may have no other properties than theirs (<c>additionalProperties: false</c>).</summary>
    public bool Closed { get; init; }

    /// <summary>Objects must require all their properties. A schema that does not is no other schema's equal, so it is not made to.</summary>
    public bool RequiresAll { get; init; }

    /// <summary>Reads the form of the catalogue; null and what is wrong with it.</summary>
    public static SchemaSubset? Parse(JsonElement data, out string problem)
    {
        problem = "";
        if (data.ValueKind != JsonValueKind.Object) problem = "must be an object";
        var subset = new SchemaSubset();
        foreach (var member in problem.Length > 0 ? default : data.EnumerateObject())
        {
            var isList = member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(word => word.ValueKind == JsonValueKind.String);
            switch (member.Name)
            {
                case "refuses" when isList: subset = subset with { Refuses = Words(member.Value) }; break;
                case "rootTakes" when isList: subset = subset with { RootTakes = Words(member.Value) }; break;
                case "closed" when member.Value.ValueKind == JsonValueKind.True: subset = subset with { Closed = true }; break;
                default: problem = $"{member.Name}: use refuses or rootTakes with a list of keywords, or closed with true"; break;
            }
        }

        return problem.Length == 0 ? subset : null;
    }

    /// <summary>Is the schema within the subset as it is?</summary>
    public bool Takes(RawJson schema) => schema.IsObject && Takes(schema.AsElement(), isRoot: true);

    /// <summary>
    /// The schema within the subset. What a removed keyword demanded is put in words in the description, so that the model still sees
    /// it, and noted in <paramref name="losses"/> under <paramref name="path"/>.
    /// </summary>
    public RawJson Fit(RawJson schema, LossReport losses, string path) =>
        !schema.IsObject || Takes(schema) ? schema : new SchemaFitter(this, schema.AsElement(), losses, path).Run();

    /// <summary>May a schema have the keyword?</summary>
    internal bool Takes(JsonView.Member member, bool isRoot)
    {
        foreach (var word in Refuses)
        {
            if (member.NameEquals(word)) return false;
        }

        if (!isRoot || RootTakes is null) return true;
        foreach (var word in RootTakes)
        {
            if (member.NameEquals(word)) return true;
        }

        return false;
    }

    private bool Takes(JsonView schema, bool isRoot = false)
    {
        if (schema.ValueKind != JsonValueKind.Object) return true;
        if (SchemaWords.IsObjectSchema(schema))
        {
            if (Closed && RequestReader.Get(schema, "additionalProperties"u8).ValueKind != JsonValueKind.False) return false;
            if (RequiresAll && !SchemaWords.RequiresAll(schema)) return false;
        }

        foreach (var member in schema.EnumerateObject())
        {
            if (!Takes(member, isRoot)) return false;
            foreach (var inner in SchemaWords.SchemasIn(member))
            {
                if (!Takes(inner)) return false;
            }
        }

        return true;
    }

    private static List<string> Words(JsonElement list) => [.. list.EnumerateArray().Select(word => word.GetString()!)];
}
