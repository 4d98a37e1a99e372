using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>What a request had of a prompt cache, and what of its row and of what was said in it explains that.</summary>
internal sealed class CacheUse(LogEntry entry, ExchangeDigest digest, long inputTokens)
{
    /// <summary>The exchange.</summary>
    public Guid Id { get; } = entry.Id;

    /// <summary>The provider; null if unknown.</summary>
    public string? Provider { get; } = entry.Provider;

    /// <summary>The model's name there; null if unknown.</summary>
    public string? Model { get; } = entry.Model;

    /// <summary>The name of the provider's key; null if it takes none.</summary>
    public string? Key { get; } = entry.Key;

    /// <summary>When it began.</summary>
    public DateTimeOffset Began { get; } = entry.Time - entry.Duration;

    /// <summary>When it was over.</summary>
    public DateTimeOffset Ended { get; } = entry.Time;

    /// <summary>What was said.</summary>
    public ExchangeDigest Digest { get; } = digest;

    /// <summary>Input tokens.</summary>
    public long InputTokens { get; } = inputTokens;

    /// <summary>Those that came from the cache.</summary>
    public long CacheReadTokens { get; } = entry.CacheReadTokens ?? 0;

    /// <summary>The share of the input that came from the cache, 0 to 1.</summary>
    public double Share => (double)CacheReadTokens / InputTokens;
}
