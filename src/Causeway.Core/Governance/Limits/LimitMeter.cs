namespace Causeway.Core.Governance.Limits;

/// <summary>The meter of one limit. Everything but its order is for those who hold its monitor.</summary>
internal sealed class LimitMeter
{
    private const long Soon = TimeSpan.TicksPerSecond;   // when requests under way are in the way, nobody knows how long they are

    private static long s_meters;

    private LimitWindow[] _windows;
    private int _running;

    /// <summary>A meter that has counted nothing.</summary>
    public LimitMeter(RateLimit limit)
    {
        Limit = limit;
        _windows = Windows(limit);
    }

    /// <summary>The limit.</summary>
    public RateLimit Limit { get; private set; }

    /// <summary>Who holds several monitors takes them in this order.</summary>
    public long Order { get; } = Interlocked.Increment(ref s_meters);

    /// <summary>Gives it other numbers; what it has counted stays.</summary>
    public void Change(RateLimit limit)
    {
        if (limit == Limit) return;
        var old = _windows;
        Limit = limit;
        _windows = Windows(limit);
        foreach (var window in _windows)
        {
            if (Array.Find(old, one => one.Kind == window.Kind) is { } same) window.TakeOver(same);
        }
    }

    /// <summary>Why a request is not admitted, by what would admit it last; null if it is.</summary>
    public LimitRefusal? Refuse(long now)
    {
        LimitRefusal? refusal = Limit.Concurrency is { } most && _running >= most ? new(Limit, LimitKind.Concurrency, most, default, Soon) : null;
        foreach (var window in _windows)
        {
            var wait = window.Wait(now) ?? Soon;
            if (wait > (refusal?.Wait ?? 0)) refusal = new(Limit, window.Kind, window.Most, window.Window, wait);
        }

        return refusal;
    }

    /// <summary>A request begins that will use about so many tokens.</summary>
    public void Begin(long now, long input, long output)
    {
        _running++;
        foreach (var window in _windows) window.Begin(now, input, output);
    }

    /// <summary>A request is over.</summary>
    public void End(long now, (long Input, long Output) expected, (long Input, long Output) used)
    {
        _running--;
        foreach (var window in _windows) window.End(now, expected, used);
    }

    /// <summary>Puts its own in the place of gauges that are less tight.</summary>
    public void Show(long now, ref LimitGauge? requests, ref LimitGauge? tokens)
    {
        foreach (var window in _windows)
        {
            ref var shown = ref window.Kind == LimitKind.Requests ? ref requests : ref tokens;
            if (window.Gauge(now) is var gauge && gauge.IsTighterThan(shown)) shown = gauge;
        }
    }

    /// <summary>How it stands.</summary>
    public LimitStatus Status(long now) =>
        new(Limit, Array.ConvertAll(_windows, window => new LimitUse(window.Kind, window.Used(now), window.Gauge(now))), _running);

    /// <summary>Gives memory back that is not needed.</summary>
    public void Trim(long now)
    {
        foreach (var window in _windows) window.Trim(now);
    }

    private static LimitWindow[] Windows(RateLimit limit)
    {
        var windows = new List<LimitWindow>(4);
        Add(LimitKind.Requests, limit.Requests, limit.RequestWindow);
        Add(LimitKind.Tokens, limit.Tokens, limit.TokenWindow);
        Add(LimitKind.InputTokens, limit.InputTokens, limit.TokenWindow);
        Add(LimitKind.OutputTokens, limit.OutputTokens, limit.TokenWindow);
        return [.. windows];

        void Add(LimitKind kind, long? most, TimeSpan window)
        {
            if (most is { } known) windows.Add(new LimitWindow(kind, known, window));
        }
    }
}
