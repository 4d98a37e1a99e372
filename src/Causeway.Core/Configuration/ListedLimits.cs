namespace Causeway.Core.Configuration;

/// <summary>The budgets or the rate limits of a list, by their ids.</summary>
internal sealed class ListedLimits
{
    private readonly Dictionary<string, ListedLimit> _byId = new(StringComparer.Ordinal);
    private readonly string _what;

    /// <summary>Looks at the list; <paramref name="what"/> stands in it.</summary>
    public ListedLimits(ConfigNode list, string what)
    {
        _what = what;
        foreach (var item in list.Items())
        {
            if (item["id"].Id() is not { Length: > 0 } id) item["id"].Error($"is required: what is used of a {what} is kept under it");
            else if (!_byId.TryAdd(id, new ListedLimit(id, item))) item["id"].Error($"is the id of another {what}, too");
        }
    }

    /// <summary>All of them.</summary>
    public IEnumerable<ListedLimit> Entries => _byId.Values;

    /// <summary>Is there one of this id?</summary>
    public bool Has(string id) => _byId.ContainsKey(id);

    /// <summary>An owner names one.</summary>
    public void Give(ConfigNode reference, string id, Owner owner)
    {
        if (_byId.TryGetValue(id, out var entry)) entry.Give(reference, owner, _what);
        else reference.Unknown(_what, [.. _byId.Keys]);
    }
}

/// <summary>One of a list.</summary>
/// <param name="id">Its id.</param>
/// <param name="node">It.</param>
internal sealed class ListedLimit(string id, ConfigNode node)
{
    public string Id => id;

    public ConfigNode Node => node;

    /// <summary>Whose it is; null: not known yet.</summary>
    public Owner? Owner { get; private set; }

    /// <summary>Says whose it is; an error if it is another's.</summary>
    public void Give(ConfigNode reference, Owner owner, string what)
    {
        if (Owner is not null && Owner.Scope != owner.Scope) reference.Error($"{what} '{id}' has two owners, {Owner.Scope} and {owner.Scope}: give each its own");
        Owner ??= owner;
    }
}
