using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// Brings the request log into agreement with the ledger: rows that were lost, when the gateway was killed or its log could not be written, are made anew of what
/// the ledger knows, and rows that cost something else than it says get its amount. So sums of the log are those of the ledger, to the last digit.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="log">The log.</param>
public sealed class LedgerCheck(ILedgerStore ledger, ILogStore log)
{
    private const int Batch = 500;

    /// <summary>Attempts of an exchange are written down within this time of each other.</summary>
    private static readonly TimeSpan LongestExchange = TimeSpan.FromHours(1);

    /// <summary>Checks the exchanges in the range of time that a filter of the ledger has.</summary>
    public Task<LedgerChecked> RunAsync(LedgerFilter filter, DateTimeOffset now, CancellationToken cancel) =>
        RunAsync(filter.From ?? DateTimeOffset.UnixEpoch + LongestExchange, filter.To ?? now, cancel);

    /// <summary>Checks exchanges of which entries were settled in a range of time.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment after the last: long enough ago that the log has written what was then.</param>
    /// <param name="cancel">Stops; what is mended stays.</param>
    public async Task<LedgerChecked> RunAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var done = new LedgerChecked(0, 0, 0);
        var open = new Dictionary<Guid, List<LedgerEntry>>();
        var ended = new List<List<LedgerEntry>>();
        var nextLook = from;
        await foreach (var entry in ledger.ReadAsync(new LedgerFilter { From = from - LongestExchange, To = to }, cancel))
        {
            if (!open.TryGetValue(entry.Exchange, out var entries)) open.Add(entry.Exchange, entries = []);
            entries.Add(entry);
            if (entry.Time < nextLook) continue;
            nextLook = entry.Time + TimeSpan.FromMinutes(1);
            foreach (var (id, old) in open.Where(pair => pair.Value[^1].Time < entry.Time - LongestExchange).ToList())
            {
                open.Remove(id);
                Add(old);
            }

            while (ended.Count >= Batch) done += await MendAsync(ended, cancel);
        }

        foreach (var old in open.Values) Add(old);
        while (ended.Count > 0) done += await MendAsync(ended, cancel);
        return done;

        void Add(List<LedgerEntry> entries)
        {
            if (entries[^1].Time >= from) ended.Add(entries);
        }
    }

    private async Task<LedgerChecked> MendAsync(List<List<LedgerEntry>> ended, CancellationToken cancel)
    {
        var some = ended.GetRange(0, Math.Min(Batch, ended.Count));
        ended.RemoveRange(0, some.Count);
        var known = await log.CostsAsync([.. some.Select(entries => entries[0].Exchange)], cancel);
        var (missing, wrong) = (new List<LogRecord>(), new List<LogRating>());
        foreach (var entries in some)
        {
            var should = CostOf(entries);
            if (!known.TryGetValue(should.Id, out var costs)) missing.Add(new LogRecord(Recover(entries, should)));
            else if (costs != should) wrong.Add(should);
        }

        if (missing.Count > 0) await log.AddAsync(missing, cancel);
        if (wrong.Count > 0) await log.RateAsync(wrong, cancel);
        return new LedgerChecked(some.Count, missing.Count, wrong.Count);
    }

    private static LogRating CostOf(List<LedgerEntry> entries)
    {
        var unrated = entries.Count(entry => entry.Dollars is null);
        var known = entries.Sum(entry => entry.Dollars ?? 0);
        return new LogRating(entries[0].Exchange, unrated == entries.Count ? null : known, unrated);
    }

    private static LogEntry Recover(List<LedgerEntry> entries, LogRating cost)
    {
        var last = entries[^1];
        return new LogEntry
        {
            Id = last.Exchange,
            Time = last.Time,
            Dialect = "",
            Provider = last.Provider,
            Model = last.Model,
            Asked = last.Asked,
            Key = last.Key,
            Status = last.Status,
            VirtualKey = last.VirtualKey,
            Team = last.Team,
            Customer = last.Customer,
            User = last.User,
            Duration = TimeSpan.Zero,
            InputTokens = Sum(entry => entry.InputTokens),
            CacheReadTokens = Sum(entry => entry.CacheReadTokens),
            CacheWriteTokens = Sum(entry => entry.CacheWriteTokens),
            OutputTokens = Sum(entry => entry.OutputTokens),
            ReasoningTokens = Sum(entry => entry.ReasoningTokens),
            Dollars = cost.Dollars,
            Unrated = cost.Unrated,
            Attempts = [.. entries.Select(entry => new LogAttempt(entry.Provider, entry.Model, entry.Key, entry.Status, TimeSpan.Zero) { InputTokens = entry.InputTokens, OutputTokens = entry.OutputTokens, Dollars = entry.Dollars })],
            IsRecovered = true,
        };

        long? Sum(Func<LedgerEntry, long?> count) => entries.Exists(entry => count(entry) is not null) ? entries.Sum(entry => count(entry) ?? 0) : null;
    }
}

/// <summary>What came of a check.</summary>
/// <param name="Exchanges">Exchanges that were looked at.</param>
/// <param name="Recovered">Of those, rows that were missing.</param>
/// <param name="Rated">Of those, rows that cost something else.</param>
public readonly record struct LedgerChecked(long Exchanges, long Recovered, long Rated)
{
    /// <summary>Both together.</summary>
    public static LedgerChecked operator +(LedgerChecked left, LedgerChecked right) =>
        new(left.Exchanges + right.Exchanges, left.Recovered + right.Recovered, left.Rated + right.Rated);
}
