using System.Text.Json;
using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads budgets and rate limits, and finds out whose they are: they stand at their owner, or in the lists <c>governance.budgets</c> and
/// <c>governance.rate_limits</c>, where they name their owner or their owner names them.
/// </summary>
internal sealed class LimitReader
{
    /// <summary>The members of an owner that say what it may spend.</summary>
    internal static readonly string[] OwnerNames = ["budget", "budgets", "budget_id", "budget_ids", "rate_limit", "rate_limit_id", "calendar_aligned"];

    /// <summary>The members of a budget or a limit in a list that name its owner, and what that is.</summary>
    internal static readonly string[] OwnerIds = ["virtual_key_id", "provider_config_id", "model_config_id", "team_id", "customer_id", "user_id"];

    /// <summary>The kind of owner that is nobody in particular: what stands there is for all requests.</summary>
    internal const string All = "all";

    private readonly Dictionary<(string Kind, string Id), Owner> _owners = [];
    private readonly ListedLimits _budgets;
    private readonly ListedLimits _rateLimits;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Begins with the lists.</summary>
    public LimitReader(ConfigNode governance) =>
        (_budgets, _rateLimits) = (new ListedLimits(governance["budgets"], "budget"), new ListedLimits(governance["rate_limits"], "rate limit"));

    /// <summary>The budgets that could be read.</summary>
    public List<Budget> Budgets { get; } = [];

    /// <summary>The rate limits that could be read.</summary>
    public List<RateLimit> RateLimits { get; } = [];

    /// <summary>Reads what stands at an owner, and remembers the owner for what names it.</summary>
    /// <param name="node">The owner.</param>
    /// <param name="scope">Which calls are its.</param>
    /// <param name="kind">What it is, in the words of <see cref="OwnerIds"/> without <c>_id</c>.</param>
    /// <param name="ids">What it is called; the first is told apart from the others.</param>
    public void Add(ConfigNode node, Scope scope, string kind, params ReadOnlySpan<string> ids)
    {
        var aligned = node["calendar_aligned"].Flag() ?? false;
        foreach (var id in ids) _owners.TryAdd((kind, id), new Owner(scope, aligned));
        var name = ids.Length > 0 ? $"{kind}:{ids[0]}" : kind;
        foreach (var member in (ReadOnlySpan<string>)["budget", "budgets", "budget_id", "budget_ids"])
        {
            if (kind == All && member == "budgets") continue;   // at the top this is the list of all
            foreach (var item in node[member].OneOrMore()) One(item, _budgets, new Owner(scope, aligned), name);
        }

        foreach (var member in (ReadOnlySpan<string>)["rate_limit", "rate_limit_id"])
        {
            foreach (var item in node[member].OneOrMore()) One(item, _rateLimits, new Owner(scope, aligned), name);
        }
    }

    /// <summary>Reads the lists, when all owners are known.</summary>
    public void ReadLists()
    {
        foreach (var entry in _budgets.Entries)
        {
            entry.Node.CheckNames([.. BudgetReader.Names, .. BudgetReader.LaterNames, .. OwnerIds]);
            if (OwnerOf(entry, "budget") is { } owner && BudgetReader.Read(entry.Node, entry.Id, owner.Scope, owner.IsAligned) is { } budget) Budgets.Add(budget);
        }

        foreach (var entry in _rateLimits.Entries)
        {
            entry.Node.CheckNames([.. RateLimitReader.Names, .. RateLimitReader.LaterNames, .. OwnerIds]);
            if (OwnerOf(entry, "rate limit") is { } owner && RateLimitReader.Read(entry.Node, entry.Id, owner.Scope) is { } limit) RateLimits.Add(limit);
        }
    }

    /// <summary>A budget or a limit at its owner: the thing itself, or the id of one in the list.</summary>
    private void One(ConfigNode item, ListedLimits list, Owner owner, string name)
    {
        if (item.Value.ValueKind != JsonValueKind.Object)
        {
            if (item.Id() is { } id) list.Give(item, id, owner);
            return;
        }

        if (list == _budgets)
        {
            item.CheckNames([.. BudgetReader.Names, .. BudgetReader.LaterNames]);
            var window = item["budget_duration"].IsMissing ? item["reset_duration"] : item["budget_duration"];
            var text = window.Value.ValueKind == JsonValueKind.String ? window.Value.GetString() : "monthly";
            if (BudgetReader.Read(item, OwnId(item, $"{name}:{text}"), owner.Scope, owner.IsAligned) is { } budget) Budgets.Add(budget);
            return;
        }

        item.CheckNames([.. RateLimitReader.Names, .. RateLimitReader.LaterNames]);
        if (RateLimitReader.Read(item, OwnId(item, name), owner.Scope) is { } limit) RateLimits.Add(limit);
    }

    /// <summary>An id that stays the same as long as nothing is put before: what was spent is kept under it.</summary>
    private string OwnId(ConfigNode item, string name)
    {
        if (item["id"].Id() is { } id)
        {
            if (_budgets.Has(id) || _rateLimits.Has(id) || !_ids.Add(id)) item["id"].Error("is the id of another budget or rate limit, too");
            return id;
        }

        var own = name;
        for (var i = 2; _budgets.Has(own) || _rateLimits.Has(own) || !_ids.Add(own); i++) own = $"{name}#{i}";
        return own;
    }

    private Owner? OwnerOf(ListedLimit entry, string what)
    {
        foreach (var field in OwnerIds)
        {
            var named = entry.Node[field];
            if (named.Id() is not { } id) continue;
            if (_owners.TryGetValue((field[..^3], id), out var owner)) entry.Give(named, owner, what);
            else named.Unknown(field[..^3].Replace('_', ' '), [.. _owners.Keys.Where(known => known.Kind == field[..^3]).Select(known => known.Id)]);
        }

        if (entry.Owner is null && !OwnerIds.Any(field => !entry.Node[field].IsMissing)) entry.Node.Warn($"is nobody's: no owner names this {what}, and it names none; not used");
        return entry.Owner;
    }
}

/// <summary>Whose a budget or limit is.</summary>
/// <param name="Scope">Which calls are its.</param>
/// <param name="IsAligned">Lengths of time are of the calendar.</param>
internal sealed record Owner(Scope Scope, bool IsAligned);
