namespace Causeway.Core.Governance;

/// <summary>How things stand with a budget.</summary>
public sealed record BudgetStatus
{
    /// <summary>The budget.</summary>
    public required Budget Budget { get; init; }

    /// <summary>US dollars spent in the window.</summary>
    public required decimal Dollars { get; init; }

    /// <summary>Tokens used in the window.</summary>
    public required long Tokens { get; init; }

    /// <summary>US dollars that calls in progress may still cost.</summary>
    public required decimal ReservedDollars { get; init; }

    /// <summary>Tokens that calls in progress may still use.</summary>
    public required long ReservedTokens { get; init; }

    /// <summary>How much of it is spent: 1 is all of it. Of dollars and tokens, what is nearer to its end.</summary>
    public required double Share { get; init; }

    /// <summary>When the window begins anew; for a rolling one, when the first of what is in it leaves.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>When all of it will be spent at the pace of the window so far; null if that is not before <see cref="ResetsAt"/>.</summary>
    public required DateTimeOffset? ReachedAt { get; init; }

    /// <summary>Calls of the window whose cost is not known; for a rolling one, since the start.</summary>
    public required long Unrated { get; init; }

    /// <summary>Calls of the window that cost or used more than was reserved for them; for a rolling one, since the start.</summary>
    public required long Overshoots { get; init; }

    /// <summary>US dollars that are neither spent nor reserved, at least 0; null if dollars do not matter.</summary>
    public decimal? DollarsLeft => Budget.Dollars is { } most ? Math.Max(0, most - Dollars - ReservedDollars) : null;

    /// <summary>Tokens that are neither used nor reserved, at least 0; null if tokens do not matter.</summary>
    public long? TokensLeft => Budget.Tokens is { } most ? Math.Max(0, most - Tokens - ReservedTokens) : null;
}

/// <summary>A budget has passed one of its thresholds.</summary>
/// <param name="Threshold">The highest that was passed, as a share.</param>
/// <param name="Status">How things stand.</param>
/// <param name="IsRefusal">It is not all spent, but what is left does not suffice for a request: requests are refused.</param>
public sealed record BudgetAlert(double Threshold, BudgetStatus Status, bool IsRefusal = false);
