namespace Causeway.Core.Governance.Limits;

/// <summary>What a limit counts.</summary>
public enum LimitKind
{
    /// <summary>Requests.</summary>
    Requests,

    /// <summary>Tokens of input and output.</summary>
    Tokens,

    /// <summary>Input tokens.</summary>
    InputTokens,

    /// <summary>Output tokens.</summary>
    OutputTokens,

    /// <summary>Requests at a time.</summary>
    Concurrency,
}

/// <summary>
/// One number of a limit, and how much of it is used. Requests are counted when they come. Tokens are known when an answer is at its end; until then
/// what they are expected to be is reserved. Not thread-safe.
/// </summary>
internal sealed class LimitWindow(LimitKind kind, long most, TimeSpan window)
{
    private readonly long _length = window.Ticks;
    private SlidingSum _sum;
    private long _reserved;

    /// <summary>What is counted.</summary>
    public LimitKind Kind => kind;

    /// <summary>How much there may be.</summary>
    public long Most => most;

    /// <summary>In which stretch of time.</summary>
    public TimeSpan Window => window;

    /// <summary>What this node may have of it; null: it is the only one.</summary>
    public LimitShare? Share { get; set; }

    /// <summary>Goes on with what another has counted.</summary>
    public void TakeOver(LimitWindow old) => (_sum, _reserved, Share) = (old._sum, old._reserved, old.Share);

    /// <summary>How much there was and is, with what is reserved.</summary>
    public long Used(long now) => _sum.At(now, _length) + _reserved;

    /// <summary>
    /// For how many ticks nothing is admitted; 0 if something is now, null if that depends on requests under way. For tokens it is enough that some are
    /// left, for nobody knows how many a request will use.
    /// </summary>
    public long? Wait(long now)
    {
        var excess = Used(now) + 1 - (Share is null ? most : Math.Min(most, Share.Share));
        if (excess <= 0) return 0;
        if (_sum.OutAt(excess, _length) is { } at) return at - now;
        return _reserved > 0 || (Share is not null && most > 0) ? null : _length;   // else the limit is 0
    }

    /// <summary>A request begins that will use about so much.</summary>
    public void Begin(long now, long input, long output)
    {
        var amount = Of(input, output);
        if (kind == LimitKind.Requests) _sum.Add(now, _length, amount);
        else _reserved += amount;
        Share?.Admit(amount);
    }

    /// <summary>A request is over: in place of what it was expected to use comes what it has used.</summary>
    public void End(long now, (long Input, long Output) expected, (long Input, long Output) used)
    {
        if (kind == LimitKind.Requests) return;
        _reserved = Math.Max(0, _reserved - Of(expected.Input, expected.Output));   // a reload may have brought the window in the meantime
        _sum.Add(now, _length, Of(used.Input, used.Output));
    }

    /// <summary>For headers: how much is left, and when all of it will be.</summary>
    public LimitGauge Gauge(long now)
    {
        var left = Math.Max(0, most - Used(now) - (Share?.Others ?? 0));
        return new LimitGauge(most, left, TimeSpan.FromTicks(_reserved > 0 ? _length : _sum.EmptyAt(now, _length) - now));
    }

    /// <summary>Gives memory back that is not needed.</summary>
    public void Trim(long now) => _sum.Trim(now, _length);

    /// <summary>What a request is of it.</summary>
    public long Of(long input, long output) => kind switch
    {
        LimitKind.Requests => 1,
        LimitKind.InputTokens => input,
        LimitKind.OutputTokens => output,
        _ => input + output,
    };
}

/// <summary>How a limit stands, for headers.</summary>
/// <param name="Limit">How much there may be.</param>
/// <param name="Remaining">How much of it is left.</param>
/// <param name="Reset">How long until all of it is there again, if nothing more comes.</param>
public readonly record struct LimitGauge(long Limit, long Remaining, TimeSpan Reset)
{
    /// <summary>Is it nearer to its end than <paramref name="other"/>?</summary>
    public bool IsTighterThan(LimitGauge? other) => other is not { } known || Remaining < known.Remaining || (Remaining == known.Remaining && Reset > known.Reset);
}
