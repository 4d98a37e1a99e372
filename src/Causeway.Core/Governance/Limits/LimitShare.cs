namespace Causeway.Core.Governance.Limits;

/// <summary>What this node may have of one number of a limit that several share. For those who hold the monitor of its meter.</summary>
internal sealed class LimitShare
{
    private const long Fresh = TimeSpan.TicksPerSecond / 5;   // for so long a no is not asked for again

    private bool _isShort;   // there was less than was needed
    private long _answered;
    private long _asked;
    private (long Time, long Asked) _last;
    private (long Time, long Asked) _before;

    /// <summary>So much it may have.</summary>
    public long Share { get; private set; }

    /// <summary>What other nodes have used, as last known.</summary>
    public long Others { get; private set; }

    /// <summary>What requests need that wait.</summary>
    public long Need { get; set; }

    /// <summary>May there be more for the asking, as far as is known?</summary>
    public bool MayGrow(long most, long now) => Share < most && (!_isShort || now - _answered > Fresh);

    /// <summary>What is to be said of it. Until there is an answer, no more is admitted than what it keeps in any case.</summary>
    public ShareAsk Ask(RateLimit limit, LimitKind kind, long most, TimeSpan window, long used, long now)
    {
        var pace = Pace(now);
        Share = Math.Min(Share, used + pace);
        return new ShareAsk(limit.Id, kind, most, window, used, Share, Need, pace);
    }

    /// <summary>Takes over an answer.</summary>
    public void Take(ShareAsk ask, ShareReply reply, long now) =>
        (Share, Others, _isShort, _answered) = (reply.Share, reply.Others, reply.Share < ask.Used + ask.Need, now);

    /// <summary>A request was admitted that takes about so much.</summary>
    public void Admit(long amount) => _asked += amount;

    /// <summary>What was admitted in the last one or two seconds.</summary>
    private long Pace(long now)
    {
        if (now - _last.Time >= TimeSpan.TicksPerSecond) (_before, _last) = (now - _last.Time >= 2 * TimeSpan.TicksPerSecond ? (now, _asked) : _last, (now, _asked));
        return _asked - _before.Asked;
    }
}
