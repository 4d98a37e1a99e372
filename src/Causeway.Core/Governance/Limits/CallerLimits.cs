using Causeway.Core.Routing;

namespace Causeway.Core.Governance.Limits;

/// <summary>The limits that are for one caller. Thread-safe.</summary>
internal sealed class CallerLimits
{
    private const long FirstGuess = 500;   // tokens of an answer, before there was one
    private const int Inertia = 8;         // answers

    private readonly LimitMeter[] _ofCandidates;
    private long _answer = FirstGuess;

    /// <summary>Sorts out what there is for the caller.</summary>
    public CallerLimits(LimitBook book, List<LimitMeter> meters)
    {
        Book = book;
        meters.Sort(static (one, other) => one.Order.CompareTo(other.Order));
        Own = [.. meters.Where(meter => meter.Limit.Scope.IsOfCaller)];
        _ofCandidates = [.. meters.Where(meter => !meter.Limit.Scope.IsOfCaller)];
        CountsTokens = meters.Exists(meter => meter.Limit is not { Tokens: null, InputTokens: null, OutputTokens: null });
    }

    /// <summary>Where they come from.</summary>
    public LimitBook Book { get; }

    /// <summary>The meters that are known before a candidate is chosen.</summary>
    public LimitMeter[] Own { get; }

    /// <summary>Does any of them count tokens?</summary>
    public bool CountsTokens { get; }

    /// <summary>How many tokens an answer is expected to have: as many as the last ones.</summary>
    public long ExpectedAnswer => Interlocked.Read(ref _answer);

    /// <summary>An answer had so many tokens.</summary>
    public void Learn(long tokens)
    {
        var known = ExpectedAnswer;
        Interlocked.Exchange(ref _answer, known + ((tokens - known) / Inertia));   // what another writes meanwhile is lost, which does no harm
    }

    /// <summary>The meters for calls to a candidate.</summary>
    public LimitMeter[] Of(Candidate candidate)
    {
        List<LimitMeter>? found = null;
        foreach (var meter in _ofCandidates)
        {
            if (meter.Limit.Scope.Covers(candidate.Provider.Name, candidate.Model)) (found ??= []).Add(meter);
        }

        return found is null ? [] : [.. found];
    }
}
