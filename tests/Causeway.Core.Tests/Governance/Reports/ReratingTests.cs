using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Tests.Governance.Ledger;

namespace Causeway.Core.Tests.Governance.Reports;

/// <summary>The ledger at other prices. The expected amounts are worked out by hand.</summary>
public sealed class ReratingTests
{
    private const string Overrides = """
        {"providers": {"openai": {"keys": [{"name": "main", "value": "k"}]}},
         "governance": {"virtual_keys": [{"name": "Ada", "id": "vk-ada", "value": "s"}], "pricing_overrides": [
          {"pattern": "m", "price": {"input": 2, "output": 8, "cacheRead": 0.5, "cacheWrite": 2.5, "cacheWrite1h": 4}},
          {"pattern": "m", "virtual_key_id": "Ada", "price": {"input": 1, "output": 4, "cacheWrite1h": 1}},
          {"pattern": "m", "provider_key_id": "main", "price": {"output": 10}},
          {"pattern": "fine", "price": {"input": 0.1234567, "output": 0}}]}}
        """;

    private static GatewayConfig Config()
    {
        var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes(Overrides), "test", _ => null);
        Assert.Empty(load.Errors);
        return load.Config!;
    }

    private static LedgerEntry Entry(int number, string model = "m", decimal? dollars = 1) => Rows.Plain(number) with
    {
        Provider = "openai", Model = model, InputTokens = 1000, CacheReadTokens = 100, CacheWriteTokens = 50, CacheWriteHourTokens = 20, OutputTokens = 10, Dollars = dollars, PriceVersion = "old",
    };

    private static async Task<TestStore> StoreAsync(params LedgerEntry[] entries)
    {
        var store = new TestStore();
        await store.AddAsync(entries, TestContext.Current.CancellationToken);
        return store;
    }

    private static Task<Rerated> RunAsync(TestStore store, bool isDry = false) =>
        new Rerating(Config()).RunAsync(store, new LedgerFilter(), isDry, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Each_entry_costs_what_the_narrowest_price_says_and_without_one_it_stays()
    {
        LedgerEntry[] before =
        [
            Entry(0), Entry(1) with { VirtualKey = "vk-ada" }, Entry(2) with { VirtualKey = "gone" }, Entry(3, dollars: null), Entry(4, "fine"),
            Entry(5) with { Key = "main" }, Entry(6, "unheard-of"), Entry(7) with { OutputTokens = null },
        ];
        await using var store = await StoreAsync(before);
        var result = await RunAsync(store);
        const decimal Usual = 0.001985m;   // (850 * 2 + 100 * 0.5 + 30 * 2.5 + 20 * 4 + 10 * 8) / 1,000,000
        const decimal Adas = 0.00104m;     // (1000 * 1 + 10 * 4) / 1,000,000: what of a cache she has no price for costs as input
        var after = store.Entries;
        Assert.Equal([Usual, Adas, Usual, Usual], after[..4].Select(entry => entry.Dollars!.Value));
        Assert.DoesNotContain("old", after[..4].Select(entry => entry.PriceVersion));
        Assert.Equal(before[4..], after[4..]);   // an hour's cache without a price; a key whose price has no input; no price; no usage
        Assert.Equal(new Rerated { Entries = 8, Changed = 4, Unknown = 1, Unpriced = 4, Before = 3, After = (3 * Usual) + Adas }, result);
    }

    [Fact]
    public async Task The_difference_is_that_of_the_rows_also_where_an_amount_is_rounded()
    {
        await using var store = await StoreAsync(Entry(0, "fine") with { CacheReadTokens = null, CacheWriteTokens = null, CacheWriteHourTokens = null, InputTokens = 7 }, Entry(1, "fine", 0.5m) with { CacheWriteHourTokens = 0 });
        var result = await RunAsync(store);
        Assert.Equal([0.000000864197m, 0.000123456700m], store.Entries.Select(entry => entry.Dollars!.Value));   // 7 * 0.1234567 = 0.8641969 of a millionth
        Assert.Equal((1.5m, store.Entries.Sum(entry => entry.Dollars!.Value)), (result.Before, result.After));
    }

    [Fact]
    public async Task What_has_todays_price_is_left_and_a_second_time_changes_nothing()
    {
        await using var store = await StoreAsync(Entry(0), Entry(1));
        Assert.Equal(2, (await RunAsync(store)).Changed);
        var after = store.Entries;
        Assert.Equal(new Rerated { Entries = 2 }, await RunAsync(store));
        Assert.Equal(after, store.Entries);
        Assert.Equal([2], store.Ratings);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        await using var store = await StoreAsync(Entry(0), Entry(1, dollars: null));
        var before = store.Entries;
        var dry = await RunAsync(store, isDry: true);
        Assert.Equal(before, store.Entries);
        Assert.Empty(store.Ratings);
        Assert.Equal(dry, await RunAsync(store));
    }

    [Theory]
    [InlineData(999, 1)]
    [InlineData(1000, 1)]
    [InlineData(2500, 3)]
    public async Task Entries_are_rated_a_thousand_at_a_time_and_each_once(int count, int batches)
    {
        await using var store = await StoreAsync([.. Enumerable.Range(0, count).Select(i => Entry(i))]);
        Assert.Equal(count, (await RunAsync(store)).Changed);
        Assert.Equal((batches, count), (store.Ratings.Count, store.Ratings.Sum()));
        Assert.InRange(store.Ratings.Max(), 1, Rerating.Batch);
    }

    [Fact]
    public async Task A_catalogued_model_is_rated_by_the_catalogue()
    {
        await using var store = await StoreAsync(Entry(0, "gpt-4o") with { CacheReadTokens = 0, CacheWriteTokens = 0, CacheWriteHourTokens = 0, InputTokens = 1_000_000, OutputTokens = 0 });
        var price = Config().Catalog.Find("openai", "gpt-4o")!.Price!;
        await RunAsync(store);
        Assert.Equal((price.Input, price.Version), (store.Entries[0].Dollars, store.Entries[0].PriceVersion));
    }
}
