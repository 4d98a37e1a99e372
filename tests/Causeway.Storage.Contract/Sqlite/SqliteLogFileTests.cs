using Causeway.Core.Recording.Log;
using Causeway.Storage.Contract.Logs;
using Causeway.Storage.Logs.Sqlite;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Sqlite;

/// <summary>A log's file that cannot be written says so and goes on later; what was killed between writing and sealing is sealed at the next start.</summary>
public sealed class SqliteLogFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    private Task<SqliteLogStore> OpenAsync(double seconds = 5) => SqliteLogStore.OpenAsync(_folder["logs.db"], TimeSpan.FromSeconds(seconds), Cancel);

    [Theory]
    [InlineData("PRAGMA max_page_count = 1", "the disk is full")]
    [InlineData("PRAGMA query_only = 1", "cannot be written")]
    public async Task A_full_disk_or_a_file_that_cannot_be_written_is_told_and_nothing_is_half_there(string pragma, string told)
    {
        var store = await OpenAsync();
        var entries = LogEntries.Random(31, 20_000, TimeSpan.FromSeconds(1));
        await store.AddAsync(entries.Take(8000));
        await ExecuteAsync(store, pragma);
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => store.AddAsync(entries.Skip(8000)));
        Assert.Contains("logs.db: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        await AssertAllAsync(store, entries[..8000]);
        await store.DisposeAsync();
        await using var mended = await OpenAsync();
        await mended.AddAsync(entries.Skip(8000));
        await AssertAllAsync(mended, entries);
    }

    [Fact]
    public async Task A_file_locked_by_another_is_waited_for_and_then_told()
    {
        await using var store = await OpenAsync(0.2);
        await using var other = await OpenAsync();
        await other.AddAsync(Number(0));
        var (locked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = other.Database.WriteAsync((_, _) => { locked.SetResult(); release.Task.GetAwaiter().GetResult(); return 0; }, Cancel);
        await locked.Task;
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => store.AddAsync(Number(1)));
        Assert.Contains("locked by another process", failure.Message, StringComparison.Ordinal);
        Assert.Single(await store.ListAsync());   // reading is not disturbed
        release.SetResult();
        await holding;
        await store.AddAsync(Number(1));
        Assert.Equal(2, (await other.ListAsync()).Count);   // what another process wrote is seen, too
    }

    [Fact]
    public async Task What_was_written_but_not_sealed_when_the_process_was_killed_is_sealed_at_the_next_start()
    {
        var entries = LogEntries.Random(32, 20_000, TimeSpan.FromSeconds(1));
        await using (var store = await OpenAsync())
        {
            await store.AddAsync(entries);
            await store.Database.WriteAsync((session, _) =>
            {
                foreach (var table in (string[])["log_blocks WHERE block >= 1", "log_columns WHERE place & 4294967295 >= 1"]) session.Once($"DELETE FROM {table}");
                session.Once("UPDATE log_state SET open = 1");   // as it is between the two transactions
                return 0;
            }, Cancel);
        }

        await using var after = await OpenAsync();
        Assert.Equal(2, await after.Database.ReadAsync(session => session.Raw("SELECT count(*) FROM log_blocks") is var count && count.Step() ? count.Int64(0) : 0, Cancel));
        await AssertAllAsync(after, entries);
    }

    [Fact]
    public async Task People_can_read_it_by_the_view_of_requests()
    {
        await using var store = await OpenAsync();
        await store.AddAsync(Full);
        var text = await store.Database.ReadAsync(session =>
        {
            var row = session.Raw("SELECT id, time, provider, model, status, tool, custom, duration_ms, dollars FROM requests");
            Assert.True(row.Step());
            var found = string.Join('|', Enumerable.Range(0, 9).Select(row.Text));
            row.Reset();
            return found;
        }, Cancel);
        Assert.Equal("ffffffff-ffff-7fff-bfff-ffffffffffff|2026-11-26T12:00:00.007Z|anthropic|claude-opus-4-6|529|Bash, Read, Grüße, 世界 \U0001F680|feature=a, \"b\" [1], other=x|1234.567|1234.56789012346", text);
    }

    [Fact]
    public async Task Deleting_what_is_old_holds_up_no_writer_for_long_and_its_space_is_used_again()
    {
        await using var store = await OpenAsync();
        await store.AddAsync(LogEntries.Random(33, 40_000, TimeSpan.FromSeconds(1)));
        var before = await store.ExtentAsync(Cancel);
        await store.TrimAsync(new LogRetention(TimeSpan.Zero, null, null), Noon.AddDays(10), Cancel);
        Assert.InRange((await store.ExtentAsync(Cancel)).Bytes, 0, before.Bytes / 4);   // names stay
        await store.AddAsync(LogEntries.Random(34, 40_000, TimeSpan.FromSeconds(1)));
        Assert.InRange((await store.ExtentAsync(Cancel)).Bytes, before.Bytes * 3 / 4, before.Bytes * 5 / 4);
        Assert.InRange(new FileInfo(_folder["logs.db"]).Length, 0, before.Bytes * 5 / 4);
    }

    private static async Task AssertAllAsync(SqliteLogStore store, List<LogEntry> entries)
    {
        var question = new LogSumQuestion(LogFilter.All) { By = Dimension("model"), Span = TimeSpan.FromHours(1) };
        Assert.Equal(new LogNaive(entries).Sums(question), (await store.SumAsync(question, Cancel)).Select(LogNaive.Text).Order(StringComparer.Ordinal));
        Equal(entries, await store.ListAsync());
    }

    private static Task<int> ExecuteAsync(SqliteLogStore store, string pragma) => store.Database.WriteAsync((session, _) =>
    {
        session.Once(pragma);
        return 0;
    }, Cancel);
}
