using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>Compares the share of the input that came from the prompt cache with that of the request before, of the same conversation of the same agent.</summary>
internal sealed class CacheWatcher(CacheRegressionRule rule, WatchTools tools) : IWatcher
{
    private const int MostAgents = 1000;
    private const int MostConversations = 3;   // that an agent has at a time: helpers with other prompts speak under its name
    private const int LeastAlike = 2;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly RecentMap<AgentName, Agent> _agents = new(MostAgents, Longest, tools.Time);

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        if (digest is null || entry.Session is not { } session || entry.IsError || entry.InputTokens is not { } input || input < rule.MinTokens) return;
        var name = new AgentName(session, entry.Agent);
        var (agent, now) = (_agents.See(name), tools.Time.GetUtcNow());
        var seen = new CacheUse(entry, digest, input);
        if (TakeBefore(agent, seen) is { } before && before.Share >= rule.From && seen.Share < rule.To && now >= agent.QuietUntil)
        {
            agent.QuietUntil = now + rule.CoolDown;
            tools.Post(new CacheAlert(name, entry.VirtualKey, before, seen, CacheCause.Find(before, seen, rule.CacheLife), now));
        }

        agent.Conversations.Insert(0, seen);
    }

    /// <summary>The last request of the conversation that a request goes on with, which takes its place; null: it is the first one.</summary>
    private static CacheUse? TakeBefore(Agent agent, CacheUse seen)
    {
        CacheUse? found = null;
        var most = LeastAlike - 1;
        foreach (var conversation in agent.Conversations)
        {
            if (Likeness(conversation, seen) is var likeness && likeness > most) (found, most) = (conversation, likeness);
        }

        if (found is not null) agent.Conversations.Remove(found);
        else if (agent.Conversations.Count == MostConversations) agent.Conversations.RemoveAt(MostConversations - 1);
        return found;
    }

    /// <summary>How much speaks for one being the other's next: how it began says most.</summary>
    private static int Likeness(CacheUse before, CacheUse now) =>
        (before.Digest.Turns is [var first, ..] && now.Digest.Turns is [var other, ..] && first == other ? 2 : 0)
        + (before.Digest.System == now.Digest.System && now.Digest.System != 0 ? 1 : 0)
        + (before.Digest.Tools.Count > 0 && HasSameTools(before.Digest, now.Digest) ? 1 : 0);

    private static bool HasSameTools(ExchangeDigest before, ExchangeDigest now) => before.Tools.Count == now.Tools.Count && before.Tools.Select(tool => tool.Key).ToHashSet().SetEquals(now.Tools.Select(tool => tool.Key));

    private sealed class Agent
    {
        public List<CacheUse> Conversations { get; } = [];   // the last one first

        public DateTimeOffset QuietUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
