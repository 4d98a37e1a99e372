using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Contract.Logs;

/// <summary>Rows of the log to store.</summary>
internal static class LogEntries
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A plain row, one a second from noon on; ids ascend with the numbers.</summary>
    public static LogEntry Number(int number) => new()
    {
        Id = Guid.CreateVersion7(Noon.AddSeconds(number)),
        Time = Noon.AddSeconds(number),
        Dialect = "openai-chat",
        Provider = "openai",
        Model = "gpt-4o",
        Asked = "gpt-4o",
        Status = 200,
        Duration = TimeSpan.FromMilliseconds(100 + number),
        InputTokens = 10,
        OutputTokens = number,
        Dollars = 0.25m,
        Attempts = [new LogAttempt("openai", "gpt-4o", null, 200, TimeSpan.FromMilliseconds(90))],
    };

    public static List<LogEntry> Many(int count) => [.. Enumerable.Range(0, count).Select(Number)];

    /// <summary>A row with all there is to say.</summary>
    public static LogEntry Full { get; } = new()
    {
        Id = Guid.Parse("ffffffff-ffff-7fff-bfff-ffffffffffff"),
        Time = Noon.AddMilliseconds(7),
        Dialect = "anthropic-messages",
        Provider = "anthropic",
        Model = "claude-opus-4-6",
        Asked = "opus",
        Key = "main",
        Status = 529,
        Error = "overloaded",
        Stop = "tool_use",
        Stream = true,
        VirtualKey = "vk-1",
        Team = "team-1",
        Customer = "customer-1",
        User = "user-1",
        Session = "session-1",
        Agent = "agent-1",
        ParentAgent = "agent-0",
        Client = "claude-cli/2.1.0",
        Repository = "causeway",
        Branch = "main",
        Rule = "cheap",
        SessionName = "the login",
        Losses = [new LogLoss("top_k", "there is none", 1, false), new LogLoss("cache_control", "there are none", 3, true)],
        Tools = ["Bash", "Read", "Grüße, 世界 \U0001F680"],
        Custom = [new("feature", "a, \"b\" [1]"), new("empty", ""), new("other", "x")],
        Duration = TimeSpan.FromMicroseconds(1_234_567),
        FirstToken = TimeSpan.FromMicroseconds(234_567),
        Overhead = TimeSpan.FromMicroseconds(89),
        InputTokens = 1_000_000_000_000,
        CacheReadTokens = 4,
        CacheWriteTokens = 3,
        OutputTokens = 0,
        ReasoningTokens = 1,
        Dollars = 1234.567890123456m,
        Unrated = 2,
        SavedDollars = -0.5m,
        RequestBytes = 54321,
        Attempts =
        [
            new LogAttempt("openai", "gpt-4o", "k", 500, TimeSpan.FromMicroseconds(77), "it \"broke\"") { InputTokens = 5, OutputTokens = 6, Dollars = 0.000001m },
            new LogAttempt("anthropic", "claude-opus-4-6", null, 529, TimeSpan.FromSeconds(3)),
        ],
        Route = "rule cheap → anthropic",
        Message = "overloaded",
        Path = "/v1/messages",
        UserAgent = "claude-cli/2.1.0 (external)",
        AnswerId = "msg_1",
        ContinuedBy = "openai/gpt-4o",
        IsRecovered = true,
    };

    /// <summary>A row of random values: few of some dimensions, many of others, and nothing of each now and then.</summary>
    public static LogEntry Random(Random random, int number, TimeSpan step)
    {
        string? Some(string name, int of, double none = 0.2) => random.NextDouble() < none ? null : $"{name}{(int)(of * random.NextDouble() * random.NextDouble())}";
        string[] List(string name, int of) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"{name}{random.Next(of)}").Distinct()];
        long? Tokens(int most) => random.Next(5) == 0 ? null : random.Next(most);
        var status = random.Next(20) switch { 0 => 429, 1 => 500, 2 => 499, _ => 200 };
        var time = Noon + (number * step) - TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(5000) : 0);
        return new LogEntry
        {
            Id = Guid.CreateVersion7(time),
            Time = time,
            Dialect = $"d{random.Next(3)}",
            Provider = Some("p", 4),
            Model = Some("m", 30),
            Asked = Some("a", 30) ?? "",
            Key = Some("k", 2),
            Status = status,
            Error = status >= 400 ? $"e{random.Next(3)}" : null,
            Stop = Some("stop", 3),
            Stream = random.Next(2) == 0,
            VirtualKey = Some("vk", 200),
            Team = Some("t", 20, 0.5),
            Customer = Some("c", 5, 0.9),
            User = Some("u", 100),
            Session = random.Next(5) == 0 ? null : $"s{number / 40}",
            Agent = Some("agent", 1000, 0.7),
            ParentAgent = Some("parent", 3, 0.99),
            Client = Some("client", 3),
            Repository = Some("r", 10),
            Branch = Some("b", 50),
            Rule = Some("rule", 2, 0.99),
            Losses = [.. List("l", 300).Select(path => new LogLoss(path, "why", 1, false))],
            Tools = List("t", 8),
            Custom = random.Next(3) == 0 ? [new("feature", $"f{random.Next(10)}"), new($"rare{random.Next(3)}", "x")] : [],
            Duration = TimeSpan.FromMicroseconds(random.NextInt64(1, 1L << random.Next(1, 40))),
            FirstToken = random.Next(2) == 0 ? null : TimeSpan.FromMicroseconds(random.Next(5_000_000)),
            Overhead = TimeSpan.FromMicroseconds(random.Next(300)),
            InputTokens = Tokens(200_000),
            CacheReadTokens = Tokens(100),
            CacheWriteTokens = Tokens(1000),
            OutputTokens = Tokens(8000),
            ReasoningTokens = random.Next(10) == 0 ? random.Next(1000) : null,
            Dollars = random.Next(10) == 0 ? null : random.Next(1_000_000) / 1_000_000m,
            Unrated = random.Next(20) == 0 ? random.Next(3) : 0,
            SavedDollars = random.Next(10) == 0 ? random.Next(-100, 100) / 1000m : null,
            RequestBytes = random.Next(1_000_000),
            Attempts = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new LogAttempt("p", "m", null, 200, TimeSpan.FromMilliseconds(3)))],
            Path = "/v1/messages",
        };
    }

    public static List<LogEntry> Random(int seed, int count, TimeSpan step)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => Random(random, number, step))];
    }

    public static LogDimension Dimension(string name) => LogDimension.TryFind(name, out var dimension) ? dimension : throw new ArgumentException(name);

    public static LogFilter Where(string dimension, params string?[] anyOf) => new() { Values = [new LogValueTest(Dimension(dimension), anyOf)] };

    public static Task AddAsync(this ILogStore store, params IEnumerable<LogEntry> entries) =>
        store.AddAsync([.. entries.Select(entry => new LogRecord(entry))], TestContext.Current.CancellationToken);

    public static async Task<List<LogEntry>> ListAsync(this ILogStore store, LogFilter? filter = null)
    {
        var list = new List<LogEntry>();
        await foreach (var entry in store.ReadAsync(filter ?? LogFilter.All, TestContext.Current.CancellationToken)) list.Add(entry);
        return list;
    }

    /// <summary>As a text, with all there is: records hold lists, which are not compared by what is in them.</summary>
    public static string Text(this LogEntry entry) => string.Join('|', entry with { Losses = [], Tools = [], Custom = [], Attempts = [] }, string.Join(',', entry.Losses), string.Join(',', entry.Tools), string.Join(',', entry.Custom), string.Join(',', entry.Attempts));

    public static void Equal(IEnumerable<LogEntry> expected, IEnumerable<LogEntry> actual) => Assert.Equal(expected.Select(Text), actual.Select(Text));
}
