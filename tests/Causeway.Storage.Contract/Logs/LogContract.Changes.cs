using Causeway.Core.Recording.Log;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Logs;

/// <summary>What is changed or deleted is so in every answer.</summary>
public abstract partial class LogContract
{
    [Fact]
    public async Task Another_cost_is_in_all_answers_also_of_sealed_blocks()
    {
        var entries = LogEntries.Random(7, Rows, TimeSpan.FromSeconds(30));
        await Store.AddAsync(entries);
        await AssertSumsAsync(new LogNaive(entries), new LogSumQuestion(LogFilter.All));   // so that a picture of the open rows is there
        var ratings = new List<LogRating>();
        for (var i = 0; i < entries.Count; i += i < 8000 || i > 17_000 ? 777 : 100_000)
        {
            var dollars = i % 2 == 0 ? null : (decimal?)(i / 1000m);
            ratings.Add(new LogRating(entries[i].Id, dollars, i % 3));
            entries[i] = entries[i] with { Dollars = dollars, Unrated = i % 3 };
        }

        Assert.Equal(ratings.Count, await Store.RateAsync([.. ratings, new LogRating(Guid.NewGuid(), 1, 0)], Cancel));
        await AssertChangedAsync(new LogNaive(entries));
        await ReopenAsync();
        await AssertChangedAsync(new LogNaive(entries));
        Assert.Equal(2.5m, (await RateOneAsync(entries[^1].Id, 2.5m))!.Dollars);
        Assert.Null((await RateOneAsync(entries[0].Id, null))!.Dollars);
    }

    [Fact]
    public async Task Deleted_rows_are_in_no_answer_and_their_numbers_are_not_used_again()
    {
        var entries = LogEntries.Random(8, Rows, TimeSpan.FromSeconds(30));
        await Store.AddAsync(entries);
        var page = await Store.ListAsync(new LogListQuestion(LogFilter.All, 50), Cancel);
        var gone = entries.Where((_, i) => i % 1000 == 5 || i >= Rows - 30).Select(entry => entry.Id).ToHashSet();
        Assert.Equal(gone.Count, await Store.DeleteAsync([.. gone, Guid.NewGuid()], Cancel));
        entries.RemoveAll(entry => gone.Contains(entry.Id));
        await AssertChangedAsync(new LogNaive(entries));
        Assert.Null(await Store.FindAsync(gone.First(), Cancel));
        Assert.Empty(await Store.CostsAsync(gone, Cancel));
        var more = LogEntries.Random(18, 4000, TimeSpan.FromSeconds(30));
        await Store.AddAsync(more);
        entries.AddRange(more);
        await AssertChangedAsync(new LogNaive(entries));
        await ReopenAsync();
        await AssertChangedAsync(new LogNaive(entries));
        Assert.Equal(entries.Count, (await Store.ExtentAsync(Cancel)).Rows);
        var last = page.Entries[^1].Id;
        Assert.Equal(entries.TakeWhile(entry => entry.Id != last).Select(entry => entry.Id).Last(), (await Store.ListAsync(new LogListQuestion(LogFilter.All, 50) { After = page.Next }, Cancel)).Entries[0].Id);
    }

    [Fact]
    public async Task A_block_of_which_all_is_deleted_is_gone()
    {
        var entries = LogEntries.Random(9, Rows, TimeSpan.FromSeconds(1));
        await Store.AddAsync(entries);
        Assert.Equal(10_000, await Store.DeleteAsync([.. entries.Take(10_000).Select(entry => entry.Id)], Cancel));
        await AssertChangedAsync(new LogNaive(entries[10_000..]));
        Assert.Equal(10_000, await Store.DeleteAsync([.. entries.Select(entry => entry.Id)], Cancel));
        Assert.Equal(0, (await Store.ExtentAsync(Cancel)).Rows);
        await Store.AddAsync(Number(0));
        Equal([Number(0) with { Id = (await Store.ListAsync())[0].Id }], await Store.ListAsync());
    }

