using Causeway.Core.Authentication;
using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>Reads the providers of a virtual key.</summary>
internal sealed class KeyProviderReader(TargetReader targets, LimitReader limits, bool strictLists)
{
    internal static readonly string[] Names = ["id", "provider", "model", "weight", "allowed_models", "blacklisted_models", .. LimitReader.OwnerNames];
    internal static readonly string[] LaterNames = ["key_ids"];

    /// <summary>A provider with a model takes its share of all requests; one without takes its share of those that name only a model.</summary>
    /// <param name="list">The providers.</param>
    /// <param name="virtualKey">The virtual key's id.</param>
    public (List<VirtualKeyProvider> Entries, List<RouteTarget> Shares) Read(ConfigNode list, string virtualKey)
    {
        var (entries, shares) = (new List<VirtualKeyProvider>(), new List<RouteTarget>());
        foreach (var node in list.Items())
        {
            node.CheckNames([.. Names, .. LaterNames]);
            if (node["provider"].IsMissing) node.Error("must name a provider");
            if (node["provider"].Text() is not { } provider || !targets.Knows(node["provider"], provider)) continue;
            var weight = node["weight"].Number(0, 1_000_000);
            var model = node["model"].Text() is { Length: > 0 } name ? name : null;
            if (model is not null) shares.Add(new RouteTarget($"{provider}/{model}", weight));
            entries.Add(model is not null ? new VirtualKeyProvider(provider, ModelList.Only(model), null)
                : new VirtualKeyProvider(provider, ModelList.Read(node["allowed_models"], node["blacklisted_models"], strictLists), weight));
            limits.Add(node, new Scope { VirtualKey = virtualKey, Provider = provider, Model = model }, "provider_config",
                node["id"].Id() ?? $"{virtualKey}:{provider}{(model is null ? "" : "/" + model)}");
        }

        return (entries, shares);
    }
}
