using Causeway.Core.Authentication;
using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>What <c>governance</c> says of clients.</summary>
/// <param name="VirtualKeys">What they authenticate with.</param>
/// <param name="Budgets">What they may spend.</param>
/// <param name="RateLimits">How much they may ask at a time.</param>
internal sealed record ClientRules(IReadOnlyList<VirtualKey> VirtualKeys, IReadOnlyList<Budget> Budgets, IReadOnlyList<RateLimit> RateLimits);

/// <summary>
/// Reads <c>governance</c>, as far as this version acts on it: customers, teams, users and virtual keys, providers and models, and what each of them may
/// spend. Rules, prices and alerts have readers of their own.
/// </summary>
internal sealed class GovernanceReader
{
    internal static readonly string[] Names =
    [
        "virtual_keys", "teams", "customers", "users", "providers", "model_configs", "budgets", "rate_limits", "budget", "budget_id", "budget_ids", "rate_limit", "rate_limit_id",
        "calendar_aligned", "routing_rules", "pricing_overrides", "alerts", "alert_rules", "auth_config",
    ];

    internal static readonly string[] LaterNames = ["complexity_analyzer_config"];

    internal static readonly string[] TeamNames = ["id", "name", "customer_id", .. LimitReader.OwnerNames];
    internal static readonly string[] CustomerNames = ["id", "name", .. LimitReader.OwnerNames];
    internal static readonly string[] UserNames = ["id", "name", .. LimitReader.OwnerNames];
    internal static readonly string[] ProviderNames = ["name", "provider", .. LimitReader.OwnerNames];
    internal static readonly string[] ModelNames = ["id", "model_name", "provider", "scope", "scope_id", .. LimitReader.OwnerNames];

    /// <summary>What Bifrost writes beside them.</summary>
    internal static readonly string[] LaterOwnerNames = ["profile", "config", "claims", "email", "config_hash", "created_at", "updated_at"];

    private readonly ConfigNode _node;
    private readonly LimitReader _limits;

    private GovernanceReader(ConfigNode node) => (_node, _limits) = (node, new LimitReader(node));

    /// <summary>Reads the section.</summary>
    public static ClientRules Read(ConfigNode node, TargetReader targets, bool strictLists, Func<string, string?> env)
    {
        if (node.IsMissing) return new ClientRules([], [], []);
        node.CheckNames([.. Names, .. LaterNames]);
        foreach (var name in LaterNames)
        {
            if (!node[name].IsMissing) node[name].Warn("is taken, but this version does not act on it yet");
        }

        return new GovernanceReader(node).Read(targets, strictLists, env);
    }

    private ClientRules Read(TargetReader targets, bool strictLists, Func<string, string?> env)
    {
        _limits.Add(_node, new Scope(), LimitReader.All);
        var customers = Owners("customers", "customer", CustomerNames, (_, id) => new Scope { Customer = id });
        var teams = new TeamList();
        foreach (var (team, id) in Owners("teams", "team", TeamNames, (_, id) => new Scope { Team = id }))
        {
            var customer = team["customer_id"].Id();
            if (customer is not null && !customers.Exists(known => known.Id == customer)) team["customer_id"].Unknown("customer", [.. customers.Select(known => known.Id)], mayBeMissing: true);
            teams.Add(id, team["name"].Text() ?? id, customer);
        }

        var users = Owners("users", "user", UserNames, (_, id) => new Scope { User = id });
        var keys = new VirtualKeyReader(targets, _limits, teams, strictLists, env)
            .Read(_node["virtual_keys"], [.. customers.Select(known => known.Id)], [.. users.Select(known => known.Id)]);
        foreach (var item in _node["providers"].Items()) Provider(item, targets);
        foreach (var item in _node["model_configs"].Items()) Model(item, targets, keys, teams, customers, users);
        _limits.ReadLists();
        return new ClientRules(keys, _limits.Budgets, _limits.RateLimits);
    }

    private List<(ConfigNode Node, string Id)> Owners(string list, string kind, string[] names, Func<ConfigNode, string, Scope> scope)
    {
        var owners = new List<(ConfigNode Node, string Id)>();
        foreach (var item in _node[list].Items())
        {
            item.CheckNames([.. names, .. LaterOwnerNames]);
            if ((item["id"].Id() ?? item["name"].Text()) is not { Length: > 0 } id)
            {
                item["id"].Error("is required");
                continue;
            }

            if (owners.Exists(other => other.Id == id)) item["id"].Error($"is the id of another {kind}, too");
            owners.Add((item, id));
            _limits.Add(item, scope(item, id), kind, id);
        }

        return owners;
    }

    private void Provider(ConfigNode node, TargetReader targets)
    {
        node.CheckNames([.. ProviderNames, .. LaterOwnerNames]);
        var name = node[node["name"].IsMissing ? "provider" : "name"];
        if (name.IsMissing) name.Error("is required: the name of a provider");
        if (name.Text() is { } provider && targets.Knows(name, provider)) _limits.Add(node, new Scope { Provider = provider }, "provider", provider);
    }

    private void Model(
        ConfigNode node, TargetReader targets, List<VirtualKey> keys, TeamList teams, List<(ConfigNode Node, string Id)> customers, List<(ConfigNode Node, string Id)> users)
    {
        node.CheckNames([.. ModelNames, .. LaterOwnerNames]);
        if (node["model_name"].Text() is not { Length: > 0 } model)
        {
            if (node["model_name"].IsMissing) node["model_name"].Error("is required: a model's name at its provider, or a pattern such as gpt-4*");
            return;
        }

        var provider = node["provider"].Text();
        if (provider is not null && !targets.Knows(node["provider"], provider)) return;
        var scope = new Scope { Provider = provider, Model = model };
        var (kind, id) = (node["scope"].Text(), node["scope_id"].Id());
        Scope? narrowed = kind switch
        {
            null or "global" => scope,
            "virtual_key" => Known("virtual key", keys.Find(key => key.Id == id || key.Name == id)?.Id, [.. keys.Select(key => key.Id)]) is { } key ? scope with { VirtualKey = key } : null,
            "team" => Known("team", teams.Find(id), teams.Ids) is { } team ? scope with { Team = team } : null,
            "customer" => Known("customer", customers.Find(known => known.Id == id).Id, [.. customers.Select(known => known.Id)]) is { } customer ? scope with { Customer = customer } : null,
            "user" => Known("user", users.Find(known => known.Id == id).Id, [.. users.Select(known => known.Id)]) is { } user ? scope with { User = user } : null,
            _ => NoKind(),
        };
        if (narrowed is not null) _limits.Add(node, narrowed, "model_config", node["id"].Id() ?? $"{narrowed}");

        string? Known(string what, string? found, string[] known)
        {
            if (id is null) node["scope_id"].Error($"is required for the scope {kind}");
            else if (found is null) node["scope_id"].Unknown(what, known);
            return found;
        }

        Scope? NoKind()
        {
            node["scope"].Error("must be one of global, virtual_key, team, customer, user");
            return null;
        }
    }
}
