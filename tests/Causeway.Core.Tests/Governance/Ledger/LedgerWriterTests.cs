using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance.Ledger;

public sealed class LedgerWriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private LedgerWriter Open(ILedgerStore? store, long segmentBytes = 4 << 20) =>
        new(new Journal(_folder.Path, NullLogger.Instance) { SegmentBytes = segmentBytes }, store, TimeProvider.System, NullLogger.Instance) { StopWithin = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task Entries_go_to_the_database_in_order_and_in_batches()
    {
        var (store, entries) = (new TestStore(), Rows.Some(5000));
        await using (var writer = Open(store))
        {
            foreach (var entry in entries) writer.Append([entry]);
            await store.HasAsync(5000);
            Assert.Equal(entries, store.Entries);
            Assert.InRange(store.Writes, 5, 50);
            Assert.InRange(store.LargestWrite, 100, LedgerWriter.LargestBatch);
            for (var i = 0; i < 100 && writer.Status.Pending > 0; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.Equal(new LedgerStatus(0, 0, null) { Moved = 5000 }, writer.Status);
        }

        Assert.Empty(_folder.Segments);
        Assert.Equal(0, store.Repeated);
    }

    [Fact]
    public async Task What_is_left_when_it_stops_is_written_then()
    {
        var store = new TestStore();
        await using (var writer = Open(store)) writer.Append(Rows.Some(3000));
        Assert.Equal(Rows.Some(3000), store.Entries);
        Assert.Empty(_folder.Segments);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_write_fails_once_nothing_is_lost_or_there_twice(bool writesNevertheless)
    {
        for (var nth = 1; nth <= 8; nth++)
        {
            var failing = nth;
            var store = new TestStore { Fails = write => write == failing, WritesNevertheless = writesNevertheless };
            await using (var writer = Open(store, segmentBytes: 100_000))
            {
                writer.Append(Rows.Some(2500));
                await Task.Delay(20, TestContext.Current.CancellationToken);
                writer.Append(Rows.Some(2500, from: 2500));
                await store.HasAsync(5000);
            }

            Assert.Equal(Rows.Some(5000), store.Entries);
            Assert.Empty(_folder.Segments);
        }
    }

    [Fact]
    public async Task From_whichever_write_on_it_fails_for_ever_the_next_start_brings_the_rest()
    {
        for (var nth = 1; nth <= 6; nth++)
        {
            var failing = nth;
            var store = new TestStore { Fails = write => write >= failing, WritesNevertheless = nth % 2 == 0 };
            await using (var writer = Open(store, segmentBytes: 100_000))
            {
                for (var i = 0; i < 50; i++) writer.Append(Rows.Some(100, from: i * 100));
                for (var i = 0; i < 100 && writer.Status.Failed == 0; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
                Assert.True(writer.Status is { Failed: > 0, Pending: > 0, Problem: "database is locked" }, $"{nth}: {writer.Status}");
            }

            store.Fails = _ => false;
            await using (Open(store)) await store.HasAsync(5000);
            Assert.Equal(Rows.Some(5000), store.Entries);
            Assert.Empty(_folder.Segments);
        }
    }

    [Fact]
    public async Task A_database_that_hangs_does_not_keep_the_gateway_from_stopping()
    {
        var store = new TestStore { Hangs = true };
        await using (var writer = Open(store)) writer.Append(Rows.Some(10));
        Assert.Empty(store.Entries);
        store.Hangs = false;
        await using (Open(store)) await store.HasAsync(10);
        Assert.Equal(Rows.Some(10), store.Entries);
    }

    /// <summary>As after a kill: the files are as they were before entries were confirmed.</summary>
    [Fact]
    public async Task What_is_in_the_database_already_is_not_counted_again()
    {
        var store = new TestStore();
        using var copy = new TestFolder();
        await using (var writer = Open(store))
        {
            writer.Append(Rows.Some(100));
            foreach (var file in _folder.Segments) File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        }

        foreach (var file in copy.Segments) File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        await using (var writer = Open(store)) writer.Append(Rows.Some(1, from: 100));
        Assert.Equal(100, store.Repeated);
        Assert.Equal(Rows.Some(101), store.Entries);
    }

    [Fact]
    public async Task Without_a_database_they_stay_in_the_journal()
    {
        await using (var writer = Open(store: null))
        {
            writer.Append(Rows.Some(10));
            Assert.Equal(new LedgerStatus(10, 0, null), writer.Status);
        }

        Assert.Equal(Rows.Some(10), Journal.ReadAll(_folder.Path));
    }
}
