using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Tests.Governance.Ledger;

/// <summary>Entries of tests, each with another number.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);

    /// <summary>An entry with nothing that it need not have.</summary>
    public static LedgerEntry Plain(int number) => new()
    {
        Id = Guid.Parse($"01a0c450-6c7b-7000-8000-{number:x12}"), Exchange = Guid.Parse($"01a0c450-6c7b-7000-9000-{number / 2:x12}"), Time = Begin.AddMilliseconds(number),
        Provider = "openai", Model = "gpt-4o", Asked = $"openai/gpt-4o-{number}", Status = 200,
    };

    /// <summary>An entry with all that there is.</summary>
    public static LedgerEntry Full(int number) => Plain(number) with
    {
        VirtualKey = "vk", Team = "team", Customer = "", User = "Jürgen 📦", Key = "main", PriceVersion = "0123456789ab", Status = 499, IsEstimate = true,
        InputTokens = long.MaxValue, CacheReadTokens = 0, CacheWriteTokens = -1, CacheWriteHourTokens = 4, OutputTokens = number, ReasoningTokens = 6,
        Dollars = 12_345_678_901.234_567_890_123m,
    };

    public static List<LedgerEntry> Some(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(number => number % 2 == 0 ? Plain(number) : Full(number))];
}

/// <summary>A folder that is there as long as a test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("causeway-journal-").FullName;

    /// <summary>The journal's files, in order.</summary>
    public List<string> Segments => [.. Directory.EnumerateFiles(Path, "*.journal").Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
