using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract;

/// <summary>What every store of the ledger must do. A class a database runs it, each test on a database of its own.</summary>
public abstract partial class LedgerContract : IAsyncLifetime
{
    private ILedgerStore? _store;

    protected ILedgerStore Store => _store!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's database, anew if it was open.</summary>
    protected abstract Task<ILedgerStore> OpenAsync();

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
        var bare = Entries.Number(0, dollars: null) with { VirtualKey = null, InputTokens = null, OutputTokens = null, PriceVersion = null };
        await Store.AddAsync(Entries.Full, bare);
        Assert.Equal([bare, Entries.Full], await Store.ListAsync());
        await ReopenAsync();
        Assert.Equal([bare, Entries.Full], await Store.ListAsync());
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond_in_UTC()
    {
        var local = new DateTimeOffset(2026, 11, 26, 14, 0, 0, 5, 7, TimeSpan.FromHours(2));
        await Store.AddAsync(Entries.Number(0) with { Time = local });
        var read = (await Store.ListAsync()).Single().Time;
        Assert.Equal((TimeSpan.Zero, Entries.Noon.AddMilliseconds(5)), (read.Offset, read));
    }

    [Fact]
    public async Task Entries_are_read_in_the_order_of_their_ids()
    {
        var ids = new[] { "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-0000000000ff", "00000000-0000-0000-0100-000000000000", "00000000-00ff-7000-8000-000000000000", "7fffffff-0000-7000-8000-000000000000", "80000000-0000-7000-8000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff" }.Select(Guid.Parse).ToList();
        await Store.AddAsync([.. ids.AsEnumerable().Reverse().Select(id => Entries.Number(0) with { Id = id })]);
        Assert.Equal(ids, (await Store.ListAsync()).Select(entry => entry.Id));
    }

    [Fact]
    public async Task What_is_there_already_is_left_as_it_is()
    {
        var entries = Entries.Many(3);
        await Store.AddAsync(entries, Cancel);
        await Store.AddAsync([entries[1] with { Dollars = 99 }, Entries.Number(3) with { Id = entries[2].Id }, Entries.Number(4)], Cancel);
        var read = await Store.ListAsync();
        Assert.Equal(entries, read[..3]);
        Assert.Equal(4, read.Count);
    }

    [Fact]
    public async Task The_first_of_an_id_within_one_call_counts()
    {
        var entry = Entries.Number(0);
        await Store.AddAsync(entry, entry with { Dollars = 7 });
        Assert.Equal([entry], await Store.ListAsync());
    }

    [Fact]
    public async Task Nothing_to_write_is_nothing()
    {
        await Store.AddAsync([], Cancel);
        Assert.Equal(0, await Store.RateAsync([], Cancel));
        Assert.Empty(await Store.ListAsync());
        Assert.Empty(await Store.SpendAsync(Entries.All));
        Assert.Empty(await Store.SpendAsync(Entries.All, LedgerDimension.Model));
        Assert.Empty(await Store.SumsAsync(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Of_entries_one_of_which_cannot_be_written_none_is()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.AddAsync(Entries.Number(0), Entries.Number(1) with { Model = null! }, Entries.Number(2)));
        Assert.Empty(await Store.ListAsync());
        await Store.AddAsync(Entries.Number(0));   // and the store goes on
        Assert.Single(await Store.ListAsync());
    }

    [Theory]
    [InlineData("Grüße, 世界, \U0001F680\u200D")]
    [InlineData("'; DROP TABLE ledger; --")]
    [InlineData("@p0 $1 ? :x {} % \\ \"")]
    [InlineData("")]
    [InlineData("  \t\r\n ")]
    public async Task Texts_are_kept_to_the_letter(string text)
    {
        var entry = Entries.Full with { VirtualKey = text, Team = text, Customer = text, User = text, Provider = text, Key = text, Model = text, Asked = text, PriceVersion = text };
        await Store.AddAsync(entry);
        Assert.Equal([entry], await Store.ListAsync(new LedgerFilter { Values = Enum.GetValues<LedgerDimension>().Where(d => d != LedgerDimension.Day).ToDictionary(d => d, _ => (string?)text) }));
    }

    [Fact]
    public async Task What_no_database_keeps_of_a_text_is_replaced_and_found_all_the_same()
    {
        await Store.AddAsync(Entries.Number(0) with { Asked = "a\0b\uD800c\U0001F680" });
        var filter = new LedgerFilter { Values = new Dictionary<LedgerDimension, string?> { [LedgerDimension.Asked] = "a\0b\uD800c\U0001F680" } };
        Assert.Equal("a\uFFFDb\uFFFDc\U0001F680", (await Store.ListAsync(filter)).Single().Asked);
    }

    [Fact]
    public async Task Long_texts_are_kept()
    {
        var entry = Entries.Number(0) with { Asked = new string('ß', 100_000), Model = Convert.ToHexString(RandomBytes(50_000)) };
        await Store.AddAsync(entry);
        Assert.Equal([entry], await Store.ListAsync());
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);   // so that nothing can compress them
        return bytes;
    }
}
