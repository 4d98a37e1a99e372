using Causeway.Core.Recording.Log;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Logs;

/// <summary>What every store of the log must do. A class a database runs it, each test on a database of its own.</summary>
public abstract partial class LogContract : IAsyncLifetime
{
    private ILogStore? _store;

    protected ILogStore Store => _store!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's database, anew if it was open.</summary>
    protected abstract Task<ILogStore> OpenAsync();

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await OpenAsync();
    }

    [Fact]
    public async Task What_was_written_is_read_as_it_was_also_after_a_restart()
    {
        var bare = new LogEntry { Id = Guid.NewGuid(), Time = Noon, Dialect = "gemini", Asked = "", Status = 404, Duration = TimeSpan.Zero };
        await Store.AddAsync(bare, Full);
        Equal([bare, Full], await Store.ListAsync());
        await ReopenAsync();
        Equal([bare, Full], await Store.ListAsync());
        Equal([Full], [(await Store.FindAsync(Full.Id, Cancel))!]);
        Assert.Null(await Store.FindAsync(Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond_in_UTC_and_texts_without_what_no_database_keeps()
    {
        var local = new DateTimeOffset(2026, 11, 26, 14, 0, 0, 5, 7, TimeSpan.FromHours(2));
        await Store.AddAsync(Number(0) with { Time = local, Model = "a\0b\uD800c", Message = "x\0y", Custom = [new("k\0", "v\0")] });
        var read = (await Store.ListAsync(Where("model", "a\0b\uD800c"))).Single();
        Assert.Equal((TimeSpan.Zero, Noon.AddMilliseconds(5)), (read.Time.Offset, read.Time));
        Assert.Equal(("a\uFFFDb\uFFFDc", "x\uFFFDy", "k\uFFFD", "v\uFFFD"), (read.Model, read.Message, read.Custom[0].Key, read.Custom[0].Value));
    }

    [Theory]
    [InlineData("Grüße, 世界, \U0001F680\u200D")]
    [InlineData("'; DROP TABLE log; --")]
    [InlineData("@p0 $1 ? :x {} % \\ \"")]
    [InlineData("  \t\r\n ")]
    public async Task Texts_are_kept_to_the_letter(string text)
    {
        var entry = Full with { Provider = text, Model = text, Asked = text, Session = text, Losses = [new LogLoss(text, text, 1, false)], Tools = [text], Custom = [new(text, text)], Route = text, Message = text, UserAgent = text, Attempts = [new LogAttempt(text, text, text, 1, TimeSpan.Zero, text)] };
        await Store.AddAsync(Number(0), entry);
        Equal([entry], await Store.ListAsync(new LogFilter { Values = [new(Dimension("asked"), [text]), new(Dimension("tool"), [text]), new(LogDimension.Custom(text), [text])] }));
    }

    [Fact]
    public async Task What_is_there_already_is_left_as_it_is()
    {
        var entries = Many(3);
        await Store.AddAsync(entries);
        await Store.AddAsync(entries[1] with { Dollars = 99 }, Number(5), Number(6), entries[0]);
        var again = Number(7);
        await Store.AddAsync(again, again with { Model = "other" });
        var read = await Store.ListAsync();
        Equal(entries, read[..3]);
        Assert.Equal(6, read.Count);
        Equal([again], read[5..]);
        Assert.Equal(6, (await Store.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
    }

    [Fact]
    public async Task Nothing_is_nothing()
    {
        await Store.AddAsync([], Cancel);
        Assert.Empty(await Store.ListAsync());
        Assert.Empty((await Store.ListAsync(new LogListQuestion(LogFilter.All, 10), Cancel)).Entries);
        Assert.Equal(0, (await Store.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
        Assert.Empty(await Store.SumAsync(new LogSumQuestion(LogFilter.All) { Span = TimeSpan.FromHours(1) }, Cancel));
        Assert.Empty(await Store.SumAsync(new LogSumQuestion(LogFilter.All) { By = Dimension("model") }, Cancel));
        Assert.Empty((await Store.FacetsAsync(LogFilter.All, [Dimension("model")], 10, Cancel)).Single().Values);
        Assert.Empty(await Store.CustomDimensionsAsync(Cancel));
        Assert.Equal((0, 0), (await Store.RateAsync([], Cancel), await Store.DeleteAsync([], Cancel)));
        Assert.Equal(new LogTrimmed(0, 0), await Store.TrimAsync(new LogRetention(TimeSpan.FromDays(1), TimeSpan.FromDays(1), 1), Noon, Cancel));
        Assert.Equal((0, null), ((await Store.ExtentAsync(Cancel)).Rows, (await Store.ExtentAsync(Cancel)).First));
        Assert.Null(await Store.FindContentAsync(Guid.NewGuid(), Cancel));
        Assert.Empty(await Store.FindPiecesAsync([1], Cancel));
        Assert.Empty(await Store.CostsAsync([Guid.NewGuid()], Cancel));
    }

    [Fact]
    public async Task Of_rows_one_of_which_cannot_be_written_none_is()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.AddAsync(Number(0), Number(1) with { Model = "new", Attempts = null! }, Number(2)));
        Assert.Empty(await Store.ListAsync());
        await Store.AddAsync(Number(0) with { Model = "new" });   // and the store goes on
        Assert.Single(await Store.ListAsync(Where("model", "new")));
    }

    [Fact]
    public async Task Which_are_known_how_much_there_is_and_the_clients_own_dimensions()
    {
        var entries = Many(10);
        await Store.AddAsync(entries);
        await Store.AddAsync(Full);
        Assert.Equal([new LogRating(entries[3].Id, entries[3].Dollars, entries[3].Unrated), new LogRating(Full.Id, Full.Dollars, Full.Unrated)], (await Store.CostsAsync([entries[3].Id, Guid.NewGuid(), Full.Id], Cancel)).Values.OrderBy(cost => cost.Id));
        var extent = await Store.ExtentAsync(Cancel);
        Assert.Equal((11, Noon), (extent.Rows, extent.First));
        Assert.InRange(extent.Bytes, 1000, 10_000_000);
        Assert.Equal(["empty", "feature", "other"], (await Store.CustomDimensionsAsync(Cancel)).Order());
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.AddAsync(Number(0)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ListAsync());
    }
}
