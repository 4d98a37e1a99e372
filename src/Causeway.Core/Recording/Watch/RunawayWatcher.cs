using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>Looks for agents that go round in circles: the same tool call again and again, or conversations that grow and bring nothing new.</summary>
internal sealed class RunawayWatcher(RunawayAgentRule rule, WatchTools tools) : IWatcher
{
    private const int MostAgents = 1000;
    private const int MostCalls = 256;   // of one agent that are remembered

    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    private readonly RecentMap<AgentName, Agent> _agents = new(MostAgents, Longest, tools.Time);

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        if (digest is null || entry.Session is not { } session || entry.IsError) return;
        var name = new AgentName(session, entry.Agent);
        var (agent, now) = (_agents.See(name), tools.Time.GetUtcNow());
        agent.Requests++;
        agent.Dollars += entry.Dollars ?? 0;
        var said = new Turn(digest.Turns.Count, HashOf(digest.Turns), digest.Results, digest.AnswerText);
        if (agent.Last is { } last && (last.Count, last.Hash) == (said.Count, said.Hash)) return;   // the client asked for the same once more
        var why = Repeats(agent, digest, now) ?? Stalls(agent, said);
        agent.Last = said;
        if (why is not { } reason || now < agent.QuietUntil) return;
        agent.QuietUntil = now + rule.CoolDown;
        tools.Post(new RunawayAlert(name, reason, now) { Requests = agent.Requests, Dollars = agent.Dollars, InputTokens = entry.InputTokens, VirtualKey = entry.VirtualKey, Model = entry.Provider is null ? null : $"{entry.Provider}/{entry.Model}" });
    }

    private static int HashOf(IReadOnlyList<ulong> turns)
    {
        var hash = new HashCode();
        foreach (var turn in turns) hash.Add(turn);
        return hash.ToHashCode();
    }

    private RunawayReason? Repeats(Agent agent, ExchangeDigest digest, DateTimeOffset now)
    {
        while (agent.Calls.TryPeek(out var old) && (now - old.Time > rule.Window || agent.Calls.Count >= Math.Max(MostCalls, rule.Calls))) agent.Calls.Dequeue();
        RunawayReason? found = null;
        foreach (var call in digest.Calls)
        {
            (agent.InARow, agent.LastCall) = (agent.LastCall is { } last && last.Equals(call) ? agent.InARow + 1 : 1, call);
            agent.Calls.Enqueue((now, call));
            if (agent.InARow >= rule.InARow) found ??= new RunawayReason(RunawayReason.InARow, call.Key, agent.InARow);
            else if (agent.Calls.Count >= rule.Calls && agent.Calls.Count(item => item.Call.Equals(call)) is var times && times >= rule.Calls) found ??= new RunawayReason(RunawayReason.InWindow, call.Key, times);
        }

        return found;
    }

    private RunawayReason? Stalls(Agent agent, Turn said)
    {
        var brings = agent.Last is not { } last || said.Count <= last.Count || said.Results == 0 || said.Results != last.Results || (said.Text != 0 && said.Text != last.Text);
        agent.Stalled = brings ? 0 : agent.Stalled + 1;
        return agent.Stalled >= rule.Stalled ? new RunawayReason(RunawayReason.NoProgress, null, agent.Stalled) : null;
    }

    /// <summary>What is remembered of a request: its turns, the results of tools in the last one, and the text of its answer.</summary>
    private readonly record struct Turn(int Count, int Hash, ulong Results, ulong Text);

    private sealed class Agent
    {
        public Queue<(DateTimeOffset Time, KeyValuePair<string, ulong> Call)> Calls { get; } = new();

        public KeyValuePair<string, ulong>? LastCall { get; set; }

        public Turn? Last { get; set; }

        public long InARow { get; set; }

        public long Stalled { get; set; }

        public long Requests { get; set; }

        public decimal Dollars { get; set; }

        public DateTimeOffset QuietUntil { get; set; } = DateTimeOffset.MinValue;
    }
}

/// <summary>An agent of a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Agent">The agent; null: the main one.</param>
internal readonly record struct AgentName(string Session, string? Agent)
{
    /// <summary>For people.</summary>
    public override string ToString() => Agent is null ? $"session '{Session}'" : $"agent '{Agent}' of session '{Session}'";
}
