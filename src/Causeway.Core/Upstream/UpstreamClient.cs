using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Upstream;

/// <summary>The pooled connections to one provider, with its proxy, TLS and timeout settings.</summary>
public sealed class UpstreamClient : IDisposable
{
    /// <summary>How long a connection may take: name, socket and TLS. Lost packets are sent again after one and three seconds; who has not answered then is down.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _invoker;
    private readonly Version _version;
    private readonly HttpVersionPolicy _policy;

    /// <summary>Sets up connections as <paramref name="config"/> says; none is opened yet.</summary>
    public UpstreamClient(ProviderConfig config)
    {
        var network = config.Network;
        // HTTP/2 where TLS negotiates it; over plain text only if enforced, since there is no negotiation there.
        (_version, _policy) = network.EnforceHttp2
            ? (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact)
            : (HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrHigher);
        _invoker = new HttpMessageInvoker(CreateHandler(config), disposeHandler: true);
    }

    /// <summary>Sends a request; completes when the response's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Version = _version;
        request.VersionPolicy = _policy;
        request.Headers.TryAddWithoutValidation("Accept-Encoding", UpstreamBody.AcceptEncoding);
        return _invoker.SendAsync(request, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler CreateHandler(ProviderConfig config)
    {
        var network = config.Network;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,   // a redirect would carry the key to another host
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = network.MaxConnectionsPerHost,
            PooledConnectionIdleTimeout = network.KeepAliveTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),   // so that DNS changes are seen
            ConnectTimeout = ConnectLimit,
            MaxResponseDrainSize = 0,    // an answer nobody wants closes its connection: the provider stops generating
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,   // headers of clients pass on as the bytes they were
        };
        SetProxy(handler, config.Proxy);
        if (network.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // the operator asked for it by name
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (network.CaCertPem is { Length: > 0 } pem)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = TrustOnly(pem);
        }

        return handler;
    }

    private static void SetProxy(SocketsHttpHandler handler, ProxyConfig proxy)
    {
        handler.UseProxy = proxy.Type != ProxyType.None;
        if (proxy.Type is not (ProxyType.Http or ProxyType.Socks5)) return;   // Environment: the handler's own default
        handler.Proxy = new WebProxy(proxy.Url)
        {
            Credentials = proxy.Username is { } user ? new NetworkCredential(user, proxy.Password) : null,
        };
    }

    private static RemoteCertificateValidationCallback TrustOnly(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None) return true;
            if (certificate is null || chain is null || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            return chain.Build(new X509Certificate2(certificate));
        };
    }
}
