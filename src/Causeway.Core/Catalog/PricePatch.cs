namespace Causeway.Core.Catalog;

/// <summary>Changes to a price, in US dollars a million tokens. What is null stays as it is.</summary>
public sealed record PricePatch
{
    /// <summary>Input that is neither read from a cache nor written to one.</summary>
    public decimal? Input { get; init; }

    /// <summary>Output, reasoning included.</summary>
    public decimal? Output { get; init; }

    /// <summary>Input read from a cache.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>Input written to a cache for five minutes.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Input written to a cache for an hour.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>Changes to what requests with much input cost.</summary>
    public IReadOnlyList<TierPatch> Tiers { get; init; } = [];

    /// <summary>The tiers of the price are dropped, so that <see cref="Tiers"/> are the only ones.</summary>
    public bool ReplacesTiers { get; init; }

    /// <summary>Changes to what batches cost; null: none.</summary>
    public PricePatch? Batch { get; init; }

    /// <summary>The price with these changes. Of an unknown one they make a price only if they say both input and output; null if they do not.</summary>
    public Price? Over(Price? price)
    {
        if ((Input ?? price?.Input) is not { } input || (Output ?? price?.Output) is not { } output) return null;
        var changed = new Price
        {
            Input = input,
            Output = output,
            CacheRead = CacheRead ?? price?.CacheRead,
            CacheWrite = CacheWrite ?? price?.CacheWrite,
            CacheWriteHour = CacheWriteHour ?? price?.CacheWriteHour,
        };
        return changed with { Tiers = price is null || ReplacesTiers ? ChangedTiers(changed, []) : ChangedTiers(changed, price.Tiers.Select(tier => tier with { Price = Follow(tier.Price, price, changed) })) };
    }

    /// <summary>What a tier leaves out costs what it did for such a request, or, in place of the old tiers, what it does without.</summary>
    private IReadOnlyList<PriceTier> ChangedTiers(Price changed, IEnumerable<PriceTier> kept)
    {
        var tiers = new SortedList<long, PriceTier>();
        foreach (var tier in kept) tiers[tier.Above] = tier;
        foreach (var own in Tiers.OrderBy(tier => tier.Above))
        {
            var basis = ReplacesTiers ? changed : (changed with { Tiers = [.. tiers.Values] }).For(own.Above + 1) with { Tiers = [] };
            tiers[own.Above] = new PriceTier(own.Above, own.Patch.Over(basis)!);
        }

        return [.. tiers.Values];
    }

    /// <summary>What costs the same in a tier as without it goes on doing so.</summary>
    private static Price Follow(Price tier, Price price, Price changed) => new()
    {
        Input = tier.Input == price.Input ? changed.Input : tier.Input,
        Output = tier.Output == price.Output ? changed.Output : tier.Output,
        CacheRead = tier.CacheRead == price.CacheRead ? changed.CacheRead : tier.CacheRead,
        CacheWrite = tier.CacheWrite == price.CacheWrite ? changed.CacheWrite : tier.CacheWrite,
        CacheWriteHour = tier.CacheWriteHour == price.CacheWriteHour ? changed.CacheWriteHour : tier.CacheWriteHour,
    };
}

/// <summary>Changes to the prices of requests with more input than a limit.</summary>
/// <param name="Above">They hold for requests with more tokens of input than this.</param>
/// <param name="Patch">They hold for all tokens of such a request.</param>
public sealed record TierPatch(long Above, PricePatch Patch);
