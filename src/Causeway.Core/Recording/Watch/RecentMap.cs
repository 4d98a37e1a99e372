namespace Causeway.Core.Recording.Watch;

/// <summary>Remembers something for each of those that were seen last; the longest unseen is forgotten first. For one thread.</summary>
/// <param name="most">How many at most.</param>
/// <param name="longest">How long one is remembered that is not seen.</param>
/// <param name="time">The clock.</param>
internal sealed class RecentMap<TKey, TValue>(int most, TimeSpan longest, TimeProvider time)
    where TKey : notnull
    where TValue : class, new()
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value, DateTimeOffset Seen)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value, DateTimeOffset Seen)> _bySeen = [];   // the last one first

    /// <summary>All of them, the one that was seen last first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> All => _bySeen.Select(item => (item.Key, item.Value));

    /// <summary>What is remembered for one, new if it was not seen yet. It counts as seen.</summary>
    public TValue See(TKey key)
    {
        var now = time.GetUtcNow();
        while (_bySeen.Last is { } oldest && now - oldest.Value.Seen > longest) Forget(oldest);
        if (_byKey.TryGetValue(key, out var node)) _bySeen.Remove(node);
        else
        {
            if (_byKey.Count == most) Forget(_bySeen.Last!);
            node = _byKey[key] = new((key, new TValue(), now));
        }

        node.ValueRef.Seen = now;
        _bySeen.AddFirst(node);
        return node.Value.Value;
    }

    private void Forget(LinkedListNode<(TKey Key, TValue Value, DateTimeOffset Seen)> node)
    {
        _bySeen.Remove(node);
        _byKey.Remove(node.Value.Key);
    }
}
