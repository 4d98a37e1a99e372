using System.Runtime.CompilerServices;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Tests.Recording.Logs;

/// <summary>A log in memory that does what a store's documentation says, row by row and without haste.</summary>
internal sealed class MemoryLogStore : ILogStore
{
    private readonly List<LogRecord> _records = [];

    /// <summary>A store with these rows.</summary>
    public static MemoryLogStore Of(params LogEntry[] entries)
    {
        var store = new MemoryLogStore();
        store._records.AddRange(entries.Select(entry => new LogRecord(entry)));
        return store;
    }

    /// <summary>The same, and what was said in one of them.</summary>
    public static MemoryLogStore With(LogEntry entry, LogContent content, params LogEntry[] entries)
    {
        var store = new MemoryLogStore();
        store._records.AddRange(entries.Select(other => new LogRecord(other, other == entry ? content : null)));
        return store;
    }

    /// <summary>It cannot be used.</summary>
    public bool IsBroken { get; set; }

    private IEnumerable<(LogEntry Entry, long Row)> Rows(LogFilter filter)
    {
        if (IsBroken) throw new IOException("the disk is gone");
        return _records.Select((record, row) => (record, Row: (long)row)).Where(pair => Passes(pair.record, filter)).Select(pair => (pair.record.Entry, pair.Row));
    }

    private static bool Passes(LogRecord record, LogFilter filter)
    {
        var entry = record.Entry;
        return (filter.From is null || entry.Time >= filter.From) && (filter.To is null || entry.Time < filter.To)
            && filter.Values.All(test => test.AnyOf.Any(value => value is null ? test.Dimension.Of(entry).Count == 0 : test.Dimension.Of(entry).Contains(value)) != test.IsNot)
            && filter.Ranges.All(test => test.Number.Of(entry) is { } number && number >= (test.Least ?? long.MinValue) && number <= (test.Most ?? long.MaxValue))
            && (filter.Text is not { } text || text.Split(' ').All(word => record.Content?.Text.Contains(word, StringComparison.OrdinalIgnoreCase) == true));
    }

