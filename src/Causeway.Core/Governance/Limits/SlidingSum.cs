namespace Causeway.Core.Governance.Limits;

/// <summary>
/// How much there was in the stretch of time that ends now. It is a log in which what is closer together than a sixtieth of the stretch is one entry,
/// and counts until the last of it is out. So it is never less than what there was, it is exact where there is little, and it has 61 entries at most.
/// Times are ticks of 100 ns of a clock that does not go back. Not thread-safe.
/// </summary>
internal struct SlidingSum
{
    private const int Pieces = 60;
    private const int Least = 4;   // entries; a power of two, as all lengths of the ring

    private (long Last, long Amount)[]? _ring;
    private int _first;
    private int _count;
    private long _began;   // the newest entry
    private long _sum;

    /// <summary>The sum now.</summary>
    public long At(long now, long window)
    {
        while (_count > 0 && _ring![_first].Last <= now - window)
        {
            _sum -= _ring[_first].Amount;
            _first = (_first + 1) & (_ring.Length - 1);
            _count--;
        }

        return _sum;
    }

    /// <summary>Adds an amount that came now.</summary>
    public void Add(long now, long window, long amount)
    {
        if (amount <= 0) return;
        At(now, window);
        _sum += amount;
        if (_count > 0 && now - _began < window / Pieces)
        {
            ref var newest = ref _ring![(_first + _count - 1) & (_ring.Length - 1)];
            newest = (now, newest.Amount + amount);
            return;
        }

        if (_ring is null || _count == _ring.Length) Grow();
        _ring![(_first + _count++) & (_ring.Length - 1)] = (now, amount);
        _began = now;
    }

    /// <summary>When <paramref name="amount"/> of the sum will be out; null if the sum is less.</summary>
    public readonly long? OutAt(long amount, long window)
    {
        for (var i = 0; i < _count; i++)
        {
            var (last, of) = _ring![(_first + i) & (_ring.Length - 1)];
            amount -= of;
            if (amount <= 0) return last + window;
        }

        return null;
    }

    /// <summary>When all of it will be out; <paramref name="now"/> if there is nothing.</summary>
    public readonly long EmptyAt(long now, long window) => _count == 0 ? now : _ring![(_first + _count - 1) & (_ring.Length - 1)].Last + window;

    /// <summary>Gives the memory back if there is nothing to remember.</summary>
    public void Trim(long now, long window)
    {
        if (At(now, window) == 0 && _count == 0) (_ring, _first) = (null, 0);
    }

    private void Grow()
    {
        var larger = new (long Last, long Amount)[_ring is null ? Least : _ring.Length * 2];
        for (var i = 0; i < _count; i++) larger[i] = _ring![(_first + i) & (_ring.Length - 1)];
        (_ring, _first) = (larger, 0);
    }
}
