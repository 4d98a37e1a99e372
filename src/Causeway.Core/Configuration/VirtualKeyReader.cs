using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>governance</c>, as far as this version acts on it: virtual keys and the teams they belong to; prices have a reader of their own.</summary>
internal static class VirtualKeyReader
{
    internal static readonly string[] Names = ["virtual_keys", "teams", "routing_rules", "pricing_overrides"];
    internal static readonly string[] LaterNames =
        ["budgets", "rate_limits", "customers", "model_configs", "providers", "auth_config", "complexity_analyzer_config"];

    internal static readonly string[] KeyNames =
        ["id", "name", "description", "value", "is_active", "expires_at", "team_id", "team", "tags", "providers", "provider_configs", "allow_all_providers", "fallbacks", "balance", "budget"];
    internal static readonly string[] LaterKeyNames = ["customer_id", "calendar_aligned", "rate_limit_id", "rate_limit", "budgets", "mcp_configs", "disable_content_logging"];

    internal static readonly string[] EntryNames = ["provider", "model", "weight", "allowed_models", "blacklisted_models"];
    internal static readonly string[] LaterEntryNames = ["id", "key_ids", "budgets", "rate_limit", "rate_limit_id"];

    private static readonly byte[] OfNothing = SHA256.HashData([]);   // keys whose variable is not set

    /// <summary>The virtual keys.</summary>
    public static List<VirtualKey> Read(ConfigNode node, TargetReader targets, bool strictLists, Func<string, string?> env)
    {
        if (node.IsMissing) return [];
        node.CheckNames([.. Names, .. LaterNames]);
        foreach (var name in LaterNames)
        {
            if (!node[name].IsMissing) node[name].Warn("is taken, but this version does not act on it yet");
        }

        var teams = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var team in node["teams"].Items())
        {
            if (team["id"].Text() is { } id) teams[id] = team["name"].Text() ?? id;
        }

        var keys = new List<VirtualKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in node["virtual_keys"].Items())
        {
            if (Key(item, targets, teams, strictLists, env) is not { } key) continue;
            if (!seen.Add("name " + key.Name)) item["name"].Error("is the name of another virtual key, too: what they spend could not be told apart");
            if (!key.Hash.Span.SequenceEqual(OfNothing) && !seen.Add(Convert.ToBase64String(key.Hash.Span))) item["value"].Error("is the value of another virtual key, too", secret: true);
            keys.Add(key);
        }

        return keys;
    }

    private static VirtualKey? Key(ConfigNode node, TargetReader targets, Dictionary<string, string> teams, bool strictLists, Func<string, string?> env)
    {
        node.CheckNames([.. KeyNames, .. LaterKeyNames]);
        if ((node["name"].Text() ?? node["id"].Text()) is not { Length: > 0 } name)
        {
            node.Error("must have a name", secret: true);
            return null;
        }

        var isUsable = true;
        var secret = node["value"].IsMissing ? name : ProviderReader.Secret(node["value"], env, out isUsable);
        if (node["value"].IsMissing) node["name"].Warn($"has no value: whoever sends '{name}' as a key is taken for it. Give it a value such as env.{Variable(name)} to keep it secret");
        var entries = new List<VirtualKeyProvider>();
        var shares = new List<RouteTarget>();
        var list = node["providers"].IsMissing ? node["provider_configs"] : node["providers"];
        foreach (var item in list.Items()) Entry(item, targets, strictLists, entries, shares);
        var allowsAll = node["allow_all_providers"].Flag() == true;
        return new VirtualKey
        {
            Name = name,
            Id = node["id"].Text() ?? name,
            Hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            Team = node["team"].Text() ?? (node["team_id"].Text() is { } id ? teams.GetValueOrDefault(id, id) : null),
            TeamId = node["team_id"].Text() ?? node["team"].Text(),
            Tags = node["tags"].Texts(),
            IsActive = isUsable && (node["is_active"].Flag() ?? true),
            Expires = Time(node["expires_at"]),
            Providers = allowsAll ? [] : entries,
            AllowsNone = !allowsAll && strictLists && !list.IsMissing && entries.Count == 0,
            Targets = shares,
            Fallbacks = targets.Read(node["fallbacks"]),
            Balance = TargetReader.Balance(node["balance"]),
            Budget = Budget(node["budget"]),
        };
    }

    /// <summary>A provider with a model takes its share of all requests; one without takes its share of those that name only a model.</summary>
    private static void Entry(ConfigNode node, TargetReader targets, bool strictLists, List<VirtualKeyProvider> entries, List<RouteTarget> shares)
    {
        node.CheckNames([.. EntryNames, .. LaterEntryNames]);
        if (node["provider"].IsMissing) node.Error("must name a provider");
        if (node["provider"].Text() is not { } provider || !targets.Knows(node["provider"], provider)) return;
        var weight = node["weight"].Number(0, 1_000_000);
        if (node["model"].Text() is { Length: > 0 } model)
        {
            entries.Add(new VirtualKeyProvider(provider, ModelList.Only(model), null));
            shares.Add(new RouteTarget($"{provider}/{model}", weight));
        }
        else
        {
            entries.Add(new VirtualKeyProvider(provider, ModelList.Read(node["allowed_models"], node["blacklisted_models"], strictLists), weight));
        }
    }

    private static Budget? Budget(ConfigNode node)
    {
        if (node.IsMissing) return null;
        node.CheckNames(["max_budget", "max_limit", "budget_duration", "reset_duration"]);
        node.Warn("is known to routing rules (budget_used), but this version does not refuse requests beyond it yet");
        var dollars = node["max_budget"].Number(0, 1e12) ?? node["max_limit"].Number(0, 1e12);
        var duration = node["budget_duration"].IsMissing ? node["reset_duration"] : node["budget_duration"];
        var window = duration.Text() is { } text ? BudgetWindow.Parse(text) : BudgetWindow.Month;
        if (window is null) duration.Error("must be daily, weekly, monthly, yearly, or a length such as 30d, 12h or 1M");
        if (dollars is null) node["max_budget"].Error("is required: US dollars");
        return window is { } known && dollars is { } most ? new Budget((decimal)most, known) : null;
    }

    private static DateTimeOffset? Time(ConfigNode node)
    {
        if (node.Text() is not { Length: > 0 } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        node.Error("must be a time such as 2027-01-31T00:00:00Z");
        return null;
    }

    private static string Variable(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
}