    public Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel)
    {
        _records.AddRange(records);
        return Task.CompletedTask;
    }

    public Task<LogPage> ListAsync(LogListQuestion question, CancellationToken cancel)
    {
        var sign = question.IsAscending ? 1 : -1;
        var sorted = Rows(question.Filter).Select(pair => (pair.Entry, Place: new LogCursor(question.Order.Of(pair.Entry), pair.Row))).ToList();
        sorted.Sort((one, other) => Compare(one.Place, other.Place));
        var page = sorted.Where(item => question.After is not { } after || Compare(item.Place, after) > 0).Take(question.Limit + 1).ToList();
        return Task.FromResult(new LogPage([.. page.Take(question.Limit).Select(item => item.Entry)], page.Count > question.Limit ? page[question.Limit - 1].Place : null));

        int Compare(LogCursor one, LogCursor other) => (one.Value is null).CompareTo(other.Value is null) is not 0 and var missing ? missing
            : Nullable.Compare(one.Value, other.Value) is not 0 and var size ? sign * size : sign * one.Row.CompareTo(other.Row);
    }

    public async IAsyncEnumerable<LogEntry> ReadAsync(LogFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var (entry, _) in Rows(filter))
        {
            await Task.Yield();
            yield return entry;
        }
    }

    public Task<IReadOnlyList<LogSum>> SumAsync(LogSumQuestion question, CancellationToken cancel)
    {
        var rows = Rows(question.Filter).SelectMany(pair => question.By is { } by ? by.Of(pair.Entry) is { Count: > 0 } values ? values.Select(value => (pair.Entry, Value: (string?)value)) : [(pair.Entry, null)] : [(pair.Entry, null)]).ToList();
        var ranked = rows.GroupBy(row => row.Value ?? "\0").Select(group => Sum(group.Select(row => row.Entry), group.First().Value, false, null)).OrderByDescending(sum => SizeOf(sum, question.Order)).ToList();
        var top = ranked.Take(question.Top).Select(sum => sum.Value).ToList();
        var sums = new List<LogSum>();
        foreach (var value in top) Add(rows.Where(row => row.Value == value), value, isRest: false);
        if (ranked.Count > question.Top) Add(rows.Where(row => !top.Contains(row.Value)), null, isRest: true);
        if (question is { By: null, Span: null } && sums.Count == 0) sums.Add(new LogSum());
        return Task.FromResult<IReadOnlyList<LogSum>>(sums);

        void Add(IEnumerable<(LogEntry Entry, string? Value)> some, string? value, bool isRest)
        {
            foreach (var group in some.GroupBy(row => Floor(row.Entry.Time, question)).OrderBy(group => group.Key)) sums.Add(Sum(group.Select(row => row.Entry), value, isRest, question.Span is null ? null : group.Key));
        }
    }

    private static DateTimeOffset Floor(DateTimeOffset time, LogSumQuestion question)
    {
        if (question.Span is not { } span) return DateTimeOffset.UnixEpoch;
        var since = (time - DateTimeOffset.UnixEpoch + question.Offset).Ticks;
        return DateTimeOffset.UnixEpoch - question.Offset + new TimeSpan(since - (since % span.Ticks));
    }

    private static double SizeOf(LogSum sum, LogOrder order) => order switch { LogOrder.Cost => (double)sum.Picodollars, LogOrder.Tokens => sum.InputTokens + sum.OutputTokens, LogOrder.Last => sum.Last, _ => sum.Requests };

    private static LogSum Sum(IEnumerable<LogEntry> entries, string? value, bool isRest, DateTimeOffset? from)
    {
        var sum = new LogSum { Value = value, IsRest = isRest, From = from };
        foreach (var entry in entries)
        {
            sum.Requests++;
            sum.Errors += entry.IsError ? 1 : 0;
            sum.Abandoned += entry.Status == 499 ? 1 : 0;
            sum.Picodollars += LogNumber.Cost.Of(entry) ?? 0;
            sum.InputTokens += entry.InputTokens ?? 0;
            sum.CacheReadTokens += entry.CacheReadTokens ?? 0;
            sum.OutputTokens += entry.OutputTokens ?? 0;
            sum.Attempts += entry.Attempts.Count;
            sum.Unrated += entry.Unrated;
            sum.First = Math.Min(sum.First, entry.Time.ToUnixTimeMilliseconds());
            sum.Last = Math.Max(sum.Last, entry.Time.ToUnixTimeMilliseconds());
            sum.Duration.Add(LogNumber.Duration.Of(entry) ?? 0, isClassed: true);
            if (LogNumber.FirstToken.Of(entry) is { } first) sum.FirstToken.Add(first, isClassed: true);
            sum.Overhead.Add(LogNumber.Overhead.Of(entry) ?? 0, isClassed: true);
        }

        return sum;
    }

    public Task<IReadOnlyList<LogFacet>> FacetsAsync(LogFilter filter, IReadOnlyList<LogDimension> dimensions, int most, CancellationToken cancel) => Task.FromResult<IReadOnlyList<LogFacet>>(
    [
        .. dimensions.Select(dimension =>
        {
            var values = Rows(filter).SelectMany(pair => dimension.Of(pair.Entry) is { Count: > 0 } some ? some : [null!]).GroupBy(value => value ?? "\0")
                .Select(group => KeyValuePair.Create(group.Key == "\0" ? null : group.Key, group.LongCount())).OrderByDescending(pair => pair.Value).ToList();
            return new LogFacet(dimension, [.. values.Take(most)], values.Count > most);
        }),
    ]);

    public Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([.. _records.SelectMany(record => record.Entry.Custom).Select(pair => pair.Key).Distinct().Order()]);

    public Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel) => Task.FromResult(_records.Find(record => record.Entry.Id == id)?.Entry);

    public Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel) => Task.FromResult(_records.Find(record => record.Entry.Id == id)?.Content);

    public Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => throw new NotSupportedException();

    public Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel) => throw new NotSupportedException();

    public Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => Task.FromResult(_records.RemoveAll(record => ids.Contains(record.Entry.Id)));

    public Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<LogExtent> ExtentAsync(CancellationToken cancel) => Task.FromResult(new LogExtent(_records.Count, 0, _records.Count == 0 ? null : _records.Min(record => record.Entry.Time)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
