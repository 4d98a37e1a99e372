using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract;

/// <summary>Entries to store.</summary>
internal static class Entries
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The entry of that number, one a second from noon on; ids ascend with the numbers.</summary>
    public static LedgerEntry Number(int number, decimal? dollars = 0.25m) => new()
    {
        Id = Guid.CreateVersion7(Noon.AddSeconds(number)),
        Exchange = Guid.CreateVersion7(Noon),
        Time = Noon.AddSeconds(number),
        VirtualKey = "vk",
        Provider = "openai",
        Model = "gpt-4o",
        Asked = "claude-opus-4-6",
        Status = 200,
        InputTokens = 10,
        OutputTokens = 3,
        Dollars = dollars,
        PriceVersion = "2026-11",
    };

    /// <summary>Entries 0, 1, 2 and so on.</summary>
    public static List<LedgerEntry> Many(int count) => [.. Enumerable.Range(0, count).Select(number => Number(number))];

    /// <summary>An entry with all there is to say.</summary>
    public static LedgerEntry Full { get; } = new()
    {
        Id = Guid.Parse("ffffffff-ffff-7fff-bfff-ffffffffffff"),
        Exchange = Guid.Parse("00000000-0000-0000-0000-000000000001"),
        Time = Noon.AddMilliseconds(1),
        VirtualKey = "vk-1",
        Team = "team-1",
        Customer = "customer-1",
        User = "user-1",
        Provider = "anthropic",
        Key = "main",
        Model = "claude-opus-4-6",
        Asked = "opus",
        Status = 499,
        InputTokens = 1_000_000_000_000,
        CacheReadTokens = 4,
        CacheWriteTokens = 3,
        CacheWriteHourTokens = 2,
        OutputTokens = 0,
        ReasoningTokens = 1,
        IsEstimate = true,
        Dollars = 1234.567890123456m,
        PriceVersion = "v'1\"",
    };

    public static readonly LedgerFilter All = new();

    public static async Task<List<LedgerEntry>> ListAsync(this ILedgerStore store, LedgerFilter? filter = null)
    {
        var list = new List<LedgerEntry>();
        await foreach (var entry in store.ReadAsync(filter ?? All, TestContext.Current.CancellationToken)) list.Add(entry);
        return list;
    }

    public static async Task<List<LedgerSum>> SumsAsync(this ILedgerStore store, DateTimeOffset since)
    {
        var list = new List<LedgerSum>();
        await foreach (var sum in store.SumAsync(since, null, TestContext.Current.CancellationToken)) list.Add(sum);
        return list;
    }

    public static Task AddAsync(this ILedgerStore store, params LedgerEntry[] entries) => store.AddAsync(entries, TestContext.Current.CancellationToken);

    public static Task<IReadOnlyList<SpendRow>> SpendAsync(this ILedgerStore store, LedgerFilter filter, params LedgerDimension[] by) =>
        store.SpendAsync(filter, by, TestContext.Current.CancellationToken);
}
