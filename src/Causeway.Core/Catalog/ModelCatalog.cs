using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Catalog;

/// <summary>What is known of a model.</summary>
/// <param name="Traits">What encoders must know.</param>
/// <param name="ContextWindow">Most tokens of input and output together; null if unknown.</param>
/// <param name="DisplayName">A name for people; null if there is none.</param>
public sealed record ModelInfo(ModelTraits Traits, long? ContextWindow, string? DisplayName);

/// <summary>
/// Facts about models, by provider and the beginning of the model's name; the longest beginning that fits wins. A provider that
/// resells others (OpenRouter, Bedrock) takes theirs for names such as <c>openai/gpt-4o</c>.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, List<(string Prefix, bool IsModel, ModelInfo Info)>> _byProvider = new(StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _resellers = new(StringComparer.OrdinalIgnoreCase);

    private ModelCatalog(JsonElement root)
    {
        foreach (var reseller in root.GetProperty("resellers").EnumerateArray()) _resellers.Add(reseller.GetString()!);
        foreach (var provider in root.GetProperty("models").EnumerateObject())
        {
            var entries = new List<(string Prefix, bool IsModel, ModelInfo Info)>();
            foreach (var entry in provider.Value.EnumerateObject()) entries.Add((entry.Name, !entry.Name.EndsWith('-'), Read(entry.Value)));
            _byProvider[provider.Name] = entries;
        }
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static ModelCatalog Default { get; } = new(EmbeddedData.Json("models.json"));

    /// <summary>What is known of <paramref name="model"/> at <paramref name="provider"/>; null if nothing is.</summary>
    public ModelInfo? Find(string provider, string model)
    {
        if (_resellers.Contains(provider) && MakerOf(model) is { } made) (provider, model) = made;
        if (!_byProvider.TryGetValue(provider, out var entries)) return null;
        (string Prefix, ModelInfo Info)? best = null;
        foreach (var (prefix, _, info) in entries)
        {
            if (model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && prefix.Length > (best?.Prefix.Length ?? 0)) best = (prefix, info);
        }

        return best?.Info;
    }

    /// <summary>The maker that a reseller's name for a model names: <c>openai/gpt-4o</c>, or at Amazon <c>eu.anthropic.claude-sonnet-4-5</c>.</summary>
    private (string Provider, string Model)? MakerOf(string model)
    {
        for (var start = 0; model.AsSpan(start).IndexOfAny('/', '.') is >= 0 and var length; start += length + 1)
        {
            var name = model.Substring(start, length);
            if (_byProvider.ContainsKey(name)) return (name, model[(start + length + 1)..]);
        }

        return null;
    }

    /// <summary>The models known by name at <paramref name="provider"/>.</summary>
    public IEnumerable<string> Models(string provider) =>
        _byProvider.TryGetValue(provider, out var entries) ? entries.Where(e => e.IsModel).Select(e => e.Prefix) : [];

    private static ModelInfo Read(JsonElement entry)
    {
        var schemas = SchemaSubsets.Read(entry, out var problem);
        if (problem.Length > 0) throw new InvalidDataException($"models.json: {problem}");
        return new(Traits(entry, schemas), Number(entry, "contextWindow"), entry.TryGetProperty("displayName", out var name) ? name.GetString() : null);
    }

    private static ModelTraits Traits(JsonElement entry, SchemaSubsets? schemas) => new()
    {
        MaxOutputTokens = Number(entry, "maxOutputTokens"),
        Reasons = Flag(entry, "reasons"),
        AdaptiveThinking = Flag(entry, "adaptiveThinking"),
        ToolSchemas = schemas?.Tools,
        StrictSchemas = schemas?.Strict,
    };

    private static long? Number(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static bool? Flag(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetBoolean() : null;
}
