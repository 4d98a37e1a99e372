using System.Text.Json;
using Causeway.Core.Catalog;

namespace Causeway.Core.Configuration;

/// <summary>Reads prices in US dollars a million tokens, in the form of <c>models.json</c>.</summary>
internal static class PriceReader
{
    /// <summary>The most that a million tokens may cost, in US dollars: more is a slip of the pen.</summary>
    public const decimal Most = 1_000_000;

    internal static readonly string[] TierNames = ["above", "input", "output", "cacheRead", "cacheWrite", "cacheWrite1h"];
    internal static readonly string[] Names = ["input", "output", "cacheRead", "cacheWrite", "cacheWrite1h", "tiers"];

    /// <summary>Taken, since the built-in catalogue has them, but no usage says how many of these there were.</summary>
    internal static readonly string[] LaterNames = ["inputAudio", "outputAudio", "cacheReadAudio", "outputImage"];

    /// <summary>What a price says; null, and an error, if it is no object.</summary>
    public static PricePatch? Read(ConfigNode node)
    {
        if (node.Value.ValueKind != JsonValueKind.Object)
        {
            node.Error("must be an object with input and output, in US dollars a million tokens");
            return null;
        }

        node.CheckNames([.. Names, .. LaterNames]);
        foreach (var name in LaterNames)
        {
            if (!node[name].IsMissing) node[name].Warn("is taken, but this version does not act on it yet");
        }

        return Prices(node) with
        {
            Tiers = [.. node["tiers"].Items().Select(Tier).OfType<TierPatch>()],
            ReplacesTiers = !node["tiers"].IsMissing,
        };
    }

    private static TierPatch? Tier(ConfigNode node)
    {
        node.CheckNames([.. TierNames, .. LaterNames]);
        if (node["above"].Integer(1) is { } above) return new TierPatch(above, Prices(node));
        if (node["above"].IsMissing) node.Error("needs `above`: it holds for requests with more tokens of input than this");
        return null;
    }

    private static PricePatch Prices(ConfigNode node) => new()
    {
        Input = node["input"].Dollars(Most, "a million tokens"),
        Output = node["output"].Dollars(Most, "a million tokens"),
        CacheRead = node["cacheRead"].Dollars(Most, "a million tokens"),
        CacheWrite = node["cacheWrite"].Dollars(Most, "a million tokens"),
        CacheWriteHour = node["cacheWrite1h"].Dollars(Most, "a million tokens"),
    };
}
