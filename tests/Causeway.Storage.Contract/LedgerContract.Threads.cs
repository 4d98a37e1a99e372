using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract;

/// <summary>Several threads, and those that give up.</summary>
public abstract partial class LedgerContract
{
    [Fact]
    public async Task Eight_threads_write_the_same_and_their_own_while_others_read()
    {
        var common = Entries.Many(400);
        var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            for (var seen = 0; !stop.IsCancellationRequested;)
            {
                var count = (await Store.ListAsync()).Count;
                Assert.True(count >= seen && count % 20 == 0, $"{seen}, then {count}");   // whole batches
                seen = count;
            }
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var batch = 0; batch < 20; batch++)
            {
                var shared = common.Skip(batch * 20).Take(20).ToArray();
                random.Shuffle(shared);   // in another order on each thread
                await Store.AddAsync(shared, Cancel);
                await Store.AddAsync([.. Enumerable.Range(0, 20).Select(i => Entries.Number(batch) with { User = $"u{thread}" })], Cancel);
                await Store.RateAsync([.. shared.Select(entry => new LedgerRating(entry.Id, 1m, "again"))], Cancel);
            }
        })));
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal([(null, 400), .. Enumerable.Range(0, 8).Select(t => ((string?)$"u{t}", 400))], (await Store.SpendAsync(Entries.All, LedgerDimension.User)).Select(row => (row.Values[0], (int)row.Entries)).Order());
    }

    [Fact]
    public async Task Who_reads_sees_what_was_there_when_he_began()
    {
        await Store.AddAsync(Entries.Many(2000), Cancel);
        var count = 0;
        await foreach (var entry in Store.ReadAsync(Entries.All, Cancel))
        {
            if (count++ == 0) await Store.AddAsync(Entries.Number(90_000));
        }

        Assert.Equal(2000, count);
        Assert.Equal(2001, (await Store.ListAsync()).Count);
    }

    [Fact]
    public async Task Reading_may_be_left_at_any_time()
    {
        await Store.AddAsync(Entries.Many(2000), Cancel);
        for (var i = 0; i < 50; i++)
        {
            await foreach (var entry in Store.ReadAsync(Entries.All, Cancel))
            {
                if (entry.Status == 200) break;
            }
        }

        await Store.AddAsync(Entries.Number(90_000));
        Assert.Equal(2001, (await Store.ListAsync()).Count);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AddAsync(Entries.Many(1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.RateAsync([new(Guid.NewGuid(), 1, null)], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SpendAsync(Entries.All, [], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => { await foreach (var _ in Store.ReadAsync(Entries.All, cancelled)) { } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => { await foreach (var _ in Store.SumAsync(Entries.Noon, null, cancelled)) { } });
        Assert.Empty(await Store.ListAsync());
    }

    [Fact]
    public async Task What_is_cancelled_while_it_runs_is_there_as_a_whole_or_not_at_all()
    {
        var written = 0;
        for (var i = 0; i < 40; i++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(i / 2.0));
            try
            {
                await Store.AddAsync(Entries.Many(500), cancel.Token);
                written++;
            }
            catch (OperationCanceledException)
            {
            }

            var count = (await Store.ListAsync()).Count;
            Assert.True(count % 500 == 0 && count >= written * 500, $"{count} of {written} batches");
        }
    }

    [Fact]
    public async Task Reading_ends_when_it_is_cancelled_and_the_store_goes_on()
    {
        await Store.AddAsync(Entries.Many(3000), Cancel);
        using var cancel = new CancellationTokenSource();
        var read = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var entry in Store.ReadAsync(Entries.All, cancel.Token))
            {
                if (++read == 10) await cancel.CancelAsync();
            }
        });
        Assert.InRange(read, 10, 2999);
        Assert.Equal(3000, (await Store.ListAsync()).Count);
    }
}
