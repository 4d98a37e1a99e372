namespace Causeway.Core.Governance;

/// <summary>How many requests or tokens there may be in a stretch of time, or requests at a time. At least one of the numbers is set.</summary>
public sealed record RateLimit
{
    /// <summary>Its id; unique.</summary>
    public required string Id { get; init; }

    /// <summary>Whose requests it is for.</summary>
    public required Scope Scope { get; init; }

    /// <summary>Requests in <see cref="RequestWindow"/>.</summary>
    public long? Requests { get; init; }

    /// <summary>The stretch of time for requests.</summary>
    public TimeSpan RequestWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Tokens of input and output in <see cref="TokenWindow"/>.</summary>
    public long? Tokens { get; init; }

    /// <summary>Input tokens in <see cref="TokenWindow"/>.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Output tokens in <see cref="TokenWindow"/>.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>The stretch of time for tokens.</summary>
    public TimeSpan TokenWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests at a time.</summary>
    public int? Concurrency { get; init; }
}
