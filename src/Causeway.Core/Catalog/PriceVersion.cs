using System.Globalization;

namespace Causeway.Core.Catalog;

/// <summary>
/// Makes a short name of a price's numbers: 48 bits of their FNV-1a hash. It is kept with what was rated, so it must never change; 2.5 and 2.50
/// are the same.
/// </summary>
internal static class PriceVersion
{
    private const ulong Seed = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The name of a price.</summary>
    public static string Of(Price price)
    {
        var hash = Add(Seed, price);
        foreach (var tier in price.Tiers) hash = Add(Add(hash, (ulong)tier.Above), tier.Price);
        return (hash >> 16).ToString("x12", CultureInfo.InvariantCulture);
    }

    private static ulong Add(ulong hash, Price price) => Add(Add(Add(Add(Add(hash, price.Input), price.Output), price.CacheRead), price.CacheWrite), price.CacheWriteHour);

    private static ulong Add(ulong hash, decimal? number)
    {
        if (number is not { } value) return Add(hash, ulong.MaxValue);
        while (value.Scale > 0 && value == decimal.Round(value, value.Scale - 1)) value = decimal.Round(value, value.Scale - 1);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        foreach (var part in bits) hash = Add(hash, (uint)part);
        return hash;
    }

    private static ulong Add(ulong hash, ulong number)
    {
        for (var i = 0; i < 8; i++) hash = (hash ^ (byte)(number >> (8 * i))) * Prime;
        return hash;
    }
}