    [Fact]
    public async Task Old_rows_are_deleted_also_where_younger_ones_stand_before_them()
    {
        var entries = LogEntries.Random(10, Rows, TimeSpan.FromSeconds(30));
        var late = entries[12_000] = entries[12_000] with { Time = Noon.AddDays(-30), IsRecovered = true };
        await Store.AddAsync(entries);
        var now = Noon.AddDays(40);
        var cut = entries[9000].Time;
        var left = entries.Where(entry => entry.Time >= cut).ToList();
        Assert.DoesNotContain(late, left);
        Assert.Equal(new LogTrimmed(Rows - left.Count, 0), await Store.TrimAsync(new LogRetention(now - cut, null, null), now, Cancel));
        await AssertChangedAsync(new LogNaive(left));
        Assert.Equal(new LogTrimmed(0, 0), await Store.TrimAsync(new LogRetention(now - cut, null, null), now, Cancel));
        cut = entries[19_000].Time;
        left = [.. left.Where(entry => entry.Time >= cut)];
        await Store.TrimAsync(new LogRetention(now - cut, null, null), now, Cancel);
        await AssertChangedAsync(new LogNaive(left));
        Assert.Equal(left.Count, (await Store.ExtentAsync(Cancel)).Rows);
        await Store.TrimAsync(new LogRetention(TimeSpan.Zero, null, null), now, Cancel);
        Assert.Empty(await Store.ListAsync());
    }

    [Fact]
    public async Task When_it_is_too_large_the_oldest_goes()
    {
        var entries = LogEntries.Random(11, 40_000, TimeSpan.FromSeconds(30));
        await Store.AddAsync(entries);
        var before = await Store.ExtentAsync(Cancel);
        var trimmed = await Store.TrimAsync(new LogRetention(null, null, before.Bytes), Noon, Cancel);
        Assert.Equal(new LogTrimmed(0, 0), trimmed);
        trimmed = await Store.TrimAsync(new LogRetention(null, null, before.Bytes * 2 / 3), Noon, Cancel);
        var after = await Store.ExtentAsync(Cancel);
        Assert.InRange(trimmed.Rows, 8192, 39_000);
        Assert.InRange(after.Bytes, 1, before.Bytes * 2 / 3);
        Assert.Equal(40_000 - trimmed.Rows, after.Rows);
        await AssertChangedAsync(new LogNaive(entries[(int)trimmed.Rows..]));
    }

    private async Task<LogEntry?> RateOneAsync(Guid id, decimal? dollars)
    {
        Assert.Equal(1, await Store.RateAsync([new LogRating(id, 7, 0), new LogRating(id, dollars, 0)], Cancel));
        return await Store.FindAsync(id, Cancel);
    }

    private async Task AssertChangedAsync(LogNaive naive)
    {
        await AssertSumsAsync(naive, new LogSumQuestion(LogFilter.All));
        await AssertSumsAsync(naive, new LogSumQuestion(LogFilter.All) { By = Dimension("provider"), Span = TimeSpan.FromDays(1) });
        await AssertSumsAsync(naive, new LogSumQuestion(new LogFilter { Ranges = [new LogRangeTest(LogNumber.Cost, 500_000_000_000, null)] }));
        await AssertSumsAsync(naive, new LogSumQuestion(new LogFilter { Ranges = [new LogRangeTest(LogNumber.Unrated, 1, null)] }) { By = LogDimension.Custom("feature") });
        await AssertAsync(naive, LogFilter.All);
        await AssertAsync(naive, Where("tool", "t3"));
        foreach (var facet in await Store.FacetsAsync(LogFilter.All, Dimensions, 5000, Cancel))
            Assert.Equal(naive.Facet(LogFilter.All, facet.Dimension).OrderBy(pair => pair.Key), facet.Values.Select(pair => KeyValuePair.Create(pair.Key ?? "(none)", pair.Value)).OrderBy(pair => pair.Key));
        Equal(naive.Where(Where("model", "m3")), await Store.ListAsync(Where("model", "m3")));
    }
}
