using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>A whole answer, free of any dialect's form.</summary>
public sealed class ChatResponse : IDisposable
{
    /// <summary>The parsed body that raw values point into, if there is one.</summary>
    public JsonTree? Tree { get; init; }

    /// <summary>The dialect it was read in.</summary>
    public required DialectId Origin { get; init; }

    /// <summary>The provider's id of the answer; empty if it gave none.</summary>
    public string Id { get; init; } = "";

    /// <summary>The model that answered, as the provider names it; empty if it did not say.</summary>
    public string Model { get; init; } = "";

    /// <summary>When the answer was made, in seconds since 1970; null if unknown.</summary>
    public long? Created { get; init; }

    /// <summary>What the model said, in order.</summary>
    public List<Part> Parts { get; init; } = [];

    /// <summary>Why the model stopped.</summary>
    public StopReason Stop { get; init; }

    /// <summary>The stop sequence that was met: a JSON string, or missing.</summary>
    public RawJson StopSequence { get; init; }

    /// <summary>What was consumed; null if the provider did not say.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Fields of the answer's own dialect without canonical meaning.</summary>
    public Extras? Extras { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Tree?.Dispose();
}

/// <summary>Why a model stopped.</summary>
public enum StopReason
{
    /// <summary>It was done.</summary>
    End,

    /// <summary>It reached the token limit or the end of its context window.</summary>
    Length,

    /// <summary>It calls tools and waits for their results.</summary>
    ToolUse,

    /// <summary>It met a stop sequence.</summary>
    StopSequence,

    /// <summary>The provider's safety filter, or the model's own refusal.</summary>
    Filter,

    /// <summary>Something else that only its dialect knows.</summary>
    Other,
}

/// <summary>
/// Tokens consumed, counted one way for all dialects: <see cref="InputTokens"/> holds the cached ones too,
/// <see cref="OutputTokens"/> the reasoning too. Anthropic's and OpenAI's own rules are applied by their codecs.
/// </summary>
public sealed record Usage
{
    /// <summary>All input tokens, those read from and written to a cache included; null if the provider did not say.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Of the input, tokens read from a cache.</summary>
    public long? CacheReadTokens { get; init; }

    /// <summary>Of the input, tokens written to a cache.</summary>
    public long? CacheWriteTokens { get; init; }

    /// <summary>Of those written to a cache, tokens that it keeps for an hour and not for five minutes.</summary>
    public long? CacheWriteHourTokens { get; init; }

    /// <summary>All output tokens, reasoning included; null if the provider did not say.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Of the output, tokens of reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>The provider did not say all of this: some of it is estimated from what it sent.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>The provider's own usage object as it came: what only its dialect knows goes back to its dialect.</summary>
    public RawJson Raw { get; init; }

    /// <summary>The dialect of <see cref="Raw"/>.</summary>
    public DialectId Origin { get; init; }

    /// <summary>Most tokens of one call that are believed: more than any model takes or gives.</summary>
    public const long MostTokens = 100_000_000;

    /// <summary>
    /// These numbers without those that no call can have, below nothing or beyond <see cref="MostTokens"/>: they are unknown, and what is left is an
    /// estimate. A provider that says such a thing would else empty a budget, or fill it.
    /// </summary>
    public Usage Believed()
    {
        var isSound = true;
        var sound = this with
        {
            InputTokens = Sound(InputTokens), CacheReadTokens = Sound(CacheReadTokens), CacheWriteTokens = Sound(CacheWriteTokens),
            CacheWriteHourTokens = Sound(CacheWriteHourTokens), OutputTokens = Sound(OutputTokens), ReasoningTokens = Sound(ReasoningTokens),
        };
        return isSound ? this : sound with { IsEstimate = true };

        long? Sound(long? count)
        {
            if (count is null or (>= 0 and <= MostTokens)) return count;
            isSound = false;
            return null;
        }
    }

    /// <summary>These numbers, with those of <paramref name="earlier"/> where these say nothing. Raw objects are not merged.</summary>
    public Usage Over(Usage? earlier) => earlier is null ? this : this with
    {
        InputTokens = InputTokens ?? earlier.InputTokens,
        CacheReadTokens = CacheReadTokens ?? earlier.CacheReadTokens,
        CacheWriteTokens = CacheWriteTokens ?? earlier.CacheWriteTokens,
        CacheWriteHourTokens = CacheWriteHourTokens ?? earlier.CacheWriteHourTokens,
        OutputTokens = OutputTokens ?? earlier.OutputTokens,
        ReasoningTokens = ReasoningTokens ?? earlier.ReasoningTokens,
    };
}
