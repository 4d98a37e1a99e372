using Causeway.Core.Configuration;
using Causeway.Core.Upstream;

namespace Causeway.Core.Routing;

/// <summary>Puts targets in the order in which they are tried.</summary>
public static class Balancer
{
    /// <summary>The targets of a weighted draw, or in their own order if none has a weight and the way of choosing needs none.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="balance">How one is chosen.</param>
    /// <param name="seed">The session's, or a random number.</param>
    /// <param name="gateway">Knows how busy and how fast they are.</param>
    public static IReadOnlyList<RouteTarget> Order(IReadOnlyList<RouteTarget> targets, Balance balance, ulong seed, GatewayRuntime gateway)
    {
        if (targets.Count < 2 || (balance == Balance.Weighted && !targets.Any(target => target.Weight is not null))) return targets;
        RouteTarget[] drawn = [.. targets.OrderByDescending(target => Rendezvous.Score(seed, target.Hash, target.Weight ?? 1))];
        if (balance != Balance.Weighted && Cost(drawn[1], balance, gateway) < Cost(drawn[0], balance, gateway)) (drawn[0], drawn[1]) = (drawn[1], drawn[0]);
        return drawn;
    }

    /// <summary>What it would cost to ask; nothing where nobody has asked yet.</summary>
    private static double Cost(RouteTarget target, Balance balance, GatewayRuntime gateway)
    {
        if (!ModelResolver.ResolveName(target.Name, gateway).IsOk) return double.MaxValue;
        var candidate = ModelResolver.ResolveName(target.Name, gateway).Value!;
        if (candidate.IsResting) return double.MaxValue;
        var load = candidate.Provider.Health.LoadOf(candidate.Model);
        return (balance == Balance.LeastBusy ? load?.InFlight : load?.LatencyMilliseconds) ?? 0;
    }
}
