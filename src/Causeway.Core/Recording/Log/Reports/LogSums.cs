namespace Causeway.Core.Recording.Log.Reports;

/// <summary>What follows from the sums of rows.</summary>
public static class LogSums
{
    /// <summary>The share of requests that failed; null of none.</summary>
    public static double? ErrorRate(this LogSum sum) => Share(sum.Errors, sum.Requests);

    /// <summary>The share of the input that was read from caches; null of none.</summary>
    public static double? CacheHitShare(this LogSum sum) => Share(sum.CacheReadTokens, sum.InputTokens);

    /// <summary>Output tokens a second, of the time in which they came: from the first token on, or from the request on where there was no stream.</summary>
    public static double? TokensPerSecond(this LogSum sum) => sum.Duration.Sum - sum.FirstToken.Sum is > 0 and var micros ? sum.OutputTokens * 1e6 / micros : null;

    /// <summary>What an order is by.</summary>
    public static double Of(this LogOrder order, LogSum sum) => order switch
    {
        LogOrder.Requests => sum.Requests,
        LogOrder.Cost => (double)sum.Picodollars,
        LogOrder.Tokens => (double)sum.InputTokens + sum.OutputTokens,
        _ => sum.Last,
    };

    /// <summary>Adds a row.</summary>
    public static void Add(this LogSum sum, LogEntry entry)
    {
        sum.Requests++;
        if (entry.IsError) sum.Errors++;
        if (entry.Status == 499) sum.Abandoned++;
        sum.Picodollars += LogNumber.Cost.Of(entry) ?? 0;
        sum.SavedPicodollars += LogNumber.Saved.Of(entry) ?? 0;
        sum.Unrated += entry.Unrated;
        sum.InputTokens += entry.InputTokens ?? 0;
        sum.CacheReadTokens += entry.CacheReadTokens ?? 0;
        sum.CacheWriteTokens += entry.CacheWriteTokens ?? 0;
        sum.OutputTokens += entry.OutputTokens ?? 0;
        sum.ReasoningTokens += entry.ReasoningTokens ?? 0;
        sum.Attempts += entry.Attempts.Count;
        sum.First = Math.Min(sum.First, entry.Time.ToUnixTimeMilliseconds());
        sum.Last = Math.Max(sum.Last, entry.Time.ToUnixTimeMilliseconds());
        sum.Duration.Add(LogNumber.Duration.Of(entry) ?? 0, isClassed: true);
        if (LogNumber.FirstToken.Of(entry) is { } first) sum.FirstToken.Add(first, isClassed: true);
        sum.Overhead.Add(LogNumber.Overhead.Of(entry) ?? 0, isClassed: true);
    }

    private static double? Share(long part, long whole) => whole > 0 ? (double)part / whole : null;
}
