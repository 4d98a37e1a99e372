namespace Causeway.Core.Configuration;

/// <summary>The teams of the file, which virtual keys call by id or by name.</summary>
internal sealed class TeamList
{
    private readonly Dictionary<string, (string Name, string? Customer)> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _idByName = new(StringComparer.Ordinal);

    /// <summary>The ids.</summary>
    public string[] Ids => [.. _byId.Keys];

    public void Add(string id, string name, string? customer)
    {
        _byId[id] = (name, customer);
        _idByName.TryAdd(name, id);
    }

    /// <summary>The id of a team that is called by its id or its name; null if there is none.</summary>
    public string? Find(string? idOrName) => idOrName is null ? null : _byId.ContainsKey(idOrName) ? idOrName : _idByName.GetValueOrDefault(idOrName);

    /// <summary>A team's name; null if there is none.</summary>
    public string? NameOf(string? id) => id is not null && _byId.TryGetValue(id, out var team) ? team.Name : null;

    /// <summary>The customer whose a team is; null if nobody's.</summary>
    public string? CustomerOf(string? id) => id is not null && _byId.TryGetValue(id, out var team) ? team.Customer : null;
}
