using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Upstream.Health;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Quirks;

namespace Causeway.Core.Upstream;

/// <summary>A configured provider, ready for use: its keys, connections, addresses and quirks.</summary>
public sealed class ProviderRuntime : IDisposable
{
    private readonly List<UpstreamEndpoint> _endpoints = [];

    /// <summary>Makes a provider ready.</summary>
    public ProviderRuntime(ProviderConfig config, bool dropsExcess = false, TimeProvider? time = null)
    {
        Health = new ProviderHealth(time ?? TimeProvider.System);
        Retries = new RetryBudget(time ?? TimeProvider.System, config.Network.RetryBudget);
        Admission = config.Concurrency is { } most ? new Admission(most, config.BufferSize, waits: !dropsExcess) : null;
        Config = config;
        Keys = new KeyRing(config.Keys);
        Quirks = config.Provider.BuildQuirks();
        Client = new UpstreamClient(config);
        foreach (var endpoint in config.Provider.Speaks)
        {
            if (DialectRegistry.Has(endpoint.Dialect)) _endpoints.Add(new UpstreamEndpoint(endpoint, config));
        }

    }

    /// <summary>The configured name.</summary>
    public string Name => Config.Name;

    /// <summary>The provider's configuration.</summary>
    public ProviderConfig Config { get; }

    /// <summary>Its keys.</summary>
    public KeyRing Keys { get; }

    /// <summary>What of it failed lately.</summary>
    public ProviderHealth Health { get; }

    /// <summary>Bounds the retries it gets.</summary>
    public RetryBudget Retries { get; }

    /// <summary>Bounds its requests; null: no limit.</summary>
    public Admission? Admission { get; }

    /// <summary>What its requests need changed.</summary>
    public QuirkChain Quirks { get; }

    /// <summary>Its connections.</summary>
    public UpstreamClient Client { get; }

    /// <summary>Where to send a request of a client that speaks <paramref name="client"/>: the same dialect if the provider speaks it, else its preferred one.</summary>
    public UpstreamEndpoint? EndpointFor(DialectId client)
    {
        foreach (var endpoint in _endpoints)
        {
            if (endpoint.Dialect == client) return endpoint;
        }

        return _endpoints.Count > 0 ? _endpoints[0] : null;
    }

    /// <summary>Is it known to have the model: does a key name it, or the catalogue?</summary>
    public bool Has(string model, ModelCatalog catalog) => Keys.Names(model) || catalog.Knows(Name, model);

    /// <summary>What <paramref name="catalog"/> and its own description say of one of its models. It outlives catalogues, so it holds none.</summary>
    public ModelTraits TraitsOf(string model, ModelCatalog catalog)
    {
        var traits = catalog.Find(Name, model)?.Traits ?? ModelTraits.Unknown;
        var provider = Config.Provider;
        if (!provider.ReplaysReasoning && provider.Schemas is null) return traits;
        return traits with
        {
            ReplaysReasoning = provider.ReplaysReasoning ? true : traits.ReplaysReasoning,
            ToolSchemas = traits.ToolSchemas ?? provider.Schemas?.Tools,
            StrictSchemas = traits.StrictSchemas ?? provider.Schemas?.Strict,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}

/// <summary>Where a provider offers an API.</summary>
public sealed class UpstreamEndpoint(ProviderEndpoint endpoint, ProviderConfig config)
{
    private readonly Uri? _fixed = NamesModel(endpoint.Path) ? null : config.UrlFor(endpoint.Path);

    /// <summary>What is spoken there.</summary>
    public DialectId Dialect => endpoint.Dialect;

    /// <summary>Where a request for <paramref name="model"/> is posted.</summary>
    public Uri UrlFor(string model, bool stream) => _fixed ?? At(stream ? endpoint.StreamPath ?? endpoint.Path : endpoint.Path, model);

    /// <summary>Where the tokens of a request for <paramref name="model"/> are counted; null if nowhere.</summary>
    public Uri? CountUrlFor(string model) => endpoint.CountPath is { } path ? At(path, model) : null;

    /// <summary>Where a conversation is made shorter by the provider itself; null if nowhere.</summary>
    public Uri? CompactUrl => endpoint.CompactPath is { } path ? config.UrlFor(path) : null;

    /// <summary>Where something that the provider stores under the API's path is found: <paramref name="rest"/> begins with a slash.</summary>
    public Uri UrlBelow(string rest) => config.UrlFor(endpoint.Path + rest);

    private Uri At(string path, string model) => config.UrlFor(path.Replace("{model}", Uri.EscapeDataString(model), StringComparison.Ordinal));

    private static bool NamesModel(string path) => path.Contains("{model}", StringComparison.Ordinal);
}
