namespace Causeway.Core.Recording.Log;

/// <summary>What rows of the log come to.</summary>
public sealed class LogSum
{
    /// <summary>The value that they have in common; null: none, or they are not told apart.</summary>
    public string? Value { get; set; }

    /// <summary>It stands for all values that are not told apart.</summary>
    public bool IsRest { get; set; }

    /// <summary>Where the span of time begins; null: they are not told apart by time.</summary>
    public DateTimeOffset? From { get; set; }

    /// <summary>How many rows.</summary>
    public long Requests { get; set; }

    /// <summary>Of those, how many failed.</summary>
    public long Errors { get; set; }

    /// <summary>Of those, how many the client left.</summary>
    public long Abandoned { get; set; }

    /// <summary>Trillionths of a US dollar, as far as the cost is known.</summary>
    public Int128 Picodollars { get; set; }

    /// <summary>Trillionths of a US dollar that rules saved.</summary>
    public Int128 SavedPicodollars { get; set; }

    /// <summary>Upstream calls whose cost is not known.</summary>
    public long Unrated { get; set; }

    /// <summary>Input tokens, as far as known.</summary>
    public long InputTokens { get; set; }

    /// <summary>Of those, read from a cache.</summary>
    public long CacheReadTokens { get; set; }

    /// <summary>Of those, written to a cache.</summary>
    public long CacheWriteTokens { get; set; }

    /// <summary>Output tokens, as far as known.</summary>
    public long OutputTokens { get; set; }

    /// <summary>Of those, of reasoning.</summary>
    public long ReasoningTokens { get; set; }

    /// <summary>Upstream calls.</summary>
    public long Attempts { get; set; }

    /// <summary>The time of the first row, in milliseconds since 1970.</summary>
    public long First { get; set; } = long.MaxValue;

    /// <summary>The time of the last row, in milliseconds since 1970.</summary>
    public long Last { get; set; } = long.MinValue;

    /// <summary>How long they took.</summary>
    public LogSpread Duration { get; init; } = new();

    /// <summary>How long their first tokens took, of those that had one.</summary>
    public LogSpread FirstToken { get; init; } = new();

    /// <summary>What the gateway took of it.</summary>
    public LogSpread Overhead { get; init; } = new();
}
