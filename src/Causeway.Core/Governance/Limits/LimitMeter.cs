namespace Causeway.Core.Governance.Limits;

/// <summary>The meter of one limit. Everything but its order is for those who hold its monitor.</summary>
internal sealed class LimitMeter
{
    private const long Soon = TimeSpan.TicksPerSecond;   // when requests under way are in the way, nobody knows how long they are

    private static long s_meters;

    private LimitWindow[] _windows;
    private int _running;
    private LimitShares? _shares;
    private LimitShare? _places;   // of the requests at a time

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

    /// <summary>Is it among those that the database hears of?</summary>
    public bool IsTouched { get; set; }

    /// <summary>Others have the limit, too: from now on it admits what this node is given.</summary>
    public void ShareBy(LimitShares shares)
    {
        _shares = shares;
        _places ??= new LimitShare();
        foreach (var window in _windows) window.Share ??= new LimitShare();
    }

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

        if (_shares is not null) ShareBy(_shares);
    }

    /// <summary>Why a request is not admitted, by what would admit it last; null if it is.</summary>
    public LimitRefusal? Refuse(long now)
    {
        LimitRefusal? refusal = Limit.Concurrency is { } most && _running >= (_places is null ? most : Math.Min(most, _places.Share)) ? new(Limit, LimitKind.Concurrency, most, default, Soon) : null;
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
        Touch();
        _places?.Admit(1);
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

    /// <summary>It refuses: may this node be given more? Then as much is asked for as the request needs.</summary>
    public bool Want(long now, long input, long output)
    {
        if (_shares is null or { IsAway: true } || !Refusing(now).All(one => one.Share.MayGrow(one.Most, now))) return false;
        Touch();
        AddNeed(1, input, output);
        return true;
    }

    /// <summary>The request waits no longer.</summary>
    public void CallOff(long input, long output) => AddNeed(-1, input, output);

    /// <summary>What is to be said of its numbers; true if nothing is used or wanted of them.</summary>
    public bool Ask(long now, List<(LimitMeter Meter, LimitShare Share, ShareAsk Ask)> asks)
    {
        var isIdle = _running == 0;
        if (Limit.Concurrency is { } most) Add(_places!, LimitKind.Concurrency, most, default, _running);
        foreach (var window in _windows) Add(window.Share!, window.Kind, window.Most, window.Window, window.Used(now));
        return isIdle;

        void Add(LimitShare share, LimitKind kind, long most, TimeSpan window, long used)
        {
            var had = share.Share;
            var ask = share.Ask(Limit, kind, most, window, used, now);
            isIdle &= used == 0 && ask.Need == 0 && ask.Extra == 0 && had == 0;
            asks.Add((this, share, ask));
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

    private void AddNeed(int requests, long input, long output)
    {
        if (Limit.Concurrency is not null) Add(_places!, 1);
        foreach (var window in _windows) Add(window.Share!, window.Of(input, output));

        void Add(LimitShare share, long amount) => share.Need = Math.Max(0, share.Need + (requests * amount));   // a reload may have brought the number in the meantime
    }

    private void Touch()
    {
        if (_shares is null || IsTouched) return;
        IsTouched = true;
        _shares.Touch(this);
    }

    private IEnumerable<(LimitShare Share, long Most)> Refusing(long now)
    {
        if (Limit.Concurrency is { } most && _running >= Math.Min(most, _places!.Share)) yield return (_places, most);
        foreach (var window in _windows)
        {
            if (window.Wait(now) != 0) yield return (window.Share!, window.Most);
        }
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
