namespace Causeway.Core.Governance.Ledger;

/// <summary>A row of the ledger: an upstream call that a provider worked for, who pays for it, what it used and what it cost. Never changed, but rated anew.</summary>
public sealed record LedgerEntry
{
    /// <summary>Its own number, of version 7: later ones are greater.</summary>
    public required Guid Id { get; init; }

    /// <summary>The number of the exchange that it belongs to: retries, fallbacks and hedges of one request share it.</summary>
    public required Guid Exchange { get; init; }

    /// <summary>When it was settled, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The id of the virtual key; null if the client had none.</summary>
    public string? VirtualKey { get; init; }

    /// <summary>The id of the team that the virtual key belonged to; null if to none.</summary>
    public string? Team { get; init; }

    /// <summary>The id of the customer that the virtual key or its team belonged to; null if to none.</summary>
    public string? Customer { get; init; }

    /// <summary>The id of the user that the virtual key belonged to; null if to none.</summary>
    public string? User { get; init; }

    /// <summary>The provider's configured name.</summary>
    public required string Provider { get; init; }

    /// <summary>The name of the provider's key; null if it takes none.</summary>
    public string? Key { get; init; }

    /// <summary>The model's name at the provider.</summary>
    public required string Model { get; init; }

    /// <summary>The model as the client named it.</summary>
    public required string Asked { get; init; }

    /// <summary>How the call ended: its HTTP status; 499 if nobody waited for the end.</summary>
    public required int Status { get; init; }

    /// <summary>Input tokens, those of caches included; null if unknown.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Of the input, tokens read from a cache.</summary>
    public long? CacheReadTokens { get; init; }

    /// <summary>Of the input, tokens written to a cache.</summary>
    public long? CacheWriteTokens { get; init; }

    /// <summary>Of those written to a cache, tokens that it keeps for an hour.</summary>
    public long? CacheWriteHourTokens { get; init; }

    /// <summary>Output tokens, reasoning included; null if unknown.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Of the output, tokens of reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>The provider did not say all of these numbers: some are estimated.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>What it cost in US dollars, exactly; null if it is not known.</summary>
    public decimal? Dollars { get; init; }

    /// <summary>The version of the prices by which it was rated; null if it has no price.</summary>
    public string? PriceVersion { get; init; }

    /// <summary>
    /// Where it is counted, if several nodes share budgets. Only the journal keeps that, until the database has counted it: a stored entry has none.
    /// </summary>
    public IReadOnlyList<Booking> Bookings { get; init; } = [];
}
