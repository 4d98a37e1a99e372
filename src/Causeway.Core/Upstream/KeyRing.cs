using Causeway.Core.Configuration;

namespace Causeway.Core.Upstream;

/// <summary>The keys of one provider: picks one for a model, at random by weight.</summary>
public sealed class KeyRing(IReadOnlyList<KeyConfig> keys)
{
    /// <summary>How many keys can be used.</summary>
    public int Count { get; } = keys.Count(key => key.IsEnabled);

    /// <summary>Some key's model list names <paramref name="model"/> itself (a list that allows all does not count).</summary>
    public bool Names(string model)
    {
        foreach (var key in keys)
        {
            if (key.IsEnabled && key.NamesModel(model)) return true;
        }

        return false;
    }

    /// <summary>
    /// A key for <paramref name="model"/>; null if none may be used for it. Keys in <paramref name="tried"/> are left out while
    /// others are there. Keys of weight 0 are used only when no other can. The key named <paramref name="wanted"/> is taken alone.
    /// </summary>
    public KeyConfig? Pick(string model, IReadOnlyCollection<KeyConfig> tried, string? wanted = null)
    {
        if (keys.Count == 1) return keys[0].IsEnabled && keys[0].Allows(model) ? keys[0] : null;
        var usable = keys.Where(key => key.IsEnabled && key.Allows(model)).ToList();
        if (wanted is not null && usable.Find(key => key.Name == wanted) is { } home) return home;
        var fresh = usable.Where(key => !tried.Contains(key)).ToList();
        if (fresh.Count > 0) usable = fresh;
        var total = usable.Sum(key => key.Weight);
        if (total <= 0) return usable.FirstOrDefault();
#pragma warning disable CA5394 // balancing needs no secrecy
        var at = Random.Shared.NextDouble() * total;
#pragma warning restore CA5394
        foreach (var key in usable)
        {
            at -= key.Weight;
            if (at < 0) return key;
        }

        return usable[^1];
    }
}
