namespace Causeway.Core.Governance.Leases;

/// <summary>Money and tokens together, as budgets count them.</summary>
/// <param name="Dollars">US dollars.</param>
/// <param name="Tokens">Tokens of input and output.</param>
public readonly record struct Amount(decimal Dollars, long Tokens)
{
    private const int Decimals = 12;   // as databases keep money

    /// <summary>More than any budget: where one of the two does not matter.</summary>
    public static Amount Most { get; } = new(1e15m, long.MaxValue / 4);

    /// <summary>What a budget allows.</summary>
    public static Amount Of(Budget budget) => new(budget.Dollars ?? Most.Dollars, budget.Tokens ?? Most.Tokens);

    /// <summary>The smaller of each.</summary>
    public static Amount Min(Amount one, Amount other) => new(Math.Min(one.Dollars, other.Dollars), Math.Min(one.Tokens, other.Tokens));

    /// <summary>The greater of each.</summary>
    public static Amount Max(Amount one, Amount other) => new(Math.Max(one.Dollars, other.Dollars), Math.Max(one.Tokens, other.Tokens));

    /// <summary>Does all of it fit into <paramref name="room"/>?</summary>
    public bool FitsIn(Amount room) => Dollars <= room.Dollars && Tokens <= room.Tokens;

    /// <summary>A sixteenth, rounded down.</summary>
    public Amount Sixteenth() => new(decimal.Round(Dollars / 16, Decimals, MidpointRounding.ToZero), Tokens / 16);

    /// <summary>Rounded up to what a database keeps.</summary>
    public Amount RoundUp() => this with { Dollars = decimal.Round(Dollars, Decimals, MidpointRounding.ToPositiveInfinity) };

    /// <summary>Both.</summary>
    public static Amount operator +(Amount one, Amount other) => new(one.Dollars + other.Dollars, one.Tokens + other.Tokens);

    /// <summary>The rest, which may be less than nothing.</summary>
    public static Amount operator -(Amount one, Amount other) => new(one.Dollars - other.Dollars, one.Tokens - other.Tokens);
}
