using Causeway.Core.Authentication;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance.Reports;

/// <summary>What came of rating entries anew.</summary>
public sealed record Rerated
{
    /// <summary>Entries that were looked at.</summary>
    public long Entries { get; init; }

    /// <summary>Of those, entries that got, or would get, another price.</summary>
    public long Changed { get; init; }

    /// <summary>Of those that changed, entries whose cost was not known before.</summary>
    public long Unknown { get; init; }

    /// <summary>Entries that have no price today, or of which too little is known: they stay as they are.</summary>
    public long Unpriced { get; init; }

    /// <summary>What those that changed had cost, in US dollars, as far as it was known.</summary>
    public decimal Before { get; init; }

    /// <summary>What they cost now, in US dollars.</summary>
    public decimal After { get; init; }
}

/// <summary>Rates entries of the ledger by today's prices: those of the catalogue and the overrides of a configuration.</summary>
public sealed class Rerating
{
    /// <summary>How many entries are written at a time.</summary>
    public const int Batch = 1000;

    private readonly PriceBook _prices;
    private readonly Dictionary<string, VirtualKey> _keys = new(StringComparer.Ordinal);

    /// <summary>By the prices of <paramref name="config"/>.</summary>
    public Rerating(GatewayConfig config)
    {
        _prices = new PriceBook(config.Catalog, config.PriceOverrides);
        foreach (var key in config.VirtualKeys) _keys.TryAdd(key.Id, key);
    }

    /// <summary>Rates the entries that fit a filter. What others add meanwhile has today's prices already.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="isDry">Only say what would come of it.</param>
    /// <param name="cancel">Stops between two batches; what is done stays.</param>
    public async Task<Rerated> RunAsync(ILedgerStore store, LedgerFilter filter, bool isDry, CancellationToken cancel)
    {
        var (result, ratings) = (new Rerated(), new List<LedgerRating>());
        await foreach (var entry in store.ReadAsync(filter, cancel))   // in one go: pages of a range of time would each be sorted anew
        {
            result = Rate(entry, result, ratings);
            if (ratings.Count == Batch) await WriteAsync();
        }

        await WriteAsync();
        return result;

        async Task WriteAsync()
        {
            if (ratings.Count > 0 && !isDry) await store.RateAsync(ratings, cancel);
            ratings.Clear();
        }
    }

    private Rerated Rate(LedgerEntry entry, Rerated result, List<LedgerRating> ratings)
    {
        result = result with { Entries = result.Entries + 1 };
        if (PriceOf(entry) is not { } price) return result with { Unpriced = result.Unpriced + 1 };
        var version = price.Version;
        if (version == entry.PriceVersion) return result;
        if (price.CostOf(UsageOf(entry)) is not { } cost) return result with { Unpriced = result.Unpriced + 1 };
        cost = Picodollars.Kept(cost);   // so that the sums are those of the rows
        ratings.Add(new LedgerRating(entry.Id, cost, version));
        return result with
        {
            Changed = result.Changed + 1,
            Unknown = result.Unknown + (entry.Dollars is null ? 1 : 0),
            Before = result.Before + (entry.Dollars ?? 0),
            After = result.After + cost,
        };
    }

    /// <summary>Overrides name a virtual key by its id or its name; of one that is no longer there only the id is known.</summary>
    private Price? PriceOf(LedgerEntry entry)
    {
        var caller = entry.VirtualKey is not { } id ? null : _keys.GetValueOrDefault(id) ?? new VirtualKey { Name = id, Id = id, Hash = default };
        return _prices.PriceOf(caller, entry.Provider, entry.Key, entry.Model);
    }

    private static Usage UsageOf(LedgerEntry entry) => new()
    {
        InputTokens = entry.InputTokens,
        CacheReadTokens = entry.CacheReadTokens,
        CacheWriteTokens = entry.CacheWriteTokens,
        CacheWriteHourTokens = entry.CacheWriteHourTokens,
        OutputTokens = entry.OutputTokens,
    };
}
