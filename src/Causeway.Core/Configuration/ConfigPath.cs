using System.Globalization;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;

namespace Causeway.Core.Configuration;

/// <summary>Where a value stands. The text is made when someone asks for it, which is when something is wrong.</summary>
internal sealed class ConfigPath
{
    private readonly ConfigPath? _parent;
    private readonly string? _name;
    private readonly int _index;

    private ConfigPath(ConfigPath? parent, string? name, int index, StoredObject? stored)
    {
        (_parent, _name, _index, Stored) = (parent, name, index, stored ?? parent?.Stored);
        IsStoredRoot = stored is not null;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    /// <summary>The outermost object of a file.</summary>
    public static ConfigPath Root { get; } = new(null, null, 0, null);

    /// <summary>The stored object that the value is in; null: it is in the file.</summary>
    public StoredObject? Stored { get; }

    /// <summary>Is it that object itself?</summary>
    public bool IsStoredRoot { get; }

    /// <summary>How far it is from the outermost object.</summary>
    public int Depth { get; }

    /// <summary>Is it the place of a secret? Then problems do not say what stands there.</summary>
    public bool IsSecret => (_name is not null && (_name is "keys" or "secret" || SecretFields.IsGroup(_name) || _name.EndsWith("password", StringComparison.Ordinal) || ObjectKind.Provider.Secrets.Contains(_name)))
        || (_parent?._name is { } group && SecretFields.IsGroup(group));

    /// <summary>A member.</summary>
    public ConfigPath Member(string name) => new(this, name, 0, null);

    /// <summary>An item of a list.</summary>
    public ConfigPath Item(int index) => new(this, null, index, null);

    /// <summary>An object that is stored and stands here as well.</summary>
    public ConfigPath Of(StoredObject stored) => new(this, null, 0, stored);

    /// <summary>For people: <c>providers.openai.keys[0].weight</c>; within a stored object it begins there.</summary>
    public override string ToString() => Write("");

    private string Write(string rest)
    {
        if (_parent is null || IsStoredRoot) return rest;
        var own = _name ?? string.Create(CultureInfo.InvariantCulture, $"[{_index}]");
        return _parent.Write(rest.Length == 0 || rest[0] == '[' ? own + rest : $"{own}.{rest}");
    }
}
