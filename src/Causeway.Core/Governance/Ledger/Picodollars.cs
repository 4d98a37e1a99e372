namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// How stores keep money: in whole millionths of a millionth of a US dollar. Prices have at most six decimals a million tokens, so that what tokens
/// cost is exact; a finer number is rounded, a half away from zero.
/// </summary>
public static class Picodollars
{
    private const decimal PerDollar = 1_000_000_000_000m;

    /// <summary>
    /// The number for an amount. Where a call is said to cost more than 9,223,372 dollars its tokens cannot be true; the greatest number there is
    /// stands for it, because a row that cannot be written would keep all others from being written.
    /// </summary>
    public static long Of(decimal dollars) => dollars switch
    {
        >= long.MaxValue / PerDollar => long.MaxValue,
        <= long.MinValue / PerDollar => long.MinValue,
        _ => (long)decimal.Round(dollars * PerDollar, 0, MidpointRounding.AwayFromZero),
    };

    /// <summary>The amount in US dollars, without zeros at its end.</summary>
    public static decimal Dollars(Int128 number) => (decimal)number / PerDollar;

    /// <summary>The amount as it is kept.</summary>
    public static decimal Kept(decimal dollars) => Dollars(Of(dollars));
}
