using System.Text.Json;
using Causeway.Core.Routing;

namespace Causeway.Core.Configuration;

/// <summary>Reads where requests go: <c>"provider/model"</c>, <c>{"provider", "model", "weight"}</c>, or a list of these.</summary>
/// <param name="providers">The providers that are configured.</param>
internal sealed class TargetReader(IReadOnlyDictionary<string, ProviderConfig> providers)
{
    internal static readonly string[] Names = ["provider", "model", "weight"];
    internal static readonly string[] BalanceWords = ["weighted", "least-busy", "fastest"];

    /// <summary>The targets; none if the value is missing.</summary>
    public List<RouteTarget> Read(ConfigNode node)
    {
        var targets = new List<RouteTarget>();
        foreach (var item in node.OneOrMore())
        {
            if (One(item) is { } target) targets.Add(target);
        }

        return targets;
    }

    /// <summary>How one of several is chosen.</summary>
    public static Balance Balance(ConfigNode node)
    {
        switch (node.Text())
        {
            case null or "weighted": return Routing.Balance.Weighted;
            case "least-busy": return Routing.Balance.LeastBusy;
            case "fastest": return Routing.Balance.Fastest;
            default:
                node.Error($"must be one of {string.Join(", ", BalanceWords)}");
                return Routing.Balance.Weighted;
        }
    }

    /// <summary>Is the provider configured? Else says so.</summary>
    public bool Knows(ConfigNode node, string provider)
    {
        if (providers.ContainsKey(provider)) return true;
        node.Error($"must be one of the configured providers: {string.Join(", ", providers.Keys)}");
        return false;
    }

    /// <summary>The names and ids of a provider's keys.</summary>
    public string[] KeysOf(string provider) => [.. providers[provider].Keys.SelectMany(key => key.Id is { } id && id != key.Name ? new[] { key.Name, id } : [key.Name])];

    private RouteTarget? One(ConfigNode item)
    {
        var isObject = item.Value.ValueKind == JsonValueKind.Object;
        if (isObject) item.CheckNames(Names);
        var weight = isObject ? item["weight"].Number(0, 1_000_000) : null;
        var model = isObject ? item["model"].Text() : item.Text();
        if (model is null)
        {
            if (isObject ? item["model"].IsMissing : item.IsMissing) item.Error("must name a model");
            return null;
        }

        var name = isObject && item["provider"].Text() is { } provider ? $"{provider}/{model}" : model;
        var slash = name.IndexOf('/');
        if (slash > 0 && slash < name.Length - 1 && providers.ContainsKey(name[..slash])) return new RouteTarget(name, weight);
        item.Error($"must be `provider/model` with one of the configured providers: {string.Join(", ", providers.Keys)}");
        return null;
    }
}
