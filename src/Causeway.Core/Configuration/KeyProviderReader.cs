using Causeway.Core.Authentication;
using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>Reads the providers of a virtual key.</summary>
internal sealed class KeyProviderReader(TargetReader targets, LimitReader limits, bool strictLists)
{
    internal static readonly string[] Names = ["id", "provider", "model", "weight", "allowed_models", "blacklisted_models", "key_ids", .. LimitReader.OwnerNames];

    /// <summary>A provider with a model takes its share of all requests; one without takes its share of those that name only a model.</summary>
    /// <param name="list">The providers.</param>
    /// <param name="virtualKey">The virtual key's id.</param>
    public (List<VirtualKeyProvider> Entries, List<RouteTarget> Shares) Read(ConfigNode list, string virtualKey)
    {
        var (entries, shares) = (new List<VirtualKeyProvider>(), new List<RouteTarget>());
        foreach (var node in list.Items())
        {
            node.CheckNames(Names);
            if (node["provider"].IsMissing) node.Error("must name a provider");
            if (node["provider"].Text() is not { } provider || !targets.Knows(node["provider"], provider)) continue;
            var weight = node["weight"].Number(0, 1_000_000);
            var model = node["model"].Text() is { Length: > 0 } name ? name : null;
            if (model is not null) shares.Add(new RouteTarget($"{provider}/{model}", weight));
            var keys = Keys(node["key_ids"], provider);
            entries.Add(model is not null ? new VirtualKeyProvider(provider, ModelList.Only(model), null, keys)
                : new VirtualKeyProvider(provider, ModelList.Read(node["allowed_models"], node["blacklisted_models"], strictLists), weight, keys));
            limits.Add(node, new Scope { VirtualKey = virtualKey, Provider = provider, Model = model }, "provider_config",
                node["id"].Id() ?? $"{virtualKey}:{provider}{(model is null ? "" : "/" + model)}");
        }

        return (entries, shares);
    }

    /// <summary>The keys that are listed; null if all may be used. An empty list is none of them in a file of version 2, else all.</summary>
    private List<string>? Keys(ConfigNode list, string provider)
    {
        if (list.IsMissing) return null;
        var (keys, known) = (new List<string>(), targets.KeysOf(provider));
        foreach (var item in list.Items())
        {
            if (item.Id() is not { } key) continue;
            if (key != "*" && !known.Contains(key)) item.Unknown($"key of provider '{provider}'", known);
            keys.Add(key);
        }

        return keys.Contains("*") || (keys.Count == 0 && !strictLists) ? null : keys;
    }
}
