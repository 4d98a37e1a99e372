using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Recording.Log;

/// <summary>A number that rows of the log have, as a whole number of its unit; unknown where a row has none.</summary>
/// <param name="Name">Its name in questions and answers.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Of">What a row has; null: unknown.</param>
public sealed record LogNumber(string Name, LogUnit Unit, Func<LogEntry, long?> Of)
{
    /// <summary>When it was over.</summary>
    public static LogNumber Time { get; } = new("time", LogUnit.Milliseconds, entry => entry.Time.ToUnixTimeMilliseconds());

    /// <summary>How long it took.</summary>
    public static LogNumber Duration { get; } = new("duration", LogUnit.Microseconds, entry => Micros(entry.Duration));

    /// <summary>How long it took to the first token.</summary>
    public static LogNumber FirstToken { get; } = new("first_token", LogUnit.Microseconds, entry => entry.FirstToken is { } first ? Micros(first) : null);

    /// <summary>What the gateway took of it.</summary>
    public static LogNumber Overhead { get; } = new("overhead", LogUnit.Microseconds, entry => Micros(entry.Overhead));

    /// <summary>Input tokens.</summary>
    public static LogNumber Input { get; } = new("input_tokens", LogUnit.Tokens, entry => entry.InputTokens);

    /// <summary>Of those, read from a cache.</summary>
    public static LogNumber CacheRead { get; } = new("cache_read_tokens", LogUnit.Tokens, entry => entry.CacheReadTokens);

    /// <summary>Of those, written to a cache.</summary>
    public static LogNumber CacheWrite { get; } = new("cache_write_tokens", LogUnit.Tokens, entry => entry.CacheWriteTokens);

    /// <summary>Output tokens.</summary>
    public static LogNumber Output { get; } = new("output_tokens", LogUnit.Tokens, entry => entry.OutputTokens);

    /// <summary>Of those, of reasoning.</summary>
    public static LogNumber Reasoning { get; } = new("reasoning_tokens", LogUnit.Tokens, entry => entry.ReasoningTokens);

    /// <summary>What it cost.</summary>
    public static LogNumber Cost { get; } = new("dollars", LogUnit.Picodollars, entry => Picos(entry.Dollars));

    /// <summary>What a rule saved.</summary>
    public static LogNumber Saved { get; } = new("saved_dollars", LogUnit.Picodollars, entry => Picos(entry.SavedDollars));

    /// <summary>Upstream calls.</summary>
    public static LogNumber Attempts { get; } = new("attempts", LogUnit.Count, entry => entry.Attempts.Count);

    /// <summary>The request's body.</summary>
    public static LogNumber RequestBytes { get; } = new("request_bytes", LogUnit.Bytes, entry => entry.RequestBytes);

    /// <summary>Upstream calls that a provider worked for at a cost that is not known.</summary>
    public static LogNumber Unrated { get; } = new("unrated", LogUnit.Count, entry => entry.Unrated);

    /// <summary>All of them; the position is the column's number in stores, so new ones come at the end.</summary>
    public static IReadOnlyList<LogNumber> All { get; } = [Time, Duration, FirstToken, Overhead, Input, CacheRead, CacheWrite, Output, Reasoning, Cost, Saved, Attempts, RequestBytes, Unrated];

    private static long? Picos(decimal? dollars) => dollars is { } known ? Picodollars.Of(known) : null;

    private static long Micros(TimeSpan time) => Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond);
}

/// <summary>What a number of the log is counted in.</summary>
public enum LogUnit
{
    /// <summary>Things.</summary>
    Count,

    /// <summary>Milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds; in answers, milliseconds with a fraction.</summary>
    Microseconds,

    /// <summary>Tokens.</summary>
    Tokens,

    /// <summary>Trillionths of a US dollar; in answers, dollars.</summary>
    Picodollars,

    /// <summary>Bytes.</summary>
    Bytes,
}
