using Causeway.Core.Catalog;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;

namespace Causeway.Core.Governance;

/// <summary>
/// Finds the most that a call may cost before it is sent. It is a bound and no estimate, so that what is settled is hardly ever more than what was
/// reserved; what it is too high by is only reserved for as long as the call runs.
/// </summary>
public static class WorstCase
{
    /// <summary>Tokens of output with which an answer is worth having: no request is lowered to fewer, unless it asks for fewer.</summary>
    public const int LeastOutput = 256;

    /// <summary>The worst case, from the bytes of the request: microseconds.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="target">Where the call goes.</param>
    /// <param name="key">The name of the provider's key; null if it takes none.</param>
    public static Worst Of(Exchange exchange, Candidate target, string? key)
    {
        var model = exchange.Gateway.Catalog.Find(target.Provider.Name, target.Model);
        return Of(exchange, target, key, model, InputBound.Of(exchange, target.Model, model?.ContextWindow));
    }

    /// <summary>A closer one that counts the tokens of the input: milliseconds, for calls that a budget refuses by the first.</summary>
    /// <inheritdoc cref="Of(Exchange, Candidate, string?)"/>
    public static Worst Closely(Exchange exchange, Candidate target, string? key)
    {
        var model = exchange.Gateway.Catalog.Find(target.Provider.Name, target.Model);
        return Of(exchange, target, key, model, InputBound.Closely(exchange, target.Model, model?.ContextWindow));
    }

    /// <summary>The worst case of so many tokens at a price; null if that is unknown.</summary>
    internal static Worst Of(Price? price, long input, long output, bool writesForAnHour)
    {
        if (price is null) return new Worst(null, 0, input, output);
        var (dearestInput, dearestOutput) = (0m, 0m);
        foreach (var tier in price.Tiers.Where(tier => tier.Above < input).Select(tier => tier.Price).Prepend(price))
        {
            var written = Math.Max(tier.CacheWrite ?? 0, writesForAnHour ? tier.CacheWriteHour ?? 0 : 0);
            dearestInput = Math.Max(dearestInput, Math.Max(Math.Max(tier.Input, tier.CacheRead ?? 0), written));
            dearestOutput = Math.Max(dearestOutput, tier.Output);
        }

        return new Worst(input * dearestInput / 1_000_000, dearestOutput / 1_000_000, input, output);
    }

    private static Worst Of(Exchange exchange, Candidate target, string? key, ModelInfo? model, long input)
    {
        var output = OutputBound.Of(exchange, model?.Traits.MaxOutputTokens);
        var price = exchange.Gateway.Prices.PriceOf(exchange.Caller, target.Provider.Name, key, target.Model);
        var worst = Of(price, input, output, exchange.Body.Span.IndexOf("\"1h\""u8) >= 0);
        return worst with { LeastOutput = OutputBound.Choices(exchange) > 1 ? output : Math.Min(output, OutputBound.LeastOf(exchange, LeastOutput)) };
    }
}
