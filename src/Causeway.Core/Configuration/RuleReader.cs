using System.Text.Json;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration;

/// <summary>Reads the section <c>routing</c>.</summary>
internal static class RuleReader
{
    internal static readonly string[] Names = ["rules", .. PolicyNames];

    internal static readonly string[] RuleNames =
    [
        "name", "description", "enabled", "when", "to", "balance", "only", "fallbacks", "content_filter_fallbacks", "set", "limit", "losses", "cache", "deny", .. PolicyNames,
    ];

    internal static readonly string[] SettingNames = ["max_tokens", "temperature", "top_p", "effort"];
    internal static readonly string[] LimitNames = ["max_tokens", "temperature", "effort"];

    private static string[] PolicyNames => ["deadline_in_seconds", "hedge_after_ms", "continue_streams"];

    /// <summary>What holds where no rule says otherwise.</summary>
    public static RoutePolicy Policy(ConfigNode node)
    {
        node.CheckNames(Names);
        return new RoutePolicy { Deadline = Deadline(node), HedgeAfter = Hedge(node), Continues = node["continue_streams"].Flag() ?? false };
    }

    /// <summary>The rules, in order.</summary>
    public static List<RoutingRule> Rules(ConfigNode node, TargetReader targets)
    {
        var rules = new List<RoutingRule>();
        var index = 0;
        foreach (var item in node["rules"].Items())
        {
            index++;
            if (item.Value.ValueKind != JsonValueKind.Object)
            {
                item.Error("must be an object with `name`, `when` and `to`");
                continue;
            }

            item.CheckNames(RuleNames);
            var rule = Rule(item, index, targets);
            Check(item, rule, rules);
            if (item["enabled"].Flag() ?? true) rules.Add(rule);
        }

        return rules;
    }

    /// <summary>Says what cannot be meant.</summary>
    private static void Check(ConfigNode node, RoutingRule rule, List<RoutingRule> earlier)
    {
        if (earlier.Exists(other => other.Name == rule.Name)) node["name"].Error("is the name of another rule, too");
        if (rule.Deny is "") node["deny"].Error("must be a message: it is what the client reads");
        if (rule.Deny is not null && rule.Targets.Count > 0) node["deny"].Error("stands beside `to`: a rule sends requests somewhere or refuses them");
        if (node["to"].Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0) node["to"].Error("must not be empty");
        if (rule.IsOnly && rule.Targets.Count == 0) node["only"].Error("needs `to`: it says that nothing else is asked");
        if (!rule.IsFinal && rule is { Fallbacks: [], FilterFallbacks: [], Settings: null, RejectsLosses: null, Caches: null, Deadline: null, HedgeAfter: null, Continues: null })
            node.Warn("does nothing: give it `to`, `deny`, `fallbacks`, `set`, `limit` or another action");
        if (earlier.Find(other => other is { IsFinal: true, When: AllOf { IsAlways: true } }) is { } before) node.Warn($"is never reached: rule '{before.Name}' holds for every request");
    }

    private static RoutingRule Rule(ConfigNode node, int index, TargetReader targets)
    {
        if (!node["cache"].IsMissing) node["cache"].Warn("is taken, but this version has no cache yet");
        return new RoutingRule
        {
            Name = node["name"].Text() is { Length: > 0 } name ? name : $"rule {index}",
            When = ConditionReader.Read(node["when"]),
            Targets = targets.Read(node["to"]),
            Balance = TargetReader.Balance(node["balance"]),
            IsOnly = node["only"].Flag() ?? false,
            Fallbacks = targets.Read(node["fallbacks"]),
            FilterFallbacks = targets.Read(node["content_filter_fallbacks"]),
            Settings = Settings(node["set"], node["limit"]),
            RejectsLosses = LossesReader.Rejects(node["losses"]),
            Caches = node["cache"].Flag(),
            Deny = node["deny"].Text(),
            Deadline = Deadline(node),
            HedgeAfter = Hedge(node),
            Continues = node["continue_streams"].Flag(),
        };
    }

    private static RequestSettings? Settings(ConfigNode set, ConfigNode limit)
    {
        if (set.IsMissing && limit.IsMissing) return null;
        set.CheckNames(SettingNames);
        limit.CheckNames(LimitNames);
        return new RequestSettings
        {
            MaxTokens = (long?)set["max_tokens"].Number(1, 10_000_000),
            Temperature = set["temperature"].Number(0, 2),
            TopP = set["top_p"].Number(0, 1),
            Effort = Effort(set["effort"]),
            MaxTokensLimit = (long?)limit["max_tokens"].Number(1, 10_000_000),
            TemperatureLimit = limit["temperature"].Number(0, 2),
            EffortLimit = Effort(limit["effort"]),
        };
    }

    private static string? Effort(ConfigNode node)
    {
        var effort = node.Text();
        if (effort is not null && !RequestSettings.Efforts.Contains(effort)) node.Error($"must be one of {string.Join(", ", RequestSettings.Efforts)}");
        return effort;
    }

    private static TimeSpan? Deadline(ConfigNode node) => node["deadline_in_seconds"].Seconds(0.05, 86_400);

    private static TimeSpan? Hedge(ConfigNode node) => node["hedge_after_ms"].Number(1, 3_600_000) is { } after ? TimeSpan.FromMilliseconds(after) : null;
}
