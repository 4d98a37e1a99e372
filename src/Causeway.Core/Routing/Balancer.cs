using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing;

/// <summary>Puts targets in the order in which they are tried.</summary>
public static class Balancer
{
    private const ulong Explores = 63;      // of this many draws one is kept whoever is faster, so that a slow target's average does not stay for ever
    private const int Busier = 4;           // requests by which another must be busier before a session leaves it

    /// <summary>
    /// The candidates of several targets: in their own order if none has a weight and nothing else is to be weighed, else drawn. The error of the
    /// first that is none.
    /// </summary>
    /// <param name="targets">The targets.</param>
    /// <param name="balance">How one is chosen.</param>
    /// <param name="asked">The model that was asked for, which a target may stand for with <c>*</c>.</param>
    /// <param name="gateway">Has the providers, and knows how busy and how fast they are.</param>
    /// <param name="exchange">Has the session, and is told how the choice was made; null: there is none.</param>
    public static Decoded<List<Candidate>> Choose(IReadOnlyList<RouteTarget> targets, Balance balance, string asked, GatewayRuntime gateway, Exchange? exchange = null)
    {
        if (targets.Count < 2 || (balance == Balance.Weighted && !HasWeight(targets))) return ModelResolver.ResolveAll(targets, asked, gateway);
        var seed = exchange?.Seed ?? Rendezvous.RandomSeed();
        var drawn = new (double Score, Candidate Candidate)[targets.Count];
        for (var i = 0; i < drawn.Length; i++)
        {
            var one = ModelResolver.ResolveTarget(targets[i], asked, gateway);
            if (!one.IsOk) return one.Error;
            Insert(drawn.AsSpan(0, i + 1), (Rendezvous.Score(seed, targets[i].Hash, targets[i].Weight ?? 1), one.Value));
        }

        if (drawn[1].Score > 0 && IsBetter(drawn[1].Candidate, drawn[0].Candidate, balance, exchange?.Session is not null, seed)) (drawn[0], drawn[1]) = (drawn[1], drawn[0]);
        exchange?.Why.Add(Reason(balance, exchange.Session is not null));
        var ordered = new List<Candidate>(drawn.Length);
        foreach (var (_, candidate) in drawn)
        {
            if (!ordered.Contains(candidate)) ordered.Add(candidate);
        }

        return ordered;
    }

    /// <summary>
    /// Is the second of two that were drawn the better one? What rests is not. A session leaves the first, where the provider's cache is warm, only
    /// for one that is better by far.
    /// </summary>
    private static bool IsBetter(Candidate second, Candidate first, Balance balance, bool hasSession, ulong seed)
    {
        if (balance == Balance.Weighted || second.IsResting) return false;
        if (first.IsResting) return true;
        var (ours, theirs) = (first.Provider.Health.LoadOf(first.Model), second.Provider.Health.LoadOf(second.Model));
        if (balance == Balance.LeastBusy)
        {
            var (busy, other) = (ours?.InFlight ?? 0, theirs?.InFlight ?? 0);
            return hasSession ? busy > (2 * other) + Busier : busy > other;
        }

        if (ours?.LatencyMilliseconds is not { } latency) return false;   // nobody knows yet: to be found out
        if (hasSession) return latency > 2 * theirs?.LatencyMilliseconds;
        return (seed & Explores) != 0 && latency > (theirs?.LatencyMilliseconds ?? 0);
    }

    private static string Reason(Balance balance, bool hasSession) => (balance, hasSession) switch
    {
        (Balance.LeastBusy, true) => "least busy, for its session",
        (Balance.LeastBusy, false) => "least busy",
        (Balance.Fastest, true) => "fastest, for its session",
        (Balance.Fastest, false) => "fastest",
        (_, true) => "by weight, for its session",
        _ => "by weight",
    };

    private static bool HasWeight(IReadOnlyList<RouteTarget> targets)
    {
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i].Weight is not null) return true;
        }

        return false;
    }

    /// <summary>Puts the entry into its place among those before it: the highest score first, equal ones as they came.</summary>
    private static void Insert(Span<(double Score, Candidate Candidate)> sorted, (double Score, Candidate Candidate) entry)
    {
        var place = sorted.Length - 1;
        for (; place > 0 && sorted[place - 1].Score < entry.Score; place--) sorted[place] = sorted[place - 1];
        sorted[place] = entry;
    }
}
