using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract;

/// <summary>Filters, spending, sums and rating.</summary>
public abstract partial class LedgerContract
{
    private static LedgerFilter Only(LedgerDimension dimension, string? value) => new() { Values = new Dictionary<LedgerDimension, string?> { [dimension] = value } };

    private static string? ValueOf(LedgerEntry entry, LedgerDimension dimension) => dimension switch
    {
        LedgerDimension.VirtualKey => entry.VirtualKey,
        LedgerDimension.Team => entry.Team,
        LedgerDimension.Customer => entry.Customer,
        LedgerDimension.User => entry.User,
        LedgerDimension.Provider => entry.Provider,
        LedgerDimension.Key => entry.Key,
        LedgerDimension.Model => entry.Model,
        LedgerDimension.Asked => entry.Asked,
        _ => entry.Time.ToString("yyyy-MM-dd"),
    };

    /// <summary>Two hundred entries in which every dimension has several values and, where it can, none.</summary>
    private static List<LedgerEntry> Mixed()
    {
        var random = new Random(7);
        string? Some(string name) => random.Next(4) is > 0 and var n ? name + n : null;
        return
        [
            .. Enumerable.Range(0, 200).Select(i => Entries.Number(i * 997, random.Next(5) == 0 ? null : random.Next(1, 1000) / 1000m) with
            {
                VirtualKey = Some("vk"), Team = Some("team"), Customer = Some("customer"), User = Some("user"), Key = Some("key"),
                Provider = Some("p") ?? "p", Model = Some("m") ?? "m", Asked = Some("a") ?? "a",
                InputTokens = random.Next(3) == 0 ? null : random.Next(1000), OutputTokens = random.Next(1000),
            }),
        ];
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(3, 4, 1)]
    [InlineData(3.0001, 5, 1)]
    [InlineData(3, 3, 0)]
    [InlineData(9, 100, 1)]
    [InlineData(0, 3.0005, 4)]
    public async Task A_range_of_time_begins_with_its_first_moment_and_ends_before_its_last(double from, double to, int count)
    {
        await Store.AddAsync(Entries.Many(10), Cancel);
        var filter = new LedgerFilter { From = Entries.Noon.AddTicks((long)(from * 10_000_000)), To = Entries.Noon.AddTicks((long)(to * 10_000_000)) };
        Assert.Equal(count, (await Store.ListAsync(filter)).Count);
    }

