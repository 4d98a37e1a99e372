using Causeway.Core.Pipeline;

namespace Causeway.Core.Routing.Rules;

/// <summary>Goes through the ordered list.</summary>
public static class RuleList
{
    /// <summary>
    /// Applies the rules that hold: each one's policy counts over those before, up to and with the first that says where to go or refuses.
    /// That one is returned; null if there is none.
    /// </summary>
    public static RoutingRule? Apply(Exchange exchange, RequestFacts facts)
    {
        var rules = exchange.Gateway.Config.Rules;
        var policy = exchange.Policy;
        RoutingRule? last = null;
        for (var i = 0; i < rules.Count && last is null; i++)
        {
            var rule = rules[i];
            if (!rule.When.Holds(facts)) continue;
            exchange.Rules.Add(rule);
            exchange.Why.Add(rule.Reason);
            policy = Over(policy, rule);
            if (rule.IsFinal) last = rule;
        }

        if (exchange.Rules.Count > 0) exchange.Policy = policy;
        return last;
    }

    private static RoutePolicy Over(RoutePolicy policy, RoutingRule rule) => policy with
    {
        Deadline = rule.Deadline ?? policy.Deadline,
        HedgeAfter = rule.HedgeAfter ?? policy.HedgeAfter,
        Continues = rule.Continues ?? policy.Continues,
        RejectsLosses = rule.RejectsLosses ?? policy.RejectsLosses,
        Caches = rule.Caches ?? policy.Caches,
        Settings = rule.Settings?.Over(policy.Settings) ?? policy.Settings,
    };
}
