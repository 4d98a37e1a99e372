using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Contract.Logs;

/// <summary>The answers to questions about a list of rows, found in the plainest way.</summary>
public sealed class LogNaive(IReadOnlyList<LogEntry> entries)
{
    public static bool Passes(LogEntry entry, LogFilter filter) =>
        (filter.From is not { } from || entry.Time >= from) && (filter.To is not { } to || entry.Time < to)
        && filter.Values.All(test => Passes(entry, test))
        && filter.Ranges.All(test => test.Number.Of(entry) is { } value && (test.Least is not { } least || value >= least) && (test.Most is not { } most || value <= most));

    public List<LogEntry> Where(LogFilter filter) => [.. entries.Where(entry => Passes(entry, filter))];

    /// <summary>The whole list in its order.</summary>
    public List<LogEntry> List(LogListQuestion question)
    {
        var rows = entries.Select((entry, i) => (Entry: entry, Row: i, Value: question.Order.Of(entry))).Where(row => Passes(row.Entry, question.Filter)).OrderBy(row => row.Value is null);
        var sorted = question.IsAscending ? rows.ThenBy(row => row.Value).ThenBy(row => row.Row) : rows.ThenByDescending(row => row.Value).ThenByDescending(row => row.Row);
        return [.. sorted.Select(row => row.Entry)];
    }

    public Dictionary<string, long> Facet(LogFilter filter, LogDimension dimension) =>
        Where(filter).SelectMany(entry => Values(entry, dimension)).GroupBy(value => value ?? "(none)").ToDictionary(group => group.Key, group => group.LongCount());

    /// <summary>The sums, each as a text.</summary>
    public List<string> Sums(LogSumQuestion question)
    {
        var rows = Where(question.Filter).SelectMany(entry => (question.By is { } by ? Values(entry, by) : [null]).Select(value => (Entry: entry, Value: value))).ToList();
        if (rows.Count == 0 && question.By is null && question.Span is null) return [Text(new LogSum())];
        var values = rows.GroupBy(row => row.Value ?? "(none)").OrderByDescending(group => Weight([.. group.Select(row => row.Entry)], question.Order)).ToList();
        var kept = values.Take(question.Top).Select(group => group.Key).ToHashSet();
        return [.. rows.GroupBy(row => (Value: kept.Contains(row.Value ?? "(none)") ? row.Value : "(rest)", From: From(row.Entry, question)))
            .Select(group => Text(Sum(group.Key.Value, group.Key.From, [.. group.Select(row => row.Entry)], question))).Order(StringComparer.Ordinal)];
    }

    public static string Text(LogSum sum) => string.Join('|',
        sum.IsRest ? "(rest)" : sum.Value ?? "(none)", sum.From?.ToUnixTimeMilliseconds(), sum.Requests, sum.Errors, sum.Abandoned, sum.Picodollars, sum.SavedPicodollars, sum.Unrated, sum.InputTokens,
        sum.CacheReadTokens, sum.CacheWriteTokens, sum.OutputTokens, sum.ReasoningTokens, sum.Attempts, sum.First, sum.Last, Text(sum.Duration), Text(sum.FirstToken), Text(sum.Overhead));

    private static string Text(LogSpread spread) => $"{spread.Count} {spread.Sum} {spread.Longest} {spread.Quantile(0.5)} {spread.Quantile(0.95)}";

    private static Int128 Weight(List<LogEntry> rows, LogOrder order) => order switch
    {
        LogOrder.Cost => rows.Aggregate(Int128.Zero, (sum, row) => sum + (LogNumber.Cost.Of(row) ?? 0)),
        LogOrder.Tokens => rows.Sum(row => (row.InputTokens ?? 0) + (row.OutputTokens ?? 0)),
        LogOrder.Last => rows.Max(row => row.Time.ToUnixTimeMilliseconds()),
        _ => rows.Count,
    };

    private static DateTimeOffset? From(LogEntry entry, LogSumQuestion question)
    {
        if (question.Span is not { } span) return null;
        var at = DateTimeOffset.UnixEpoch + question.Offset;
        return at + (span * (long)Math.Floor((decimal)(entry.Time - at).Ticks / span.Ticks));
    }

    private static LogSum Sum(string? value, DateTimeOffset? from, List<LogEntry> rows, LogSumQuestion question)
    {
        var isClassed = question.Measures.HasFlag(LogMeasures.Quantiles);
        var sum = new LogSum
        {
            Value = value == "(rest)" ? null : value,
            IsRest = value == "(rest)",
            From = from,
            Requests = rows.Count,
            Errors = rows.Count(row => row.IsError),
            Abandoned = rows.Count(row => row.Status == 499),
            Picodollars = rows.Aggregate(Int128.Zero, (all, row) => all + (LogNumber.Cost.Of(row) ?? 0)),
            SavedPicodollars = rows.Aggregate(Int128.Zero, (all, row) => all + (LogNumber.Saved.Of(row) ?? 0)),
            Unrated = rows.Sum(row => row.Unrated),
            InputTokens = rows.Sum(row => row.InputTokens ?? 0),
            CacheReadTokens = rows.Sum(row => row.CacheReadTokens ?? 0),
            CacheWriteTokens = rows.Sum(row => row.CacheWriteTokens ?? 0),
            OutputTokens = rows.Sum(row => row.OutputTokens ?? 0),
            ReasoningTokens = rows.Sum(row => row.ReasoningTokens ?? 0),
            Attempts = rows.Sum(row => row.Attempts.Count),
            First = rows.Min(row => row.Time.ToUnixTimeMilliseconds()),
            Last = rows.Max(row => row.Time.ToUnixTimeMilliseconds()),
        };
        foreach (var row in rows)
        {
            sum.Duration.Add(LogNumber.Duration.Of(row)!.Value, isClassed);
            sum.Overhead.Add(LogNumber.Overhead.Of(row)!.Value, isClassed);
            if (LogNumber.FirstToken.Of(row) is { } first) sum.FirstToken.Add(first, isClassed);
        }

        return sum;
    }

    private static IEnumerable<string?> Values(LogEntry entry, LogDimension dimension) => dimension.Of(entry).Select(value => (string?)value).DefaultIfEmpty();

    private static bool Passes(LogEntry entry, LogValueTest test) => Values(entry, test.Dimension).Any(value => test.AnyOf.Contains(value)) != test.IsNot;
}
