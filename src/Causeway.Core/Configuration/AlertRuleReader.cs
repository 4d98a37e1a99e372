using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>governance.alert_rules</c>: <c>[{"type": "error_rate", "threshold": 0.2, "window": "5m"}, {"type": "runaway_agent", "enabled": false}]</c>. A kind that is
/// named has the rules that are given; the usual ones hold for the others.
/// </summary>
internal static class AlertRuleReader
{
    internal static readonly string[] CommonNames = ["type", "enabled", "cooldown"];
    internal static readonly string[] RateNames = ["scope", "threshold", "window", "min_requests"];
    internal static readonly string[] LatencyNames = ["quantile", "of"];
    internal static readonly string[] ProviderNames = ["window", "min_requests"];
    internal static readonly string[] RunawayNames = ["in_a_row", "calls", "window", "stalled"];
    internal static readonly string[] CacheNames = ["from", "to", "min_tokens", "cache_life"];

    /// <summary>The kinds that rules are of.</summary>
    internal static readonly string[] Types = [RateAlert.ErrorRate, RateAlert.Latency, RateAlert.SpendRate, ProviderAlert.Down, RunawayAlert.Name, CacheAlert.Name];

    private const double DefaultErrorRate = 0.2;
    private const double Most = 1_000_000_000;

    private static readonly WatchScope[] UsualScopes = [WatchScope.All, WatchScope.Target];

    /// <summary>The rules; none if nobody is told and none is given.</summary>
    /// <param name="node">The section.</param>
    /// <param name="hasTargets">Is there anybody to be told?</param>
    public static IReadOnlyList<AlertRule> Read(ConfigNode node, bool hasTargets)
    {
        var (rules, named) = (new List<AlertRule>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var item in node.Items())
        {
            if (TypeOf(item) is not { } type) continue;
            named.Add(type);
            item.CheckNames([.. CommonNames, .. NamesOf(type)]);
            if (item["enabled"].Flag() ?? true) rules.AddRange(Read(item, type));
        }

        if (node.IsMissing && !hasTargets) return [];
        foreach (var type in Types.Where(type => !named.Contains(type))) rules.AddRange(Usual(type));
        return rules;
    }

    private static string? TypeOf(ConfigNode item)
    {
        var node = item["type"];
        if (node.IsMissing) node.Error($"is required: one of {string.Join(", ", Types)}");
        if (node.Text() is not { } type) return null;
        if (Types.Contains(type)) return type;
        node.Unknown("kind of rule", Types);
        return null;
    }

    private static string[] NamesOf(string type) => type switch
    {
        RateAlert.Latency => [.. RateNames, .. LatencyNames],
        ProviderAlert.Down => ProviderNames,
        RunawayAlert.Name => RunawayNames,
        CacheAlert.Name => CacheNames,
        _ => RateNames,
    };

    /// <summary>What holds where nothing is said. What is slow or dear nobody but the operator knows.</summary>
    private static IEnumerable<AlertRule> Usual(string type) => type switch
    {
        RateAlert.ErrorRate => UsualScopes.Select(scope => new ErrorRateRule { Threshold = DefaultErrorRate, Scope = scope }),
        ProviderAlert.Down => [new ProviderDownRule()],
        RunawayAlert.Name => [new RunawayAgentRule()],
        CacheAlert.Name => [new CacheRegressionRule()],
        _ => [],
    };

    private static IEnumerable<AlertRule> Read(ConfigNode item, string type)
    {
        AlertRule[] rules = type switch
        {
            RateAlert.ErrorRate => [.. Scopes(item["scope"], UsualScopes).Select(scope => Rate(item, new ErrorRateRule { Threshold = item["threshold"].Number(0, 1) ?? DefaultErrorRate, Scope = scope }))],
            RateAlert.Latency => Latency(item),
            RateAlert.SpendRate => SpendRate(item),
            ProviderAlert.Down => [Provider(item, new ProviderDownRule())],
            RunawayAlert.Name => [Runaway(item, new RunawayAgentRule())],
            _ => [Cache(item, new CacheRegressionRule())],
        };
        var coolDown = Length(item["cooldown"]);
        return coolDown is { } known ? rules.Select(rule => rule with { CoolDown = known }) : rules;
    }

    private static AlertRule[] Latency(ConfigNode item)
    {
        if (Threshold(item["threshold"], "seconds, such as 30") is not { } threshold) return [];
        var isFirst = item["of"].Text() switch
        {
            null or "duration" => false,
            "first_token" => true,
            _ => Wrong(item["of"], "must be duration or first_token"),
        };
        var quantile = item["quantile"].Number(0.01, 0.9999) ?? 0.95;
        return [.. Scopes(item["scope"], UsualScopes).Select(scope => Rate(item, new LatencyRule { Threshold = threshold, Scope = scope, IsFirstToken = isFirst, Quantile = quantile }))];
    }

    private static AlertRule[] SpendRate(ConfigNode item)
    {
        if (Threshold(item["threshold"], "US dollars an hour, such as 10") is not { } threshold) return [];
        var usual = new SpendRateRule { Threshold = threshold, Window = TimeSpan.FromMinutes(15), MinRequests = 1 };
        return [.. Scopes(item["scope"], [WatchScope.All]).Select(scope => Rate(item, usual with { Scope = scope }))];
    }

    private static RateRule Rate(ConfigNode item, RateRule usual) =>
        usual with { Window = Length(item["window"]) ?? usual.Window, MinRequests = item["min_requests"].Integer(1) ?? usual.MinRequests };

    private static ProviderDownRule Provider(ConfigNode item, ProviderDownRule usual) =>
        usual with { Window = Length(item["window"]) ?? usual.Window, MinRequests = item["min_requests"].Integer(1) ?? usual.MinRequests };

    private static RunawayAgentRule Runaway(ConfigNode item, RunawayAgentRule usual) => usual with
    {
        InARow = item["in_a_row"].Integer(2) ?? usual.InARow, Calls = item["calls"].Integer(2) ?? usual.Calls,
        Window = Length(item["window"]) ?? usual.Window, Stalled = item["stalled"].Integer(2) ?? usual.Stalled,
    };

    private static CacheRegressionRule Cache(ConfigNode item, CacheRegressionRule usual) => usual with
    {
        From = item["from"].Number(0.01, 1) ?? usual.From, To = item["to"].Number(0.001, 1) ?? usual.To,
        MinTokens = item["min_tokens"].Integer(1) ?? usual.MinTokens, CacheLife = Length(item["cache_life"]) ?? usual.CacheLife,
    };

    private static IEnumerable<WatchScope> Scopes(ConfigNode node, WatchScope[] usual)
    {
        if (node.IsMissing) return usual;
        var scopes = new List<WatchScope>();
        foreach (var item in node.OneOrMore())
        {
            if (item.Text() is not { } word) continue;
            if (Array.IndexOf(WatchScopes.Words, word) is >= 0 and var scope) scopes.Add((WatchScope)scope);
            else item.Unknown("scope", WatchScopes.Words);
        }

        return scopes.Distinct();
    }

    private static double? Threshold(ConfigNode node, string what)
    {
        if (node.IsMissing) node.Error($"is required: {what}");
        return node.Number(0, Most);
    }

    private static TimeSpan? Length(ConfigNode node) => node.IsMissing ? null : RateLimitReader.Length(node);

    private static bool Wrong(ConfigNode node, string fix)
    {
        node.Error(fix);
        return false;
    }
}
