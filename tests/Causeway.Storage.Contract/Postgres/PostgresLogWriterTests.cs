using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Contract.Logs;
using Causeway.Storage.Logs;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Postgres;

/// <summary>Several gateways write to one log at a time.</summary>
public sealed class PostgresLogWriterTests(PostgresServer server) : IAsyncLifetime
{
    private readonly List<ILogStore> _nodes = [];
    private PostgresStoreConfig? _config;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _config = await server.CreateAsync();
        for (var i = 0; i < 3; i++) _nodes.Add(await LogStores.OpenAsync(_config, "/", CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await server.DropAsync(_config!.Database);
    }

    [Fact]
    public async Task Each_row_is_found_once_by_every_node_while_and_after_they_write()
    {
        var entries = LogEntries.Random(21, 30_000, TimeSpan.FromSeconds(10));
        var writing = Task.WhenAll(_nodes.Select((node, which) => Task.Run(async () =>
        {
            foreach (var batch in entries.Where((_, i) => i % 3 == which).Chunk(250)) await node.AddAsync(batch);
        }, Cancel)));
        var counts = new List<long>();
        while (!writing.IsCompleted) counts.Add((await _nodes[counts.Count % 3].SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
        await writing;
        Assert.Equal(counts.Order(), counts);
        await AssertAllAsync(entries);
        Assert.Equal("3", Assert.Single(await server.LinesAsync(_config!.Database, "SELECT open::text FROM log_state")));
    }

    [Fact]
    public async Task A_row_that_comes_after_others_with_higher_numbers_is_found_and_its_block_waits_for_it()
    {
        var entries = LogEntries.Random(22, 20_000, TimeSpan.FromSeconds(10));
        await _nodes[0].AddAsync(entries.Take(100));
        await using var late = await server.HoldAsync(_config!.Database, $"SELECT pg_current_xact_id()::text; INSERT INTO log (n, id, time, duration, status, outcome, detail, tx) SELECT nextval('log_n'), '{Guid.NewGuid()}', time, duration, status, outcome, detail, pg_current_xact_id()::text::bigint FROM log WHERE n = 0");
        foreach (var batch in entries.Skip(100).Chunk(1000)) await _nodes[1].AddAsync(batch);
        Assert.Equal("0", Assert.Single(await server.LinesAsync(_config.Database, "SELECT open::text FROM log_state")));   // nothing is sealed, and nobody waits
        foreach (var node in _nodes) Assert.Equal(20_000, (await node.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
        await late.CommitAsync(Cancel);
        foreach (var node in _nodes) Assert.Equal(20_001, (await node.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
        var more = 0;
        for (var open = "0"; open != "2" && more < 200; more++)   // transactions of other databases count, too: other tests run beside this one
        {
            await _nodes[2].AddAsync(Number(0) with { Id = Guid.NewGuid() });
            open = Assert.Single(await server.LinesAsync(_config.Database, "SELECT open::text FROM log_state"));
            if (open != "2") await Task.Delay(50, Cancel);
        }

        Assert.Equal("2", Assert.Single(await server.LinesAsync(_config.Database, "SELECT open::text FROM log_state")));
        foreach (var node in _nodes) Assert.Equal(20_001 + more, (await node.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
    }

    [Fact]
    public async Task What_one_node_changes_or_deletes_the_others_see_also_in_open_blocks()
    {
        var entries = LogEntries.Random(23, 10_000, TimeSpan.FromSeconds(10));
        await _nodes[0].AddAsync(entries);
        await AssertAllAsync(entries);
        entries[9999] = entries[9999] with { Dollars = 77 };
        entries[5] = entries[5] with { Dollars = 78 };
        await _nodes[1].RateAsync([new LogRating(entries[9999].Id, 77, entries[9999].Unrated), new LogRating(entries[5].Id, 78, entries[5].Unrated)], Cancel);
        await AssertAllAsync(entries);
        await _nodes[2].DeleteAsync([entries[9998].Id, entries[6].Id], Cancel);
        entries.RemoveAt(9998);
        entries.RemoveAt(6);
        await AssertAllAsync(entries);
    }

    [Fact]
    public async Task Nodes_that_add_the_same_rows_and_names_at_a_time_add_them_once()
    {
        var entries = LogEntries.Random(24, 6000, TimeSpan.FromSeconds(10));
        await Task.WhenAll(_nodes.Select((node, which) => Task.Run(async () =>
        {
            foreach (var batch in entries.Chunk(500)) await node.AddAsync(which == 1 ? batch.Reverse() : batch);
        }, Cancel)));
        await AssertAllAsync(entries);
    }

    private async Task AssertAllAsync(List<LogEntry> entries)
    {
        var question = new LogSumQuestion(LogFilter.All) { By = Dimension("virtual_key"), Span = TimeSpan.FromDays(1) };
        var expected = new LogNaive(entries).Sums(question);
        foreach (var node in _nodes)
        {
            Assert.Equal(expected, (await node.SumAsync(question, Cancel)).Select(LogNaive.Text).Order(StringComparer.Ordinal));
            Assert.Equal(entries.Select(entry => entry.Id).Order(), (await node.ListAsync()).Select(entry => entry.Id).Order());
        }
    }
}
