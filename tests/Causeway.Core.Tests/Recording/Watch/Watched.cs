using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>A watch over exchanges that tests make up.</summary>
internal sealed class Watched
{
    private readonly ExchangeWatch _watch;
    private readonly List<AlertEvent> _told = [];

    public Watched(params AlertRule[] rules)
    {
        Rules = rules;
        _watch = new ExchangeWatch(() => Rules, _told.Add, Time, NullLogger<ExchangeWatch>.Instance) { RestsWhole = Resting.Contains };
    }

    /// <summary>The rules that a section gives.</summary>
    public static Watched By(string section) => new([.. Read(section).Rules]);

    public static (IReadOnlyList<AlertRule> Rules, IReadOnlyList<string> Problems) Read(string section, bool hasTargets = false)
    {
        var problems = new ConfigProblems();
        var rules = AlertRuleReader.Read(ConfigJson.Parse(Encoding.UTF8.GetBytes(section), "test", problems)!.Value["alert_rules"], hasTargets);
        return (rules, [.. problems.Errors.Select(problem => $"{problem}"), .. problems.Warnings.Select(problem => $"{problem}")]);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public IReadOnlyList<AlertRule> Rules { get; set; }

    public HashSet<string> Resting { get; } = [];

    /// <summary>What was told since this was asked last.</summary>
    public List<JsonNode> Told()
    {
        var told = _told.Select(Json).ToList();
        _told.Clear();
        return told;
    }

    public void Note(LogEntry entry, ExchangeDigest? digest = null) => _watch.Note(entry, digest);

    /// <summary>An exchange that is over now.</summary>
    public LogEntry Entry(int status = 200, string provider = "openai", string model = "m") => new()
    {
        Id = Guid.CreateVersion7(), Time = Time.GetUtcNow(), Dialect = "openai-chat", Asked = model, Provider = provider, Model = model, Key = "main", Status = status,
        Duration = TimeSpan.FromSeconds(1), Session = "s", VirtualKey = "vk", Team = "web",
        Attempts = [new LogAttempt(provider, model, "main", status, TimeSpan.FromSeconds(1), status == 200 ? null : "broken")],
    };

    public static string Kind(JsonNode told) => (string)told["type"]!;

    public static string Line(JsonNode told, params string[] members) => string.Join(" ", members.Select(member => told[member]?.ToJsonString().Trim('"') ?? "-"));

    private static JsonNode Json(AlertEvent happened)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            writer.WriteString("type", happened.Type);
            writer.WriteString("text", happened.ToString());
            happened.Write(writer);
            writer.WriteEndObject();
        }

        Assert.Contains(happened.Type, AlertEvent.Types);
        return JsonNode.Parse(memory.ToArray())!;
    }
}
