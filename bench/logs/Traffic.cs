using System.Globalization;
using Causeway.Core.Recording.Log;

namespace Causeway.LogBench;

/// <summary>Made-up traffic of coding agents: sessions of about 40 requests, shares as Zipf has them, the same for the same seed.</summary>
internal sealed class Traffic(int seed, long rows, DateTimeOffset from, TimeSpan span, bool withText)
{
    private const int Open = 400;   // sessions at a time

    private static readonly string[] Dialects = ["anthropic-messages", "openai-chat", "openai-responses", "gemini"];
    private static readonly string[] Errors = ["rate_limited", "overloaded", "invalid_request", "upstream_timeout", "upstream_error"];
    private static readonly string[] Stops = ["tool_use", "end_turn", "max_tokens", "stop_sequence"];
    private static readonly string[] Tools = ["Bash", "Read", "Edit", "Grep", "Glob", "Write", "Task", "WebFetch", "TodoWrite", "WebSearch", "NotebookEdit", "mcp__github__search"];

    private readonly Random _random = new(seed);
    private readonly Session[] _sessions = new Session[Open];
    private readonly Zipf _models = new(30), _keys = new(200), _repositories = new(50), _tools = new(Tools.Length), _errors = new(Errors.Length), _words = new(20_000);
    private long _number;
    private int _sessionCount;

    /// <summary>The next rows.</summary>
    public List<LogRecord> Next(int count)
    {
        var records = new List<LogRecord>(count);
        for (var i = 0; i < count && _number < rows; i++) records.Add(Record());
        return records;
    }

    private LogRecord Record()
    {
        var time = from + (span * (_number++ / (double)rows));
        var at = _random.Next(Open);
        var session = _sessions[at] is { Left: > 0 } open ? open : _sessions[at] = Begin();
        session.Left--;
        var status = _random.Next(1000) switch { < 12 => 429, < 17 => 529, < 20 => 400, < 30 => 499, _ => 200 };
        var isError = status is not (200 or 499);
        var model = _random.Next(10) == 0 ? _models.Next(_random) : session.Model;
        session.Tokens = Math.Min(190_000, session.Tokens + _random.Next(4000));
        var (input, cached, output) = (session.Tokens, (int)(session.Tokens * 0.9), (int)Math.Exp(3 + (5 * _random.NextDouble())));
        var price = 1 + (model % 15);
        var agent = session.Agents > 0 && _random.Next(3) == 0 ? $"agent-{session.Number}-{_random.Next(session.Agents)}" : null;
        var duration = TimeSpan.FromMicroseconds((long)(Math.Exp(1.5 * Normal()) * 4_000_000) + 200_000);
        return new LogRecord(new LogEntry
        {
            Id = Guid.CreateVersion7(time),
            Time = time,
            Dialect = Dialects[session.Key % 7 == 0 ? 1 + (model % 3) : 0],
            Provider = $"provider-{model % 8}",
            Model = $"model-{model}-20260{model % 9}01",
            Asked = $"model-{model}",
            Key = model % 8 == 7 ? null : $"key-{_random.Next(2)}",
            Status = status,
            Error = isError ? Errors[_errors.Next(_random)] : null,
            Stop = status == 200 ? Stops[_random.Next(10) < 8 ? 0 : 1 + _random.Next(3)] : null,
            Stream = _random.Next(10) != 0,
            VirtualKey = $"vk-{session.Key:D3}",
            Team = $"team-{session.Key % 20}",
            Customer = session.Key % 5 == 0 ? $"customer-{session.Key % 11}" : null,
            User = $"user-{session.Key}",
            Session = session.Id,
            Agent = agent,
            ParentAgent = agent is null ? null : "main",
            Client = session.Key % 7 == 0 ? "openai-python/2.1" : $"claude-cli/2.1.{session.Key % 9}",
            Repository = $"repository-{session.Repository}",
            Branch = $"feature/{session.Repository}-{session.Branch}",
            Rule = _random.Next(20) == 0 ? "cheap-at-night" : null,
            Losses = _random.Next(50) == 0 ? [new LogLoss("cache_control", "the provider has none", 2, false), new LogLoss("top_k", "the provider has none", 1, false)] : [],
            Tools = status != 200 || _random.Next(4) == 0 ? [] : _random.Next(4) == 0 ? [Tools[_tools.Next(_random)], "Bash"] : [Tools[_tools.Next(_random)]],
            Custom = session.Key % 10 == 0 ? [new("feature", $"feature-{session.Branch}")] : [],
            Duration = duration,
            FirstToken = duration * (0.1 + (0.3 * _random.NextDouble())),
            Overhead = TimeSpan.FromMicroseconds(40 + _random.Next(200)),
            InputTokens = isError ? null : input,
            CacheReadTokens = isError ? null : cached,
            CacheWriteTokens = isError ? null : input - cached,
            OutputTokens = isError ? null : output,
            ReasoningTokens = model % 4 == 0 ? output / 2 : null,
            Dollars = isError ? 0 : ((cached * 0.1m) + (input - cached) + (output * 5)) * price / 1_000_000m,
            SavedDollars = null,
            RequestBytes = (4 * input) + _random.Next(1000),
            Attempts = [new LogAttempt($"provider-{model % 8}", $"model-{model}-20260{model % 9}01", "key-0", status, duration) { InputTokens = input, OutputTokens = output, Dollars = 0.0123m }],
            Route = $"model-{model}: provider-{model % 8}",
            Message = isError ? "the provider says: too many requests, please wait" : null,
            Path = "/v1/messages",
            UserAgent = "claude-cli/2.1.4 (external, cli)",
            AnswerId = string.Create(CultureInfo.InvariantCulture, $"msg_{_random.NextInt64():x16}"),
        }, withText ? new LogContent { Text = Text(), Parts = [new LogPart(LogPartKind.Answer, new byte[64])] } : null);
    }

    private Session Begin() => new(_sessionCount++, Id(), _models.Next(_random), _keys.Next(_random), _repositories.Next(_random), _random.Next(8), _random.Next(3) == 0 ? _random.Next(1, 5) : 0)
    {
        Left = 1 + (int)(-40 * Math.Log(1 - _random.NextDouble())),
        Tokens = 15_000 + _random.Next(10_000),
    };

    private string Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    /// <summary>About twenty words; word0 stands in every third text, the others are the rarer the higher their numbers.</summary>
    private string Text() => string.Join(' ', Enumerable.Range(0, 20).Select(_ => $"word{_words.Next(_random)}"));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private sealed record Session(int Number, string Id, int Model, int Key, int Repository, int Branch, int Agents)
    {
        public int Left { get; set; }

        public int Tokens { get; set; }
    }
}

/// <summary>Numbers from 0 on, of which the first is the most frequent and number n comes 1/(n+1) times as often.</summary>
internal sealed class Zipf
{
    private readonly double[] _sums;

    public Zipf(int count)
    {
        _sums = new double[count];
        for (var i = 0; i < count; i++) _sums[i] = (i == 0 ? 0 : _sums[i - 1]) + (1.0 / (i + 1));
    }

    public int Next(Random random)
    {
        var at = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
        return at >= 0 ? at : ~at;
    }
}
