using System.Text.Json;
using Causeway.Core.Catalog;

namespace Causeway.Core.Configuration.Bifrost;

/// <summary>
/// Reads prices in US dollars a token, under the names that Bifrost and LiteLLM have for them. Prices above a limit of input have names such as
/// <c>input_cost_per_token_above_200k_tokens</c>. Source: Bifrost's documentation, "Custom Pricing".
/// </summary>
internal static class TokenPriceReader
{
    internal const string Input = "input_cost_per_token";
    internal const string Output = "output_cost_per_token";
    internal const string CacheRead = "cache_read_input_token_cost";
    internal const string CacheWrite = "cache_creation_input_token_cost";
    internal const string CacheWriteHour = "cache_creation_input_token_cost_above_1hr";
    internal const string BatchInput = "input_cost_per_token_batches";
    internal const string BatchOutput = "output_cost_per_token_batches";

    internal static readonly string[] Names = [Input, Output, CacheRead, CacheWrite, CacheWriteHour, BatchInput, BatchOutput];

    private const decimal Million = 1_000_000;

    /// <summary>What a patch says; null, and an error, if it is no object, nor a text that holds one.</summary>
    public static PricePatch? Read(ConfigNode node)
    {
        var patch = node.Unpacked();
        if (patch.IsMissing) return null;
        if (patch.Value.ValueKind != JsonValueKind.Object)
        {
            node.Error("must be a JSON object, or a text that holds one, with prices such as input_cost_per_token");
            return null;
        }

        var limits = patch.Value.EnumerateObject().Select(member => (member.Name, Limit: LimitOf(member.Name))).Where(tier => tier.Limit is not null).ToList();
        patch.CheckNames([.. Names, .. limits.Select(tier => tier.Name)]);
        var (batchInput, batchOutput) = (Price(patch[BatchInput]), Price(patch[BatchOutput]));
        return Prices(patch, "") with
        {
            Tiers = [.. limits.Select(tier => tier.Limit!.Value).Distinct().Order().Select(limit => new TierPatch(limit * 1000, Prices(patch, Suffix(limit))))],
            Batch = batchInput is null && batchOutput is null ? null : new PricePatch { Input = batchInput, Output = batchOutput },
        };
    }

    private static string Suffix(long thousands) => $"_above_{thousands}k_tokens";

    /// <summary>The limit that a name ends with, in thousands of tokens; null if it is no name of a price above one.</summary>
    private static long? LimitOf(string name)
    {
        var at = name.LastIndexOf("_above_", StringComparison.Ordinal);
        if (at < 0 || !name.EndsWith("k_tokens", StringComparison.Ordinal)) return null;
        return long.TryParse(name.AsSpan(at + 7, name.Length - at - 15), out var thousands) && thousands is > 0 and < 1_000_000 && name[at..] == Suffix(thousands)
            && name[..at] is Input or Output or CacheRead or CacheWrite or CacheWriteHour ? thousands : null;
    }

    private static PricePatch Prices(ConfigNode node, string suffix) => new()
    {
        Input = Price(node[Input + suffix]),
        Output = Price(node[Output + suffix]),
        CacheRead = Price(node[CacheRead + suffix]),
        CacheWrite = Price(node[CacheWrite + suffix]),
        CacheWriteHour = Price(node[CacheWriteHour + suffix]),
    };

    private static decimal? Price(ConfigNode node) => node.Dollars(PriceReader.Most / Million, "a token (2.50 a million tokens are 0.0000025)") * Million;
}
