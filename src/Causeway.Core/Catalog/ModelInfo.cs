using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Catalog;

/// <summary>What is known of a model.</summary>
public sealed record ModelInfo
{
    /// <summary>What encoders must know.</summary>
    public required ModelTraits Traits { get; init; }

    /// <summary>Most tokens of input and output together; null if unknown.</summary>
    public long? ContextWindow { get; init; }

    /// <summary>A name for people; null if there is none.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What it takes besides text: <c>image</c>; null if unknown.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>What it costs; null if unknown, which is not the same as nothing.</summary>
    public Price? Price { get; init; }

    /// <summary>Does it see pictures? null: unknown.</summary>
    public bool? SeesImages => Inputs?.Contains("image");

    /// <summary>Reads a row of <c>models.json</c>.</summary>
    internal static ModelInfo Read(JsonElement row)
    {
        var schemas = SchemaSubsets.Read(row, out var problem);
        if (problem.Length > 0) throw new InvalidDataException($"models.json: {problem}");
        return new ModelInfo
        {
            ContextWindow = Number(row, "contextWindow"),
            DisplayName = Get(row, "displayName")?.GetString(),
            Inputs = Words(row, "input"),
            Price = Get(row, "price") is { } price ? Price.Read(price) : null,
            Traits = new ModelTraits
            {
                MaxOutputTokens = Number(row, "maxOutputTokens"),
                Reasons = Flag(row, "reasons"),
                AdaptiveThinking = Flag(row, "adaptiveThinking"),
                ReplaysReasoning = Flag(row, "replaysReasoning"),
                Samples = Flag(row, "sampling"),
                Prefills = Flag(row, "prefill"),
                Efforts = Words(row, "efforts"),
                ToolSchemas = schemas?.Tools,
                StrictSchemas = schemas?.Strict,
            },
        };
    }

    /// <summary>This, and what <paramref name="maker"/> says where this says nothing. The maker's prices are not its resellers'.</summary>
    internal ModelInfo Over(ModelInfo maker) => this with
    {
        ContextWindow = ContextWindow ?? maker.ContextWindow,
        DisplayName = DisplayName ?? maker.DisplayName,
        Inputs = Inputs ?? maker.Inputs,
        Traits = new ModelTraits
        {
            MaxOutputTokens = Traits.MaxOutputTokens ?? maker.Traits.MaxOutputTokens,
            Reasons = Traits.Reasons ?? maker.Traits.Reasons,
            AdaptiveThinking = Traits.AdaptiveThinking ?? maker.Traits.AdaptiveThinking,
            ReplaysReasoning = Traits.ReplaysReasoning ?? maker.Traits.ReplaysReasoning,
            Samples = Traits.Samples ?? maker.Traits.Samples,
            Prefills = Traits.Prefills ?? maker.Traits.Prefills,
            Efforts = Traits.Efforts ?? maker.Traits.Efforts,
            ToolSchemas = Traits.ToolSchemas ?? maker.Traits.ToolSchemas,
            StrictSchemas = Traits.StrictSchemas ?? maker.Traits.StrictSchemas,
        },
    };

    private static JsonElement? Get(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static long? Number(JsonElement row, string name) => Get(row, name)?.GetInt64();

    private static bool? Flag(JsonElement row, string name) => Get(row, name)?.GetBoolean();

    private static List<string>? Words(JsonElement row, string name) => Get(row, name) is { } list ? [.. list.EnumerateArray().Select(word => word.GetString()).OfType<string>()] : null;
}
