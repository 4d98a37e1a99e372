namespace Causeway.Core.Governance;

/// <summary>The most that a call may use, and what of it may be taken away.</summary>
/// <param name="InputDollars">US dollars of the input; null if the price is not known.</param>
/// <param name="OutputDollars">US dollars of a token of output.</param>
/// <param name="InputTokens">Tokens of input.</param>
/// <param name="OutputTokens">Tokens of output.</param>
public readonly record struct Worst(decimal? InputDollars, decimal OutputDollars, long InputTokens, long OutputTokens)
{
    /// <summary>The fewest tokens of output that are worth a call; less than <see cref="OutputTokens"/> if the request can be told to do with less.</summary>
    public long LeastOutput { get; init; } = OutputTokens;

    /// <summary>US dollars altogether; null if the price is not known.</summary>
    public decimal? Dollars => DollarsOf(OutputTokens);

    /// <summary>Tokens altogether.</summary>
    public long Tokens => InputTokens + OutputTokens;

    /// <summary>A case in which output cannot be told apart.</summary>
    public static Worst Of(decimal? dollars, long tokens) => new(dollars, 0, tokens, 0);

    /// <summary>US dollars if there are so many tokens of output.</summary>
    public decimal? DollarsOf(long output) => InputDollars + (OutputDollars * output);
}
