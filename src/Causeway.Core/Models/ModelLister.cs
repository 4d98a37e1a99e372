using System.Collections.Concurrent;
using System.Text.Json;
using Causeway.Core.Authentication;
using Causeway.Core.Catalog;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Json;

namespace Causeway.Core.Models;

/// <summary>A model that clients may ask for.</summary>
/// <param name="Provider">The provider's configured name.</param>
/// <param name="Name">The model's name at the provider.</param>
/// <param name="DisplayName">A name for people.</param>
/// <param name="Created">When it was made, in seconds since 1970; null if unknown.</param>
public sealed record ListedModel(string Provider, string Name, string DisplayName, long? Created)
{
    /// <summary>The name that clients use: <c>provider/model</c>.</summary>
    public string Id => $"{Provider}/{Name}";

    /// <summary>What the catalogue knows of it; null if nothing.</summary>
    public ModelInfo? Known { get; init; }
}

/// <summary>
/// Lists the models of all configured providers: what the provider itself lists, or, where it cannot be asked in time, what the
/// catalogue knows. Models that no key may be used for are left out.
/// </summary>
public sealed class ModelLister(TimeProvider time)
{
    private const int MaxBody = 8 << 20;

    /// <summary>Claude Code waits 3 s for its list.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ProviderRuntime, (DateTimeOffset Until, ModelCatalog Catalog, IReadOnlyList<ListedModel> Models)> _cache = new();

    /// <summary>All models, provider by provider; only those that <paramref name="caller"/> may use.</summary>
    public async ValueTask<IReadOnlyList<ListedModel>> ListAsync(GatewayRuntime gateway, VirtualKey? caller, CancellationToken cancel)
    {
        var all = await ListAsync(gateway, cancel);
        return caller is null ? all : [.. all.Where(model => MayUse(caller, gateway, model))];
    }

    private static bool MayUse(VirtualKey caller, GatewayRuntime gateway, ListedModel model)
    {
        if (!caller.Allows(model.Provider, model.Name)) return false;
        var may = caller.KeysOf(model.Provider, model.Name);
        return may is null || gateway.Find(model.Provider)?.Config is not { IsKeyless: false } config || config.Keys.Any(key => key.IsEnabled && key.Models.Allows(model.Name) && may(key));
    }

    private async ValueTask<IReadOnlyList<ListedModel>> ListAsync(GatewayRuntime gateway, CancellationToken cancel)
    {
        foreach (var gone in _cache.Keys.Where(provider => !gateway.Providers.Contains(provider))) _cache.TryRemove(gone, out _);
        var lists = await Task.WhenAll(gateway.Providers.Select(provider => OfAsync(provider, gateway.Catalog, cancel)));
        return [.. lists.SelectMany(list => list)];
    }

    private async Task<IReadOnlyList<ListedModel>> OfAsync(ProviderRuntime provider, ModelCatalog catalog, CancellationToken cancel)
    {
        if (_cache.TryGetValue(provider, out var cached) && cached.Until > time.GetUtcNow() && cached.Catalog == catalog) return cached.Models;
        var listed = await AskAsync(provider, catalog, cancel);
        var models = Known(provider, catalog, listed ?? []);
        _cache[provider] = (time.GetUtcNow() + (listed is null ? RetryAfter : FreshFor), catalog, models);
        return models;
    }

    private static List<ListedModel> Known(ProviderRuntime provider, ModelCatalog catalog, IReadOnlyList<ListedModel> listed)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var models = new List<ListedModel>();
        var known = listed.Count > 0 ? [] : catalog.Models(provider.Name);
        foreach (var model in listed
            .Concat(known.Select(name => Named(provider, catalog, name)))
            .Concat(provider.Config.Keys.SelectMany(key => key.Models.Allowed).Where(name => !name.Contains('*')).Select(name => Named(provider, catalog, name))))
        {
            if (names.Add(model.Name) && (provider.Config.IsKeyless || provider.Config.Keys.Any(key => key.IsEnabled && key.Models.Allows(model.Name)))) models.Add(model);
        }

        return models;
    }

    private static ListedModel Named(ProviderRuntime provider, ModelCatalog catalog, string name)
    {
        var known = catalog.Find(provider.Name, name);
        return new(provider.Name, name, known?.DisplayName ?? name, null) { Known = known };
    }

    /// <summary>What the provider lists; null if it cannot be asked.</summary>
    private async Task<IReadOnlyList<ListedModel>?> AskAsync(ProviderRuntime provider, ModelCatalog catalog, CancellationToken cancel)
    {
        var config = provider.Config;
        if (config.Provider.ModelsPath is not { } path) return null;
        var key = config.Keys.FirstOrDefault(k => k.IsEnabled);
        if (key is null && !config.IsKeyless) return null;
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, config.UrlFor(path));
            ForwardedHeaders.SetCredential(request, config, key);
            using var reply = await provider.Client.SendAsync(request, either.Token);
            if (!reply.IsSuccessStatusCode) return null;
            using var body = new PooledBuffer();
            await using var stream = UpstreamBody.Open(reply);
            while (body.Length < MaxBody && await stream.ReadAsync(body.GetMemory(4096), either.Token) is > 0 and var count) body.Advance(count);
            return Read(provider, catalog, body.Memory);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException
            || (broken is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    private static List<ListedModel>? Read(ProviderRuntime provider, ModelCatalog catalog, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        if (document is null) return null;
        var list = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : RequestReader.Get(document.RootElement, "data"u8);
        if (list.ValueKind != JsonValueKind.Array) return null;
        var models = new List<ListedModel>();
        foreach (var item in list.EnumerateArray())
        {
            if (((RawJson)RequestReader.Get(item, "id"u8)).AsString() is not { Length: > 0 } name) continue;
            var named = Named(provider, catalog, name);
            models.Add(named with
            {
                DisplayName = ((RawJson)RequestReader.Get(item, "display_name"u8)).AsString() ?? named.DisplayName,
                Created = ((RawJson)RequestReader.Get(item, "created"u8)).AsInteger(),
            });
        }

        return models;
    }
}
