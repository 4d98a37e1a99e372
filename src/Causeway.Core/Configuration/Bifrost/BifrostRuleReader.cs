using System.Text.Json;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration.Bifrost;

/// <summary>
/// Reads Bifrost's own rules, <c>governance.routing_rules</c>. As there, those for a virtual key come first, then those for a team, then the rest, each
/// by its priority, and one whose expression cannot be read is left out with a warning.
/// </summary>
internal static class BifrostRuleReader
{
    internal static readonly string[] Names =
        ["id", "name", "description", "enabled", "cel_expression", "targets", "fallbacks", "scope", "scope_id", "priority", "chain_rule", "query"];

    internal static readonly string[] TargetNames = ["provider", "model", "weight", "key_id", "provider_key_name"];

    private static readonly string[] Scopes = ["virtual_key", "team", "customer", "global"];

    /// <summary>The rules, in the order in which they are asked.</summary>
    public static IEnumerable<RoutingRule> Read(ConfigNode node, TargetReader targets)
    {
        var rules = new List<(int Scope, double Priority, RoutingRule Rule)>();
        foreach (var item in node.Items())
        {
            if (item.Value.ValueKind != JsonValueKind.Object)
            {
                item.Error("must be an object with `name`, `cel_expression` and `targets`");
                continue;
            }

            item.CheckNames(Names);
            var scope = Array.IndexOf(Scopes, item["scope"].Text() ?? "global");
            if (scope < 0) item["scope"].Error($"must be one of {string.Join(", ", Scopes)}");
            else if ((item["enabled"].Flag() ?? true) && Rule(item, Scopes[scope], targets) is { } rule) rules.Add((scope, item["priority"].Number(-1e9, 1e9) ?? 0, rule));
        }

        return rules.OrderBy(entry => entry.Scope).ThenBy(entry => entry.Priority).Select(entry => entry.Rule);
    }

    private static RoutingRule? Rule(ConfigNode node, string scope, TargetReader targets)
    {
        if (scope == "customer")
        {
            node["scope"].Warn("this version knows no customers yet: the rule is left out");
            return null;
        }

        if (node["chain_rule"].Flag() == true) node["chain_rule"].Warn("is taken as false: the rule is the last one. An entry of model_aliases gives a model another name");
        try
        {
            var when = CelReader.Read(node["cel_expression"].Text() ?? "");
            return new RoutingRule
            {
                Name = node["name"].Text() ?? node["id"].Text() ?? node.Path,
                When = scope == "global" ? when : new AllOf([Scope(scope, node["scope_id"].Text() ?? ""), when]),
                Targets = [.. node["targets"].Items().Select(item => Target(item, targets)).OfType<RouteTarget>()],
                Fallbacks = [.. node["fallbacks"].Items().Select(item => Target(item, targets)).OfType<RouteTarget>()],
            };
        }
        catch (FormatException bad)
        {
            node["cel_expression"].Warn($"{bad.Message}: the rule is left out");
            return null;
        }
    }

    private static TextTest Scope(string scope, string id) => new(scope, scope == "team" ? facts => facts.TeamId : facts => facts.VirtualKeyId, TextOperator.Equals, id, true);

    /// <summary>A target without a model is for the model that was asked for, one without a provider for the provider.</summary>
    private static RouteTarget? Target(ConfigNode node, TargetReader targets)
    {
        if (node.Value.ValueKind == JsonValueKind.String) return node.Text() is { } text && text.EndsWith('/') ? Known(node, text[..^1], "*", null, targets) : targets.Read(node).FirstOrDefault();
        node.CheckNames(TargetNames);
        foreach (var pin in new[] { "key_id", "provider_key_name" })
        {
            if (!node[pin].IsMissing) node[pin].Warn("has no effect: any key of the provider is used");
        }

        var weight = node["weight"].Number(0, 1_000_000);
        return node["provider"].Text() is { Length: > 0 } provider ? Known(node["provider"], provider, node["model"].Text() is { Length: > 0 } model ? model : "*", weight, targets)
            : new RouteTarget($"*/{node["model"].Text() ?? "*"}", weight);
    }

    private static RouteTarget? Known(ConfigNode node, string provider, string model, double? weight, TargetReader targets) =>
        targets.Knows(node, provider) ? new RouteTarget($"{provider}/{model}", weight) : null;
}
