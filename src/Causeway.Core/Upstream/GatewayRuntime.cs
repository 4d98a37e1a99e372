using Causeway.Core.Configuration;

namespace Causeway.Core.Upstream;

/// <summary>
/// A configuration with everything built that exchanges need. Immutable: a reload makes a new one, and exchanges in flight
/// keep the one they began with.
/// </summary>
public sealed class GatewayRuntime
{
    private readonly Dictionary<string, ProviderRuntime> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Builds what <paramref name="config"/> says. Providers that did not change are taken over from
    /// <paramref name="previous"/>, so that their warm connections survive a reload.
    /// </summary>
    public GatewayRuntime(GatewayConfig config, GatewayRuntime? previous = null)
    {
        Config = config;
        foreach (var (name, provider) in config.Providers)
            _byName[name] = previous?.Find(name) is { } same && same.Config.IsSame(provider) && previous.Config.Client.DropExcessRequests == config.Client.DropExcessRequests
                ? same : new ProviderRuntime(provider, config.Client.DropExcessRequests);
        Providers = [.. _byName.Values];
    }

    /// <summary>The configuration.</summary>
    public GatewayConfig Config { get; }

    /// <summary>The providers in the order of the configuration.</summary>
    public IReadOnlyList<ProviderRuntime> Providers { get; }

    /// <summary>The provider of a name (case does not matter); null if there is none.</summary>
    public ProviderRuntime? Find(string name) => _byName.GetValueOrDefault(name);
}
