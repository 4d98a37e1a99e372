using Causeway.Core.Configuration;
using Causeway.Core.Routing;

namespace Causeway.Core.Upstream;

/// <summary>The keys of one provider: picks one for a model, by weight, and for a session always the same.</summary>
public sealed class KeyRing
{
    private readonly IReadOnlyList<KeyConfig> _keys;
    private readonly ulong[] _names;

    /// <summary>Takes the keys as configured.</summary>
    public KeyRing(IReadOnlyList<KeyConfig> keys)
    {
        _keys = keys;
        _names = [.. keys.Select(key => Rendezvous.Hash(key.Name))];
        Count = keys.Count(key => key.IsEnabled);
    }

    /// <summary>The ring of those that <paramref name="may"/> be used; null: of all.</summary>
    public KeyRing Only(Func<KeyConfig, bool>? may) => may is null ? this : new KeyRing([.. _keys.Where(may)]);

    /// <summary>How many keys can be used.</summary>
    public int Count { get; }

    /// <summary>Some key's model list names <paramref name="model"/> itself (a list that allows all does not count).</summary>
    public bool Names(string model)
    {
        foreach (var key in _keys)
        {
            if (key.IsEnabled && key.Models.Names(model)) return true;
        }

        return false;
    }

    /// <summary>
    /// A key for <paramref name="model"/>; null if none may be used for it. Keys in <paramref name="tried"/> are left out while others are
    /// there, and then those that <paramref name="isResting"/> says. Keys of weight 0 are used only when no other can.
    /// </summary>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="tried">Keys that failed for this request.</param>
    /// <param name="seed">The session's, or a random number.</param>
    /// <param name="wanted">The name of the key that is taken whatever its weight, if it may be used.</param>
    /// <param name="isResting">Tells keys that failed for other requests lately.</param>
    /// <param name="refused">Keys that the provider refused for this request: they are not taken at all.</param>
    public KeyConfig? Pick(string model, IReadOnlyCollection<KeyConfig> tried, ulong seed, string? wanted = null, Func<KeyConfig, bool>? isResting = null, IReadOnlyCollection<KeyConfig>? refused = null)
    {
        if (_keys.Count == 1) return _keys[0].IsEnabled && _keys[0].Models.Allows(model) ? _keys[0] : null;
        KeyConfig? best = null;
        var (bestRank, bestScore) = (-1, -1.0);
        for (var i = 0; i < _keys.Count; i++)
        {
            var key = _keys[i];
            if (!key.IsEnabled || !key.Models.Allows(model) || refused?.Contains(key) == true) continue;
            if (wanted is not null && key.Name == wanted) return key;
            var rank = (tried.Contains(key) ? 0 : 2) + (isResting?.Invoke(key) == true ? 0 : 1);
            var score = Rendezvous.Score(seed, _names[i], key.Weight);
            if (rank < bestRank || (rank == bestRank && score <= bestScore)) continue;
            (best, bestRank, bestScore) = (key, rank, score);
        }

        return best;
    }

    /// <summary>Is there a key for <paramref name="model"/> that was not tried yet and does not rest?</summary>
    public bool HasOther(string model, IReadOnlyCollection<KeyConfig> tried, Func<KeyConfig, bool> isResting)
    {
        foreach (var key in _keys)
        {
            if (key.IsEnabled && key.Models.Allows(model) && !tried.Contains(key) && !isResting(key)) return true;
        }

        return false;
    }

    /// <summary>Do all keys rest that may be used for <paramref name="model"/>?</summary>
    public bool AllRest(string model, Func<KeyConfig, bool> isResting) => Count > 0 && !HasOther(model, [], isResting) && Pick(model, [], seed: 0) is not null;
}
