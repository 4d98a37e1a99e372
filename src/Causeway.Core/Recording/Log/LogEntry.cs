namespace Causeway.Core.Recording.Log;

/// <summary>A row of the request log: an exchange that is over, what it was, how it went and what it cost. What was said in it is <see cref="LogContent"/>.</summary>
public sealed record LogEntry
{
    /// <summary>The number of the exchange, of version 7; rows of the ledger refer to it.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was over, to the millisecond: rows are in this order. It began <see cref="Duration"/> before.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The client's dialect, such as <c>anthropic-messages</c>.</summary>
    public required string Dialect { get; init; }

    /// <summary>The provider that answered, or was asked last; null: none was.</summary>
    public string? Provider { get; init; }

    /// <summary>The model's name at the provider; null: none was asked.</summary>
    public string? Model { get; init; }

    /// <summary>The model as the client named it; empty if it named none.</summary>
    public required string Asked { get; init; }

    /// <summary>The name of the provider's key; null if it takes none.</summary>
    public string? Key { get; init; }

    /// <summary>How it ended for the client: the HTTP status, what stands for it where a stream broke off, 499 if the client left.</summary>
    public required int Status { get; init; }

    /// <summary>The kind or code of the error, such as <c>rate_limited</c>; null: there was none.</summary>
    public string? Error { get; init; }

    /// <summary>Why the model stopped, such as <c>tool_use</c>; null if unknown.</summary>
    public string? Stop { get; init; }

    /// <summary>The client asked for a stream.</summary>
    public bool Stream { get; init; }

    /// <summary>The id of the virtual key; null if the client had none.</summary>
    public string? VirtualKey { get; init; }

    /// <summary>The id of the team; null if none.</summary>
    public string? Team { get; init; }

    /// <summary>The id of the customer; null if none.</summary>
    public string? Customer { get; init; }

    /// <summary>The id of the user; null if none.</summary>
    public string? User { get; init; }

    /// <summary>The session that the client says the request belongs to; null if it says none.</summary>
    public string? Session { get; init; }

    /// <summary>The name that the client gives the session; null: none.</summary>
    public string? SessionName { get; init; }

    /// <summary>The agent within the session; null if the client says none: the main one.</summary>
    public string? Agent { get; init; }

    /// <summary>The agent that made that one; null if none.</summary>
    public string? ParentAgent { get; init; }

    /// <summary>The client's program, as the first word of its user agent says: <c>claude-cli/2.1.0</c>.</summary>
    public string? Client { get; init; }

    /// <summary>The name of the source repository that the client works on; null if it says none.</summary>
    public string? Repository { get; init; }

    /// <summary>The branch of it; null if the client says none.</summary>
    public string? Branch { get; init; }

    /// <summary>The routing rule that chose the target; null: none did.</summary>
    public string? Rule { get; init; }

    /// <summary>What could not be carried from one dialect to the other.</summary>
    public IReadOnlyList<LogLoss> Losses { get; init; } = [];

    /// <summary>The names of the tools that the model called, each once.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The client's own dimensions, from headers <c>x-causeway-dim-NAME</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Custom { get; init; } = [];

    /// <summary>From the request to the end of its answer, to the microsecond.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>From the request to the first content of its stream, to the microsecond; null: there was none.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>What it took without the time in which an upstream was waited for, to the microsecond.</summary>
    public TimeSpan Overhead { get; init; }

    /// <summary>Input tokens of all attempts together, those of caches included; null if unknown.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Of the input, tokens read from a cache.</summary>
    public long? CacheReadTokens { get; init; }

    /// <summary>Of the input, tokens written to a cache.</summary>
    public long? CacheWriteTokens { get; init; }

    /// <summary>Output tokens, reasoning included; null if unknown.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Of the output, tokens of reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>What the attempts cost whose cost is known, in US dollars, exactly as in the ledger; null if something is due and no cost is known.</summary>
    public decimal? Dollars { get; init; }

    /// <summary>How many of the attempts that a provider worked for have a cost that is not known.</summary>
    public int Unrated { get; init; }

    /// <summary>What the model that was asked for would have cost more, in US dollars; null if no rule chose another one.</summary>
    public decimal? SavedDollars { get; init; }

    /// <summary>The request's body, in bytes.</summary>
    public long RequestBytes { get; init; }

    /// <summary>The upstream calls, in the order in which they ended.</summary>
    public IReadOnlyList<LogAttempt> Attempts { get; init; } = [];

    /// <summary>Why it went where it went, for people; null if it went nowhere.</summary>
    public string? Route { get; init; }

    /// <summary>What the client was told when it failed; null if it did not.</summary>
    public string? Message { get; init; }

    /// <summary>The request's path.</summary>
    public string Path { get; init; } = "";

    /// <summary>The whole user agent; null if the client says none.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The answer's id at the provider; null if unknown.</summary>
    public string? AnswerId { get; init; }

    /// <summary>Who went on with the answer when it had broken off, as <c>provider/model</c>; null: nobody had to.</summary>
    public string? ContinuedBy { get; init; }

    /// <summary>The row was made from the ledger after the exchange's own was lost: it has only what the ledger knows.</summary>
    public bool IsRecovered { get; init; }

    /// <summary>Did it fail? Requests whose client left have not.</summary>
    public bool IsError => Status >= 400 && Status != 499;

    /// <summary>Output tokens a second from the first token on, or from the request on where there was no stream; null if unknown.</summary>
    public double? TokensPerSecond => OutputTokens is { } tokens && Duration - (FirstToken ?? TimeSpan.Zero) is { Ticks: > 0 } span ? tokens / span.TotalSeconds : null;
}

/// <summary>Something that could not be carried from one dialect to the other.</summary>
/// <param name="Path">Where it stood, in the speaker's own dialect.</param>
/// <param name="Reason">Why it cannot be carried.</param>
/// <param name="Count">How often it occurred.</param>
/// <param name="IsOfAnswer">It is of the answer, not of the request.</param>
public sealed record LogLoss(string Path, string Reason, int Count, bool IsOfAnswer);

/// <summary>An upstream call in the log.</summary>
/// <param name="Provider">The provider's configured name.</param>
/// <param name="Model">The model's name there.</param>
/// <param name="Key">The name of the key; null if the provider takes none.</param>
/// <param name="Status">How it ended: the HTTP status, or what stands for it; 499 if nobody waited for the end.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Why">Why it failed; null if it did not.</param>
public sealed record LogAttempt(string Provider, string Model, string? Key, int Status, TimeSpan Elapsed, string? Why = null)
{
    /// <summary>Input tokens; null if unknown.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Output tokens; null if unknown.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>US dollars; null if unknown, or if nothing was due.</summary>
    public decimal? Dollars { get; init; }
}
