namespace Causeway.Core.Governance;

/// <summary>
/// What was spent in the last stretch of time, in sixty slots and the one that is filled now. A slot counts until all of it lies outside, so that
/// the sum is never less than what was really spent. Slots in which nothing was spent take no room. Not thread-safe.
/// </summary>
/// <param name="length">The stretch.</param>
internal sealed class RollingSum(TimeSpan length)
{
    private const int Slots = 60;

    private readonly long _slotTicks = SlotTicks(length);
    private readonly Queue<Slot> _past = new();
    private Slot _now;

    /// <summary>US dollars.</summary>
    public decimal Dollars { get; private set; }

    /// <summary>Tokens.</summary>
    public long Tokens { get; private set; }

    /// <summary>How long a slot of such a stretch is, in ticks of 100 ns.</summary>
    public static long SlotTicks(TimeSpan length) => (length.Ticks + Slots - 1) / Slots;

    /// <summary>Adds what was spent at a moment. What was spent before the slot that is filled now counts for that one: it leaves later than it could.</summary>
    public void Add(decimal dollars, long tokens, DateTimeOffset at)
    {
        var index = at.UtcTicks / _slotTicks;
        if (index > _now.Index)
        {
            if (_now is not { Dollars: 0, Tokens: 0 }) _past.Enqueue(_now);
            _now = new Slot(index, 0, 0);
        }

        _now = _now with { Dollars = _now.Dollars + dollars, Tokens = _now.Tokens + tokens };
        (Dollars, Tokens) = (Dollars + dollars, Tokens + tokens);
    }

    /// <summary>Takes out what has left the window; false if nothing has.</summary>
    public bool Roll(DateTimeOffset now)
    {
        var before = (Dollars, Tokens);
        while (_past.TryPeek(out var oldest) && Leaves(oldest) <= now) Remove(_past.Dequeue());
        if (_past.Count == 0 && Leaves(_now) <= now)
        {
            Remove(_now);
            _now = _now with { Dollars = 0, Tokens = 0 };
        }

        return before != (Dollars, Tokens);
    }

    /// <summary>When the first of what is in the window was spent, at the earliest; null if nothing was.</summary>
    public DateTimeOffset? First => Dollars == 0 && Tokens == 0 ? null : Begins(_past.TryPeek(out var oldest) ? oldest : _now);

    /// <summary>When so much will have left the window, if nothing more is spent; null if there is not so much in it.</summary>
    public DateTimeOffset? WhenGone(decimal dollars, long tokens)
    {
        foreach (var slot in _past.Append(_now))
        {
            (dollars, tokens) = (dollars - slot.Dollars, tokens - slot.Tokens);
            if (dollars <= 0 && tokens <= 0) return Leaves(slot);
        }

        return null;
    }

    private DateTimeOffset Begins(Slot slot) => new(slot.Index * _slotTicks, TimeSpan.Zero);

    private DateTimeOffset Leaves(Slot slot) => Begins(slot).AddTicks(_slotTicks) + length;

    private void Remove(Slot slot) => (Dollars, Tokens) = (Dollars - slot.Dollars, Tokens - slot.Tokens);

    private readonly record struct Slot(long Index, decimal Dollars, long Tokens);
}
