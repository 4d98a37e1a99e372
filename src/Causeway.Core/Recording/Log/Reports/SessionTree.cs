using System.Text.Json;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>A session as a tree: the main agent, the agents that it made, and so on, each with its requests in the order in which they began.</summary>
public sealed class SessionTree
{
    private const int Deepest = 20;   // agents below agents

    private SessionTree(string? agent) => Agent = agent;

    /// <summary>The agent's name; null: the main one.</summary>
    public string? Agent { get; }

    /// <summary>What it asked for itself.</summary>
    public List<LogEntry> Requests { get; } = [];

    /// <summary>The agents that it made, in the order in which they began.</summary>
    public List<SessionTree> Agents { get; } = [];

    /// <summary>What its own requests come to.</summary>
    public LogSum Own { get; } = new();

    /// <summary>What its requests and those of all agents below it come to.</summary>
    public LogSum Total { get; } = new();

    private string? Parent { get; set; }

    private DateTimeOffset Began { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Builds the tree of a session's rows. Agents whose maker is not known, who made each other or are too far below are the main one's.</summary>
    public static SessionTree Of(IEnumerable<LogEntry> entries)
    {
        var main = new SessionTree(null);
        var agents = new Dictionary<string, SessionTree>(StringComparer.Ordinal);
        foreach (var entry in entries.OrderBy(BeganAt).ThenBy(entry => entry.Id))
        {
            var node = entry.Agent is not { } name ? main : agents.TryGetValue(name, out var known) ? known : agents[name] = new SessionTree(name);
            node.Parent ??= entry.ParentAgent;
            node.Requests.Add(entry);
            node.Own.Add(entry);
            if (BeganAt(entry) < node.Began) node.Began = BeganAt(entry);
        }

        foreach (var node in agents.Values.OrderBy(node => node.Began)) MakerOf(node, agents, main).Agents.Add(node);
        foreach (var node in agents.Values.Append(main))
        {
            for (var above = node; above is not null; above = above == main ? null : MakerOf(above, agents, main)) node.Requests.ForEach(above.Total.Add);
        }

        return main;
    }

    /// <summary>All models of the requests here and below, the most used first.</summary>
    public IReadOnlyList<string> Models() => [.. All().Select(entry => entry.Model).OfType<string>().GroupBy(model => model).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key)];

    /// <summary>The requests here and below.</summary>
    public IEnumerable<LogEntry> All() => Requests.Concat(Agents.SelectMany(agent => agent.All()));

    /// <summary>Writes what is known of a session beside its tree: members of an object that the caller has begun.</summary>
    public static void WriteHead(Utf8JsonWriter writer, IReadOnlyList<LogEntry> entries)
    {
        var fields = new JsonFields(writer);
        fields.Text("name", Last(entry => entry.SessionName));
        fields.Text("repository", Last(entry => entry.Repository));
        fields.Text("branch", Last(entry => entry.Branch));
        fields.Text("client", Last(entry => entry.Client));

        string? Last(Func<LogEntry, string?> value) => entries.Select(value).LastOrDefault(text => text is not null);
    }

    /// <summary>Writes the members of the node.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var (fields, all) = (new JsonFields(writer), All().ToList());
        fields.Text("agent", Agent);
        fields.Texts("models", Models());
        fields.Text("began", all.Count == 0 ? null : TimeText.Of(all.Min(BeganAt)));
        fields.Text("ended", all.Count == 0 ? null : TimeText.Of(all.Max(entry => entry.Time)));
        fields.Millis("elapsed", all.Count == 0 ? null : all.Max(entry => entry.Time) - all.Min(BeganAt));
        WriteSum(writer, "total", Total);
        WriteSum(writer, "own", Own);
        writer.WriteStartArray("requests");
        foreach (var entry in Requests) LogFields.Write(writer, entry);
        writer.WriteEndArray();
        writer.WriteStartArray("agents");
        foreach (var agent in Agents)
        {
            writer.WriteStartObject();
            agent.Write(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSum(Utf8JsonWriter writer, string name, LogSum sum)
    {
        writer.WriteStartObject(name);
        LogSumFields.Write(writer, sum, withTimes: true);
        writer.WriteEndObject();
    }

    private static DateTimeOffset BeganAt(LogEntry entry) => entry.Time - entry.Duration;

    /// <summary>Who an agent hangs below: its maker, unless that is not known, or hangs too deep or below the agent itself.</summary>
    private static SessionTree MakerOf(SessionTree node, Dictionary<string, SessionTree> agents, SessionTree main)
    {
        if (node.Parent is not { } name || !agents.TryGetValue(name, out var maker)) return main;
        var above = maker;
        for (var steps = 0; above.Parent is { } next && agents.TryGetValue(next, out var further); above = further)
        {
            if (++steps == Deepest) return main;
        }

        return maker;
    }
}
