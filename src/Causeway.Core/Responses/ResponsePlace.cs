using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Responses;

/// <summary>A provider that may have stored an answer, and the key whose account it would be under.</summary>
public sealed class ResponsePlace
{
    private readonly ProviderRuntime _provider;
    private readonly UpstreamEndpoint _endpoint;
    private readonly KeyConfig? _key;

    private ResponsePlace(ProviderRuntime provider, UpstreamEndpoint endpoint, KeyConfig? key) => (_provider, _endpoint, _key) = (provider, endpoint, key);

    /// <summary>
    /// Where an answer may be: at its <paramref name="home"/>, or, if that is not known, at each provider that stores answers; only where
    /// <paramref name="caller"/> may go, with a key that it may use.
    /// </summary>
    public static IEnumerable<ResponsePlace> Of(GatewayRuntime gateway, ResponseHome? home, VirtualKey? caller)
    {
        foreach (var provider in gateway.Providers)
        {
            if (provider.EndpointFor(DialectId.OpenAIResponses) is not { Dialect: DialectId.OpenAIResponses } endpoint || (home is not null && home.Provider != provider.Name)) continue;
            if (caller?.Allows(provider.Name) == false) continue;
            var may = caller?.KeysOf(provider.Name, model: null);
            var key = provider.Config.Keys.FirstOrDefault(key => key.IsEnabled && (home?.Key is null || key.Name == home.Key) && may?.Invoke(key) != false);
            if (key is not null || provider.Config.IsKeyless) yield return new ResponsePlace(provider, endpoint, key);
        }
    }

    /// <summary>How long a request may take.</summary>
    public TimeSpan Limit => _provider.Config.Network.RequestTimeout;

    /// <summary>Sends a request about an answer.</summary>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="rest">The path below that of the API, with the query: <c>/resp_123/input_items?limit=100</c>.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string rest, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, _endpoint.UrlBelow(rest));
        ForwardedHeaders.SetCredential(request, _provider.Config, _key);
        return await _provider.Client.SendAsync(request, cancel);
    }
}
