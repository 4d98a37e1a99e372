using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Catalog;

/// <summary>What a model costs, in US dollars a million tokens. What is null is unknown, which is not the same as nothing; zero is free.</summary>
public sealed record Price
{
    private const decimal Million = 1_000_000m;

    /// <summary>Input that is neither read from a cache nor written to one.</summary>
    public required decimal Input { get; init; }

    /// <summary>Output, reasoning included.</summary>
    public required decimal Output { get; init; }

    /// <summary>Input read from a cache; null: as other input.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>Input written to a cache for five minutes; null: as other input.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Input written to a cache for an hour; null: unknown, unless all input is free.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>Other prices for requests with much input, the smallest number of tokens first.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <summary>
    /// The cost of an answer in US dollars, exactly; null if it is not known: the provider did not say what was used, or an hour's cache
    /// has no price.
    /// </summary>
    public decimal? CostOf(Usage usage)
    {
        if (usage is not { InputTokens: { } input, OutputTokens: { } output }) return null;
        var price = For(input);
        var (read, written) = (usage.CacheReadTokens ?? 0, usage.CacheWriteTokens ?? 0);
        var hour = Math.Min(usage.CacheWriteHourTokens ?? 0, written);
        var hourPrice = price.CacheWriteHour ?? (price.Input == 0 ? 0 : null);
        if (hour > 0 && hourPrice is null) return null;
        var plain = Math.Max(0, input - read - written);
        return ((plain * price.Input) + (read * (price.CacheRead ?? price.Input)) + ((written - hour) * (price.CacheWrite ?? price.Input))
            + (hour * (hourPrice ?? 0)) + (output * price.Output)) / Million;
    }

    /// <summary>The same for the same prices, at all times and on all machines; another for others.</summary>
    public string Version => PriceVersion.Of(this);

    /// <summary>A share of these prices, such as the half that batches cost.</summary>
    public Price Times(decimal share) => new()
    {
        Input = Input * share,
        Output = Output * share,
        CacheRead = CacheRead * share,
        CacheWrite = CacheWrite * share,
        CacheWriteHour = CacheWriteHour * share,
        Tiers = [.. Tiers.Select(tier => tier with { Price = tier.Price.Times(share) })],
    };

    /// <summary>The prices of a request with so many tokens of input.</summary>
    internal Price For(long input)
    {
        var price = this;
        foreach (var tier in Tiers)
        {
            if (input > tier.Above) price = tier.Price;
        }

        return price;
    }

    /// <summary>Reads the member <c>price</c> of a row of <c>models.json</c>.</summary>
    internal static Price Read(JsonElement row)
    {
        var price = Prices(row, null);
        if (!row.TryGetProperty("tiers", out var tiers) || tiers.ValueKind == JsonValueKind.Null) return price;
        return price with { Tiers = [.. tiers.EnumerateArray().Select(tier => new PriceTier(tier.GetProperty("above").GetInt64(), Prices(tier, price))).OrderBy(tier => tier.Above)] };
    }

    /// <summary>What a tier leaves out costs what it does without.</summary>
    private static Price Prices(JsonElement row, Price? basis) => new()
    {
        Input = Of(row, "input") ?? basis?.Input ?? throw new InvalidDataException("a price has no input"),
        Output = Of(row, "output") ?? basis?.Output ?? throw new InvalidDataException("a price has no output"),
        CacheRead = Of(row, "cacheRead") ?? basis?.CacheRead,
        CacheWrite = Of(row, "cacheWrite") ?? basis?.CacheWrite,
        CacheWriteHour = Of(row, "cacheWrite1h") ?? basis?.CacheWriteHour,
    };

    private static decimal? Of(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDecimal() : null;
}

/// <summary>Prices for requests with more input than a limit.</summary>
/// <param name="Above">They hold for requests with more tokens of input than this.</param>
/// <param name="Price">They hold for all tokens of such a request.</param>
public sealed record PriceTier(long Above, Price Price);
