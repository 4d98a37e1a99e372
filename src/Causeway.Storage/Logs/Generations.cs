namespace Causeway.Storage.Logs;

/// <summary>Remembers what was asked for lately, in two generations: when the young one is full it becomes the old one, and what nobody asked for since is forgotten. For several threads.</summary>
/// <param name="most">The most of a generation.</param>
internal sealed class Generations<TKey, TValue>(int most) where TKey : notnull
{
    private readonly Lock _lock = new();
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    /// <summary>What is remembered.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(key, out value!)) return true;
            if (!_old.TryGetValue(key, out value!)) return false;
            Add(key, value);
            return true;
        }
    }

    /// <summary>Remembers it.</summary>
    public void Put(TKey key, TValue value)
    {
        lock (_lock) Add(key, value);
    }

    private void Add(TKey key, TValue value)
    {
        if (_young.Count >= most) (_old, _young) = (_young, []);
        _young[key] = value;
    }
}
