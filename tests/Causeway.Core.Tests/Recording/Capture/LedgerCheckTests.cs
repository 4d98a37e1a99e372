using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Tests.Recording.Capture;

public sealed class LedgerCheckTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly TestStore _log = new();
    private readonly List<LedgerEntry> _ledger = [];

    private Guid Add(params (double Minutes, decimal? Dollars)[] attempts)
    {
        var id = Guid.CreateVersion7();
        foreach (var (minutes, dollars) in attempts)
        {
            _ledger.Add(new LedgerEntry
            {
                Id = Guid.CreateVersion7(Noon.AddMinutes(minutes)), Exchange = id, Time = Noon.AddMinutes(minutes), Provider = "openai", Model = "gpt-4o", Asked = "gpt", Status = 200, VirtualKey = "vk", InputTokens = 10, Dollars = dollars,
            });
        }

        return id;
    }

    private Task LogAsync(Guid id, decimal? dollars, int unrated) => _log.AddAsync(
        [new LogRecord(new LogEntry { Id = id, Time = Noon, Dialect = "openai-chat", Asked = "gpt", Status = 200, Duration = TimeSpan.FromSeconds(1), Dollars = dollars, Unrated = unrated })], TestContext.Current.CancellationToken);

    private Task<LedgerChecked> RunAsync(double from, double to) =>
        new LedgerCheck(new ListedLedger(_ledger), _log).RunAsync(Noon.AddMinutes(from), Noon.AddMinutes(to), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Rows_are_made_anew_and_amounts_are_mended()
    {
        var (right, wrong, lost, partly) = (Add((0, 0.5m)), Add((1, 0.25m), (2, 0.125m)), Add((3, 0.1m), (4, null)), Add((5, null)));
        await LogAsync(right, 0.5m, 0);
        await LogAsync(wrong, 0.25m, 0);
        await LogAsync(partly, null, 1);
        Assert.Equal(new LedgerChecked(4, 1, 1), await RunAsync(-1, 10));
        var rows = (await _log.WaitAsync(4)).ToDictionary(record => record.Entry.Id, record => record.Entry);
        Assert.Equal(0.375m, rows[wrong].Dollars);
        Assert.Equal((0.1m, 1, 20, true, "vk", 2), (rows[lost].Dollars!.Value, rows[lost].Unrated, rows[lost].InputTokens!.Value, rows[lost].IsRecovered, rows[lost].VirtualKey, rows[lost].Attempts.Count));
        Assert.Equal(_ledger.Sum(entry => entry.Dollars), rows.Values.Sum(entry => entry.Dollars));
        Assert.Equal(new LedgerChecked(4, 0, 0), await RunAsync(-1, 10));
    }

    [Fact]
    public async Task An_attempt_before_the_range_belongs_to_its_exchange_and_others_there_do_not_matter()
    {
        var across = Add((-10, 0.5m), (10, 0.25m));
        Add((-20, 7m));
        Add((30, 7m));
        Assert.Equal(new LedgerChecked(1, 1, 0), await RunAsync(0, 20));
        var row = Assert.Single(await _log.WaitAsync(1)).Entry;
        Assert.Equal((across, 0.75m), (row.Id, row.Dollars!.Value));
    }

    [Fact]
    public async Task Hours_of_many_exchanges_are_gone_through_in_batches()
    {
        for (var i = 0; i < 3000; i++) Add((i * 0.1, 0.001m));
        Assert.Equal(new LedgerChecked(3000, 3000, 0), await RunAsync(0, 1000));
        Assert.Equal(3m, (await _log.WaitAsync(3000)).Sum(record => record.Entry.Dollars));
    }

    private sealed class ListedLedger(List<LedgerEntry> entries) : ILedgerStore
    {
        public async IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.Yield();
            foreach (var entry in entries.Where(entry => entry.Time >= filter.From && entry.Time < filter.To).OrderBy(entry => entry.Id)) yield return entry;
        }

        public Task AddAsync(IReadOnlyList<LedgerEntry> more, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel) => throw new NotSupportedException();

        public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, DateTimeOffset? until, CancellationToken cancel) => throw new NotSupportedException();

        public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
