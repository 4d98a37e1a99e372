using System.Text.Json;

namespace Causeway.Core.Catalog;

/// <summary>
/// Facts about models, by provider and the beginning of the model's name; the longest beginning that fits wins. A provider that
/// resells others (OpenRouter, Bedrock) takes what it has no row for from the maker, for names such as <c>openai/gpt-4o</c>.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, ModelRows> _byProvider;
    private readonly Dictionary<string, decimal> _batchShares = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _resellers = new(StringComparer.OrdinalIgnoreCase);

    private ModelCatalog(JsonElement root)
    {
        _byProvider = new(StringComparer.OrdinalIgnoreCase);
        foreach (var reseller in root.GetProperty("resellers").EnumerateArray()) _resellers.Add(reseller.GetString()!);
        foreach (var share in root.GetProperty("batch").EnumerateObject()) _batchShares[share.Name] = share.Value.GetDecimal();
        foreach (var provider in root.GetProperty("models").EnumerateObject()) _byProvider[provider.Name] = new ModelRows(provider.Value);
    }

    private ModelCatalog(ModelCatalog basis, JsonElement models)
    {
        (_resellers, _batchShares) = (basis._resellers, basis._batchShares);
        _byProvider = new(basis._byProvider, StringComparer.OrdinalIgnoreCase);
        foreach (var provider in models.EnumerateObject())
        {
            if (provider.Value.ValueKind == JsonValueKind.Object) _byProvider[provider.Name] = new ModelRows(provider.Value, _byProvider.GetValueOrDefault(provider.Name));
        }
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static ModelCatalog Default { get; } = new(EmbeddedData.Json("models.json"));

    /// <summary>
    /// This catalogue and, before it, <paramref name="models"/>, which has been checked: rows by provider and model, in the form of
    /// <c>models.json</c>. What a row leaves out is taken from the row that held for its name before.
    /// </summary>
    internal ModelCatalog With(JsonElement models) => new(this, models);

    /// <summary>What is known of <paramref name="model"/> at <paramref name="provider"/>; null if nothing is.</summary>
    public ModelInfo? Find(string provider, string model)
    {
        var own = _byProvider.GetValueOrDefault(provider)?.Find(model);
        if (!_resellers.Contains(provider) || MakerOf(model) is not { } made || Find(made.Provider, made.Model) is not { } maker) return own;
        return own?.Over(maker) ?? maker with { Price = null };
    }

    /// <summary>Is <paramref name="provider"/> known to have <paramref name="model"/>? A row for all of its models does not say so.</summary>
    public bool Knows(string provider, string model) =>
        _byProvider.GetValueOrDefault(provider)?.Knows(model) == true || (_resellers.Contains(provider) && MakerOf(model) is { } made && Knows(made.Provider, made.Model));

    /// <summary>The models known by name at <paramref name="provider"/>.</summary>
    public IEnumerable<string> Models(string provider) => _byProvider.GetValueOrDefault(provider)?.Models ?? [];

    /// <summary>What a request within a batch costs at <paramref name="provider"/>, as a share of its price; null if that is unknown.</summary>
    public decimal? BatchShare(string provider) => _batchShares.TryGetValue(provider, out var share) ? share : null;

    /// <summary>The maker that a reseller's name for a model names: <c>openai/gpt-4o</c>, or at Amazon <c>eu.anthropic.claude-sonnet-4-5</c>.</summary>
    private (string Provider, string Model)? MakerOf(string model)
    {
        for (var start = 0; model.AsSpan(start).IndexOfAny('/', '.') is >= 0 and var length; start += length + 1)
        {
            var name = model.Substring(start, length);
            if (_byProvider.ContainsKey(name) && !_resellers.Contains(name)) return (name, model[(start + length + 1)..]);
        }

        return null;
    }
}
