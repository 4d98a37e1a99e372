using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance.Limits;

/// <summary>
/// What a request holds of the limits that admitted it: a place among those at a time, and the tokens that it is expected to use. It must be settled,
/// once; more often does no harm. Belongs to one flow of control.
/// </summary>
public sealed class LimitPermit
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly CallerLimits _limits;
    private readonly LimitMeter[] _meters;
    private readonly TimeProvider _time;
    private (long Input, long Output) _expected;
    private LimitGauge? _requests;
    private LimitGauge? _tokens;
    private readonly List<LimitMeter> _wanting = [];
    private bool _isHeld;

    internal LimitPermit(CallerLimits limits, LimitMeter[] meters, TimeProvider time) => (_limits, _meters, _time) = (limits, meters, time);

    /// <summary>The tightest limit of requests, as it was when the request came; null if there is none.</summary>
    public LimitGauge? Requests => _requests;

    /// <summary>The tightest limit of tokens, as it was when the request came; null if there is none.</summary>
    public LimitGauge? Tokens => _tokens;

    /// <summary>Has the client something to be told in headers?</summary>
    public bool IsShown => _requests is not null || _tokens is not null;

    /// <summary>An exchange is over: what its calls used is counted, of those that nobody waited for too, since their providers count it as well.</summary>
    public void Settle(IReadOnlyList<Attempt> trail)
    {
        if (!_isHeld) return;
        var (input, output) = (0L, 0L);
        foreach (var attempt in trail)
        {
            var used = Used(attempt.Usage, attempt.Status);
            input += used.Input;
            output += used.Output;
        }

        End((input, output));
    }

    /// <summary>A call is over.</summary>
    /// <param name="usage">What it used; null if that is not known.</param>
    /// <param name="status">How it ended, as <see cref="Attempt.Status"/> has it.</param>
    internal void Settle(Usage? usage, int status) => End(Used(usage, status));

    /// <summary>Nothing was used.</summary>
    internal void Leave() => End(default);

    /// <summary>Asks all limits: they admit the request, or none counts it, and there is an error.</summary>
    internal GatewayError? Enter(Exchange exchange)
    {
        if (_limits.CountsTokens) _expected = (TokenGuess.Of(exchange.Body.Span), _limits.ExpectedAnswer);
        LimitRefusal? refusal = null;
        foreach (var meter in _meters) Monitor.Enter(meter);
        try
        {
            var now = LimitBook.Ticks(_time);   // read when nobody else can write, so that no meter sees it go back
            foreach (var meter in _meters)
            {
                if (meter.Refuse(now) is { } no && no.Wait > (refusal?.Wait ?? 0)) refusal = no;
            }

            foreach (var meter in _meters)
            {
                if (refusal is null) meter.Begin(now, _expected.Input, _expected.Output);
                meter.Show(now, ref _requests, ref _tokens);
            }
        }
        finally
        {
            foreach (var meter in _meters) Monitor.Exit(meter);
        }

        _isHeld = refusal is null;
        _limits.Book.TrimNext(_time);
        return refusal?.ToError();
    }

    /// <summary>
    /// After a refusal, where other nodes have the limits, too: asks whether there is more for this one, and then all limits again. The error stays if there
    /// is not, or if the database does not answer.
    /// </summary>
    internal async Task<GatewayError?> GrowAsync(Exchange exchange, LimitShares shares, GatewayError? error)
    {
        while (error is not null && Want())
        {
            await shares.Next().WaitAsync(LongestWait, _time, exchange.ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            CallOff();
            error = Enter(exchange);
        }

        return error;
    }

    /// <summary>Says to the meters that refuse what is wanted; false if one of them has no more.</summary>
    private bool Want()
    {
        var refuses = false;
        foreach (var meter in _meters)
        {
            lock (meter)
            {
                var now = LimitBook.Ticks(_time);
                if (meter.Refuse(now) is null) continue;
                if (meter.Want(now, _expected.Input, _expected.Output)) _wanting.Add(meter);
                else refuses = true;
            }
        }

        if (refuses) CallOff();
        return !refuses;
    }

    private void CallOff()
    {
        foreach (var meter in _wanting)
        {
            lock (meter) meter.CallOff(_expected.Input, _expected.Output);
        }

        _wanting.Clear();
    }

    /// <summary>The prompt of a call that ended before its provider said how long it was has been sent all the same: it is as long as expected.</summary>
    private (long Input, long Output) Used(Usage? usage, int status) =>
        usage is null && status != Attempt.Abandoned ? default : (usage?.InputTokens ?? _expected.Input, usage?.OutputTokens ?? 0);

    private void End((long Input, long Output) used)
    {
        if (!_isHeld) return;
        _isHeld = false;
        if (used.Output > 0) _limits.Learn(used.Output);
        foreach (var meter in _meters)
        {
            lock (meter) meter.End(LimitBook.Ticks(_time), _expected, used);
        }
    }
}
