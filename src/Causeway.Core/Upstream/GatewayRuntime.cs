using System.Buffers.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Upstream;

/// <summary>
/// A configuration with everything built that exchanges need. Immutable: a reload makes a new one, and exchanges in flight
/// keep the one they began with.
/// </summary>
public sealed class GatewayRuntime
{
    private readonly Dictionary<string, KnownValue> _virtualKeys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownValue>.AlternateLookup<ReadOnlySpan<char>> _virtualKeysBySpan;
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
        Books = new Books(config.Budgets, previous?.Books);
        Limits = new LimitBook(config.RateLimits, previous?.Limits);
        Secrets = new SecretValues(config);
        Rules = previous?.Rules ?? new RuleTally();
        Prices = new PriceBook(config.Catalog, config.PriceOverrides);
        _virtualKeys.EnsureCapacity(config.VirtualKeys.Count);
        foreach (var key in config.VirtualKeys) _virtualKeys.TryAdd(Base64Url.EncodeToString(key.Hash.Span), new(key, DateTimeOffset.MaxValue));
        foreach (var key in config.VirtualKeys)
        {
            foreach (var former in key.Former) _virtualKeys.TryAdd(Base64Url.EncodeToString(former.Hash.Span), new(key, former.Until));
        }

        _virtualKeysBySpan = _virtualKeys.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The configuration.</summary>
    public GatewayConfig Config { get; }

    /// <summary>What is known of models.</summary>
    public ModelCatalog Catalog => Config.Catalog;

    /// <summary>What requests cost.</summary>
    public PriceBook Prices { get; }

    /// <summary>What is spent of the budgets.</summary>
    public Books Books { get; }

    /// <summary>How the rate limits stand.</summary>
    public LimitBook Limits { get; }

    /// <summary>What is taken out of what providers say.</summary>
    public SecretValues Secrets { get; }

    /// <summary>What the routing rules have done.</summary>
    public RuleTally Rules { get; }

    /// <summary>The providers in the order of the configuration.</summary>
    public IReadOnlyList<ProviderRuntime> Providers { get; }

    /// <summary>The virtual key whose secret has this hash, in base64url, and until when that is so; null if there is none.</summary>
    public KnownValue? VirtualKey(ReadOnlySpan<char> hash) => _virtualKeysBySpan.TryGetValue(hash, out var known) ? known : null;

    /// <summary>The provider of a name (case does not matter); null if there is none.</summary>
    public ProviderRuntime? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>Whose a secret is.</summary>
/// <param name="Key">The virtual key.</param>
/// <param name="Until">From when on the secret cannot be used: it was replaced by another.</param>
public readonly record struct KnownValue(VirtualKey Key, DateTimeOffset Until);
