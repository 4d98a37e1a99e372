using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Live;

/// <summary>The exchanges that are going on, in slots: to come and to go takes no lock and no memory. Those that find no slot are only not shown. Thread-safe.</summary>
internal sealed class RunningSet
{
    private const int Slots = 4096;   // a power of two
    private const int Tries = 8;

    private readonly Exchange?[] _slots = new Exchange?[Slots];
    private int _next;

    /// <summary>An exchange begins; the number of its slot, or -1.</summary>
    public int Add(Exchange exchange)
    {
        for (var i = 0; i < Tries; i++)
        {
            var at = Interlocked.Increment(ref _next) & (Slots - 1);
            if (Interlocked.CompareExchange(ref _slots[at], exchange, null) is null) return at;
        }

        return -1;
    }

    /// <summary>It is over.</summary>
    public void Remove(int at) => Volatile.Write(ref _slots[at], null);

    /// <summary>Is it going on?</summary>
    public bool Has(Exchange exchange) => Array.IndexOf(_slots, exchange) >= 0;

    /// <summary>Those that are going on at this moment.</summary>
    public List<Exchange> All()
    {
        var all = new List<Exchange>();
        for (var i = 0; i < Slots; i++)
        {
            if (Volatile.Read(ref _slots[i]) is { } exchange) all.Add(exchange);
        }

        return all;
    }
}