    [Fact]
    public async Task The_widest_range_holds_all()
    {
        await Store.AddAsync(Entries.Many(10), Cancel);
        Assert.Equal(10, (await Store.ListAsync(new LedgerFilter { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue })).Count);
        Assert.Single(await Store.SumsAsync(DateTimeOffset.MinValue));
        Assert.Empty(await Store.SumsAsync(DateTimeOffset.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public async Task Entries_are_found_by_a_value_or_by_having_none(LedgerDimension dimension)
    {
        var entries = Mixed();
        await Store.AddAsync(entries, Cancel);
        foreach (var value in entries.Select(entry => ValueOf(entry, dimension)).Append(null).Append("nobody").Distinct())
            Assert.Equal(entries.Where(entry => ValueOf(entry, dimension) == value), await Store.ListAsync(Only(dimension, value)));
    }

    [Fact]
    public async Task All_that_a_filter_says_must_fit()
    {
        var entries = Mixed();
        await Store.AddAsync(entries, Cancel);
        var filter = new LedgerFilter
        {
            From = entries[20].Time,
            To = entries[180].Time,
            Values = new Dictionary<LedgerDimension, string?> { [LedgerDimension.VirtualKey] = "vk1", [LedgerDimension.Team] = null, [LedgerDimension.Day] = "2026-11-27" },
        };
        var expected = entries[20..180].Where(e => e is { VirtualKey: "vk1", Team: null } && ValueOf(e, LedgerDimension.Day) == "2026-11-27").ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await Store.ListAsync(filter));
        Assert.Equal(expected.Count, (await Store.SpendAsync(filter)).Single().Entries);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        var entries = Mixed();
        await Store.AddAsync(entries, Cancel);
        var filter = new LedgerFilter { From = entries[3].Time, Values = new Dictionary<LedgerDimension, string?> { [LedgerDimension.Provider] = "p1" }, Limit = 7 };
        var (read, page) = (new List<LedgerEntry>(), await Store.ListAsync(filter));
        for (; page.Count > 0; page = await Store.ListAsync(filter with { After = page[^1].Id }))
        {
            Assert.InRange(page.Count, 1, 7);
            read.AddRange(page);
        }

        Assert.Equal(entries[3..].Where(entry => entry.Provider == "p1"), read);
        Assert.Equal(read.Count, (await Store.SpendAsync(filter)).Single().Entries);
    }

    public static TheoryData<LedgerDimension> Dimensions => [.. Enum.GetValues<LedgerDimension>()];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public async Task Spending_by_a_dimension_is_what_its_entries_add_up_to(LedgerDimension dimension)
    {
        var entries = Mixed();
        await Store.AddAsync(entries, Cancel);
        AssertSpending(entries, [dimension], await Store.SpendAsync(Entries.All, dimension));
    }

    [Fact]
    public async Task Spending_by_three_dimensions_and_by_none()
    {
        var entries = Mixed();
        await Store.AddAsync(entries, Cancel);
        LedgerDimension[] three = [LedgerDimension.Day, LedgerDimension.VirtualKey, LedgerDimension.Model];
        AssertSpending(entries, three, await Store.SpendAsync(Entries.All, three));
        AssertSpending(entries, [], await Store.SpendAsync(Entries.All));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.SpendAsync(Entries.All, [.. three, LedgerDimension.Team]));
    }

    private static void AssertSpending(List<LedgerEntry> entries, LedgerDimension[] by, IReadOnlyList<SpendRow> actual)
    {
        var expected = entries.GroupBy(entry => string.Join('|', by.Select(d => ValueOf(entry, d) ?? "-"))).ToDictionary(
            group => group.Key,
            group => (group.LongCount(), group.Sum(e => e.Dollars ?? 0), group.LongCount(e => e.Dollars is null), group.Sum(e => e.InputTokens ?? 0), group.Sum(e => e.OutputTokens ?? 0)));
        Assert.Equal(expected, actual.ToDictionary(row => string.Join('|', row.Values.Select(v => v ?? "-")), row => (row.Entries, row.Dollars, row.Unrated, row.InputTokens, row.OutputTokens)));
        Assert.Equal(actual.Select(row => row.Dollars).OrderDescending(), actual.Select(row => row.Dollars));
    }

    [Fact]
    public async Task Sums_are_of_a_minute_and_of_who_paid_for_what()
    {
        var entries = Mixed().SelectMany(e => new[] { e, e with { Id = Guid.CreateVersion7(e.Time), Time = e.Time.AddSeconds(7), Key = "another" } }).ToList();
        await Store.AddAsync(entries, Cancel);
        var since = entries[100].Time;
        var expected = entries.Where(e => e.Time >= since)
            .GroupBy(e => new LedgerSum(Minute(e.Time), e.VirtualKey, e.Team, e.Customer, e.User, e.Provider, e.Model, 0, 0, 0))
            .Select(g => g.Key with { Dollars = g.Sum(e => e.Dollars ?? 0), InputTokens = g.Sum(e => e.InputTokens ?? 0), OutputTokens = g.Sum(e => e.OutputTokens ?? 0) });
        var actual = await Store.SumsAsync(since);
        Assert.Equal(expected.OrderBy(s => s.ToString(), StringComparer.Ordinal), actual.OrderBy(s => s.ToString(), StringComparer.Ordinal));
        Assert.Equal(actual.Select(s => s.Minute).Order(), actual.Select(s => s.Minute));

        static DateTimeOffset Minute(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }

    [Fact]
    public async Task Rating_changes_cost_and_version_of_the_entries_named_and_nothing_else()
    {
        var entries = Entries.Many(4);
        await Store.AddAsync(entries, Cancel);
        var changed = await Store.RateAsync([new(entries[0].Id, 1.5m, "new"), new(entries[2].Id, null, null), new(Guid.NewGuid(), 3m, "new")], Cancel);
        Assert.Equal(2, changed);
        Assert.Equal([entries[0] with { Dollars = 1.5m, PriceVersion = "new" }, entries[1], entries[2] with { Dollars = null, PriceVersion = null }, entries[3]], await Store.ListAsync());
    }

    [Fact]
    public async Task Of_several_ratings_of_an_entry_the_last_counts_once()
    {
        var entry = Entries.Number(0);
        await Store.AddAsync(entry);
        Assert.Equal(1, await Store.RateAsync([new(entry.Id, 1, "a"), new(entry.Id, 2, "b")], Cancel));
        Assert.Equal([entry with { Dollars = 2, PriceVersion = "b" }], await Store.ListAsync());
    }
}
