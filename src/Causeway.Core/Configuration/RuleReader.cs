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
        "name", "description", "enabled", "when", "to", "balance", "fallbacks", "content_filter_fallbacks", "set", "limit", "losses", "cache", "deny", .. PolicyNames,
    ];

    internal static readonly string[] SettingNames = ["max_tokens", "temperature", "top_p", "effort"];
    internal static readonly string[] LimitNames = ["max_tokens", "temperature"];

    private static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

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
        foreach (var item in node["rules"].Items())
        {
            if (item.Value.ValueKind != JsonValueKind.Object)
            {
                item.Error("must be an object with `name`, `when` and `to`");
                continue;
            }

            item.CheckNames(RuleNames);
            var rule = Rule(item, rules.Count, targets);
            if (rules.Exists(other => other.Name == rule.Name)) item["name"].Error("is the name of another rule, too");
            if (item["enabled"].Flag() ?? true) rules.Add(rule);
        }

        return rules;
    }

    private static RoutingRule Rule(ConfigNode node, int index, TargetReader targets)
    {
        if (!node["cache"].IsMissing) node["cache"].Warn("is taken, but this version has no cache yet");
        return new RoutingRule
        {
            Name = node["name"].Text() ?? $"rule {index + 1}",
            When = ConditionReader.Read(node["when"]),
            Targets = targets.Read(node["to"]),
            Balance = TargetReader.Balance(node["balance"]),
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
        var effort = set["effort"].Text();
        if (effort is not null && !Efforts.Contains(effort)) set["effort"].Error($"must be one of {string.Join(", ", Efforts)}");
        return new RequestSettings
        {
            MaxTokens = (long?)set["max_tokens"].Number(1, 10_000_000),
            Temperature = set["temperature"].Number(0, 2),
            TopP = set["top_p"].Number(0, 1),
            Effort = effort,
            MaxTokensLimit = (long?)limit["max_tokens"].Number(1, 10_000_000),
            TemperatureLimit = limit["temperature"].Number(0, 2),
        };
    }

    private static TimeSpan? Deadline(ConfigNode node) => node["deadline_in_seconds"].Seconds(0.05, 86_400);

    private static TimeSpan? Hedge(ConfigNode node) => node["hedge_after_ms"].Number(1, 3_600_000) is { } after ? TimeSpan.FromMilliseconds(after) : null;
}
