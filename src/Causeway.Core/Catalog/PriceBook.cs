using Causeway.Core.Authentication;

namespace Causeway.Core.Catalog;

/// <summary>What requests cost: the catalogue's prices, changed by the override that is the narrowest of those for the request.</summary>
public sealed class PriceBook
{
    private readonly ModelCatalog _catalog;
    private readonly PriceOverride[] _overrides;

    /// <summary>
    /// Lines up the overrides: the narrowest first, then those for one model before those for many, then those with the longest pattern,
    /// then as they are given.
    /// </summary>
    public PriceBook(ModelCatalog catalog, IReadOnlyList<PriceOverride> overrides)
    {
        _catalog = catalog;
        _overrides = [.. overrides.OrderByDescending(o => o.Narrowness).ThenBy(o => o.Pattern.Contains('*')).ThenByDescending(o => o.Pattern.Length)];
    }

    /// <summary>The price of a request; null if it is unknown.</summary>
    /// <param name="caller">The client's virtual key, if it has one.</param>
    /// <param name="provider">The provider's configured name.</param>
    /// <param name="key">The name of the provider's key; null if it takes none, or that is not known yet.</param>
    /// <param name="model">The model's name at the provider.</param>
    public Price? PriceOf(VirtualKey? caller, string provider, string? key, string model)
    {
        var price = _catalog.Find(provider, model)?.Price;
        return PatchOf(caller, provider, key, model) is { } patch ? patch.Over(price) : price;
    }

    /// <summary>The price of a request within a batch; null if it is unknown, or what the provider takes for batches is.</summary>
    /// <inheritdoc cref="PriceOf"/>
    public Price? BatchPriceOf(VirtualKey? caller, string provider, string? key, string model)
    {
        var price = _catalog.Find(provider, model)?.Price;
        var patch = PatchOf(caller, provider, key, model);
        if (patch is not null) price = patch.Over(price);
        var batch = _catalog.BatchShare(provider) is { } share ? price?.Times(share) : null;
        return patch?.Batch is { } own ? own.Over(batch) : batch;
    }

    private PricePatch? PatchOf(VirtualKey? caller, string provider, string? key, string model)
    {
        foreach (var entry in _overrides)
        {
            if (entry.Covers(caller, provider, key, model)) return entry.Patch;
        }

        return null;
    }
}
