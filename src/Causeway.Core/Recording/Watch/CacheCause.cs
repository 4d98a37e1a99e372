namespace Causeway.Core.Recording.Watch;

/// <summary>What changed from one request to the next that makes a prompt cache useless.</summary>
/// <param name="Kind">One of the words below.</param>
/// <param name="What">What exactly, for people.</param>
internal sealed record CacheCause(string Kind, string What)
{
    /// <summary>Another model.</summary>
    public const string Model = "model_switched";

    /// <summary>Another provider.</summary>
    public const string Provider = "provider_switched";

    /// <summary>Another key of the provider: caches are often an account's own.</summary>
    public const string Key = "key_switched";

    /// <summary>Another system prompt.</summary>
    public const string System = "system_edited";

    /// <summary>Tools that were not there.</summary>
    public const string ToolsAdded = "tools_added";

    /// <summary>Tools that are not there any more.</summary>
    public const string ToolsRemoved = "tools_removed";

    /// <summary>Tools that are described in another way.</summary>
    public const string ToolsChanged = "tools_changed";

    /// <summary>The same tools in another order.</summary>
    public const string ToolsReordered = "tools_reordered";

    /// <summary>Something before the last turn is not what it was.</summary>
    public const string History = "history_rewritten";

    /// <summary>Nothing but time.</summary>
    public const string Idle = "idle";

    /// <summary>Nothing that can be seen from here.</summary>
    public const string Unknown = "unknown";

    private const int MostNames = 5;

    /// <summary>All that changed; what a cache has first comes first. Never empty.</summary>
    /// <param name="before">The request that the cache served.</param>
    /// <param name="now">The one that it did not.</param>
    /// <param name="life">How long caches are kept.</param>
    public static IReadOnlyList<CacheCause> Find(CacheUse before, CacheUse now, TimeSpan life)
    {
        var causes = new List<CacheCause>();
        if (before.Provider != now.Provider) causes.Add(new(Provider, $"the provider was {before.Provider} and is {now.Provider}"));
        if (before.Model != now.Model) causes.Add(new(Model, $"the model was {before.Model} and is {now.Model}"));
        if (before.Key != now.Key && before.Provider == now.Provider) causes.Add(new(Key, $"the key was {before.Key ?? "none"} and is {now.Key ?? "none"}"));
        AddTools(causes, before.Digest.Tools, now.Digest.Tools);
        if (before.Digest.System != now.Digest.System) causes.Add(new(System, "the system prompt is another one"));
        if (FirstOther(before.Digest.Turns, now.Digest.Turns) is { } turn) causes.Add(new(History, $"turn {turn + 1} of {before.Digest.Turns.Count} is not what it was"));
        if (now.Began - before.Ended is var pause && pause > life)
            causes.Add(new(Idle, $"{pause.TotalMinutes:0} minutes have passed, and caches are kept for about {life.TotalMinutes:0}{(causes.Count == 0 ? ": that is the probable cause" : "")}"));
        if (causes.Count == 0) causes.Add(new(Unknown, "nothing changed that can be seen here: the provider may have dropped the cache, or asked another machine"));
        return causes;
    }

    private static void AddTools(List<CacheCause> causes, IReadOnlyList<KeyValuePair<string, ulong>> before, IReadOnlyList<KeyValuePair<string, ulong>> now)
    {
        var (old, current) = (ByName(before), ByName(now));
        string[] added = [.. current.Keys.Where(name => !old.ContainsKey(name))], removed = [.. old.Keys.Where(name => !current.ContainsKey(name))];
        string[] changed = [.. current.Where(tool => old.TryGetValue(tool.Key, out var hash) && hash != tool.Value).Select(tool => tool.Key)];
        if (removed.Length > 0) causes.Add(new(ToolsRemoved, $"tools are gone: {Names(removed)}"));
        if (added.Length > 0) causes.Add(new(ToolsAdded, $"tools were added: {Names(added)}"));
        if (changed.Length > 0) causes.Add(new(ToolsChanged, $"tools are described in another way: {Names(changed)}"));
        if (!before.Select(tool => tool.Key).Where(current.ContainsKey).SequenceEqual(now.Select(tool => tool.Key).Where(old.ContainsKey))) causes.Add(new(ToolsReordered, "the tools are in another order"));
    }

    private static Dictionary<string, ulong> ByName(IReadOnlyList<KeyValuePair<string, ulong>> tools)
    {
        var byName = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var (name, hash) in tools) byName[name] = hash;
        return byName;
    }

    /// <summary>The first turn that is not what it was; null: all are. The last one of either does not count: reminders come and go there.</summary>
    private static int? FirstOther(IReadOnlyList<ulong> before, IReadOnlyList<ulong> now)
    {
        var count = Math.Min(before.Count, now.Count) - 1;
        for (var i = 0; i < count; i++)
        {
            if (before[i] != now[i]) return i;
        }

        return null;
    }

    private static string Names(string[] names) => string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? $" and {names.Length - MostNames} more" : "");
}
