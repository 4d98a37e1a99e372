namespace Causeway.Core.Governance;

/// <summary>How much may be spent in a stretch of time. At least one of <see cref="Dollars"/> and <see cref="Tokens"/> is set.</summary>
public sealed record Budget
{
    /// <summary>Its id; unique. What was spent stays with it when the configuration changes.</summary>
    public required string Id { get; init; }

    /// <summary>Whose calls it is for.</summary>
    public required Scope Scope { get; init; }

    /// <summary>US dollars; null: they do not matter.</summary>
    public decimal? Dollars { get; init; }

    /// <summary>Tokens of input and output together; null: they do not matter.</summary>
    public long? Tokens { get; init; }

    /// <summary>The stretch of time.</summary>
    public required BudgetWindow Window { get; init; }

    /// <summary>Are calls refused that could pass it? Else it only counts, and tells of its thresholds.</summary>
    public bool IsHard { get; init; } = true;

    /// <summary>Shares at which someone wants to be told, such as 0.8; ascending.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [];

    /// <summary>How much of it <paramref name="dollars"/> and <paramref name="tokens"/> are: 1 is all of it. Of nothing, all is spent.</summary>
    public double ShareOf(decimal dollars, long tokens) => Math.Max(
        Dollars is { } most ? most > 0 ? (double)(dollars / most) : 1 : 0,
        Tokens is { } count ? count > 0 ? (double)tokens / count : 1 : 0);
}
