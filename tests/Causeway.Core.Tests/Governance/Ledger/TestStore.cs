using System.Runtime.CompilerServices;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Tests.Governance.Ledger;

/// <summary>A database in memory that fails as a test wants.</summary>
internal sealed class TestStore : ILedgerStore
{
    private readonly HashSet<Guid> _ids = [];
    private readonly List<LedgerEntry> _entries = [];

    /// <summary>Is asked before each write: true, it fails.</summary>
    public Func<int, bool> Fails { get; set; } = _ => false;

    /// <summary>A failing write has happened nevertheless: only its answer was lost.</summary>
    public bool WritesNevertheless { get; init; }

    /// <summary>A write never ends, unless it is cancelled.</summary>
    public bool Hangs { get; set; }

    public int Writes { get; private set; }

    public int LargestWrite { get; private set; }

    /// <summary>How many entries came a second time.</summary>
    public int Repeated { get; private set; }

    public List<LedgerEntry> Entries
    {
        get
        {
            lock (_entries) return [.. _entries];
        }
    }

    public async Task AddAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel)
    {
        await Task.Yield();
        if (Hangs) await Task.Delay(Timeout.Infinite, cancel);
        lock (_entries)
        {
            var fails = Fails(++Writes);
            LargestWrite = Math.Max(LargestWrite, entries.Count);
            if (!fails || WritesNevertheless)
            {
                foreach (var entry in entries)
                {
                    if (_ids.Add(entry.Id)) _entries.Add(entry);
                    else Repeated++;
                }
            }

            if (fails) throw new InvalidOperationException("database is locked");
        }
    }

    /// <summary>Waits until it has so many entries.</summary>
    public async Task HasAsync(int count)
    {
        for (var i = 0; i < 500 && Entries.Count < count; i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(count, Entries.Count);
    }

    /// <summary>How many entries each rating was of.</summary>
    public List<int> Ratings { get; } = [];

    /// <summary>What is answered when somebody asks what was spent.</summary>
    public IReadOnlyList<SpendRow> Spend { get; init; } = [];

    /// <summary>Knows only pages.</summary>
    public async IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        foreach (var entry in Entries.Where(entry => filter.After is not { } after || entry.Id > after).OrderBy(entry => entry.Id).Take(filter.Limit ?? int.MaxValue)) yield return entry;
    }

    public Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel) => Task.FromResult(Spend);

    public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, DateTimeOffset? until, CancellationToken cancel) => throw new NotSupportedException();

    public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel)
    {
        lock (_entries)
        {
            Ratings.Add(ratings.Count);
            foreach (var rating in ratings)
            {
                var at = _entries.FindIndex(entry => entry.Id == rating.Id);
                _entries[at] = _entries[at] with { Dollars = rating.Dollars, PriceVersion = rating.PriceVersion };
            }
        }

        return Task.FromResult(ratings.Count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
