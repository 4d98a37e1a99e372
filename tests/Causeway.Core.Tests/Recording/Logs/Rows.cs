using Causeway.Core.Recording.Log;

namespace Causeway.Core.Tests.Recording.Logs;

/// <summary>Rows of the log for tests.</summary>
internal static class Rows
{
    /// <summary>When tests take place.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A request that ended so many minutes before <see cref="Now"/>, and took two seconds.</summary>
    public static LogEntry Of(int minutesAgo, string provider = "openai", string model = "gpt-4o", decimal? dollars = 0.01m, int status = 200) => new()
    {
        Id = Guid.CreateVersion7(Now.AddMinutes(-minutesAgo)), Time = Now.AddMinutes(-minutesAgo), Dialect = "anthropic-messages", Provider = provider, Model = model, Asked = $"{provider}/{model}",
        Status = status, Error = status >= 400 ? "rate_limited" : null, Stream = true, Duration = TimeSpan.FromSeconds(2), FirstToken = TimeSpan.FromMilliseconds(500.25), Overhead = TimeSpan.FromMicroseconds(1234),
        InputTokens = 1000, CacheReadTokens = 750, OutputTokens = 300, Dollars = dollars, RequestBytes = 4096, Attempts = [new LogAttempt(provider, model, "first", status, TimeSpan.FromSeconds(1.5))],
    };

    /// <summary>The same in a session.</summary>
    public static LogEntry In(string session, int minutesAgo, string? agent = null, string? parent = null, string model = "gpt-4o") =>
        Of(minutesAgo, model: model) with { Session = session, Agent = agent, ParentAgent = parent };
}
