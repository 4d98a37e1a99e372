using System.Text.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Core.Catalog;

/// <summary>What a provider or a model takes of JSON Schema: <c>"schemas": {"tools": {...}, "strict": {...}}</c>.</summary>
/// <param name="Tools">For tools; null: all.</param>
/// <param name="Strict">For what must be followed exactly: answers, and strict tools; null: all.</param>
public sealed record SchemaSubsets(SchemaSubset? Tools, SchemaSubset? Strict)
{
    /// <summary>Reads the member <c>schemas</c> of an entry; null if it has none. What is wrong with it is in <paramref name="problem"/>.</summary>
    public static SchemaSubsets? Read(JsonElement entry, out string problem)
    {
        problem = "";
        if (!entry.TryGetProperty("schemas", out var schemas)) return null;
        SchemaSubset? tools = null, strict = null;
        if (schemas.ValueKind != JsonValueKind.Object) problem = "schemas: must be an object";
        else
        {
            foreach (var member in schemas.EnumerateObject())
            {
                var subset = SchemaSubset.Parse(member.Value, out var wrong);
                if (member.Name == "tools") tools = subset;
                else if (member.Name == "strict") strict = subset;
                else wrong = "is unknown: use tools or strict";
                if (wrong.Length > 0) problem = $"schemas.{member.Name}: {wrong}";
            }
        }

        return new SchemaSubsets(tools, strict);
    }
}
