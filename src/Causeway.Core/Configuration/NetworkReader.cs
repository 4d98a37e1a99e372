using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>network_config</c> and <c>proxy_config</c>.</summary>
internal static class NetworkReader
{
    internal static readonly string[] Names =
    [
        "base_url", "extra_headers", "default_request_timeout_in_seconds", "stream_idle_timeout_in_seconds", "first_token_timeout_in_seconds", "max_retries", "retry_budget", "retry_backoff_initial",
        "retry_backoff_max", "enforce_http2", "insecure_skip_verify", "ca_cert_pem", "max_conns_per_host", "keep_alive_timeout_in_seconds",
    ];

    internal static readonly string[] LaterNames = ["beta_header_overrides", "allow_private_network"];

    internal static readonly string[] ProxyNames = ["type", "url", "username", "password"];

    private const string OfProvider = "the `value` of a key, or a header in `extra_headers`";   // where credentials belong

    public static NetworkConfig Read(ConfigNode node)
    {
        var defaults = new NetworkConfig();
        if (node.IsMissing) return defaults;
        node.CheckNames([.. Names, .. LaterNames]);
        return defaults with
        {
            BaseUrl = Address(node["base_url"], ["http", "https"], OfProvider),
            ExtraHeaders = [.. node["extra_headers"].Members().Select(h => KeyValuePair.Create(h.Name, h.Node.Text() ?? ""))],
            RequestTimeout = node["default_request_timeout_in_seconds"].Seconds(0.05, 86_400) ?? defaults.RequestTimeout,
            StreamIdleTimeout = node["stream_idle_timeout_in_seconds"].Seconds(0.05, 86_400) ?? defaults.StreamIdleTimeout,
            FirstTokenTimeout = node["first_token_timeout_in_seconds"].Seconds(0.05, 86_400) ?? defaults.FirstTokenTimeout,
            MaxRetries = (int)(node["max_retries"].Number(0, 20) ?? defaults.MaxRetries),
            RetryBudget = node["retry_budget"].Number(0, 20) ?? defaults.RetryBudget,
            RetryBackoffInitial = Milliseconds(node["retry_backoff_initial"]) ?? defaults.RetryBackoffInitial,
            RetryBackoffMax = Milliseconds(node["retry_backoff_max"]) ?? defaults.RetryBackoffMax,
            EnforceHttp2 = node["enforce_http2"].Flag() ?? false,
            InsecureSkipVerify = node["insecure_skip_verify"].Flag() ?? false,
            CaCertPem = Certificates(node["ca_cert_pem"]),
            MaxConnectionsPerHost = (int)(node["max_conns_per_host"].Number(1, 1_000_000) ?? defaults.MaxConnectionsPerHost),
            KeepAliveTimeout = node["keep_alive_timeout_in_seconds"].Seconds(1, 86_400) ?? defaults.KeepAliveTimeout,
        };
    }

    public static ProxyConfig ReadProxy(ConfigNode node, Func<string, string?> env)
    {
        if (node.IsMissing) return new ProxyConfig { Type = ProxyType.Environment };
        node.CheckNames([.. ProxyNames, "ca_cert_pem"]);
        ProxyType? type = node["type"].Text() switch
        {
            null or "none" or "" => ProxyType.None,
            "http" => ProxyType.Http,
            "socks5" => ProxyType.Socks5,
            "environment" => ProxyType.Environment,
            _ => null,
        };
        if (type is null) node["type"].Error("must be none, http, socks5 or environment");
        var url = Address(node["url"], ["http", "https", "socks5"], "`username` and `password`");
        if (type is ProxyType.Http or ProxyType.Socks5 && url is null) node["url"].Error("is required: the proxy's address");
        return new ProxyConfig
        {
            Type = type ?? ProxyType.None,
            Url = url,
            Username = node["username"].Text(),
            Password = node["password"].IsMissing ? null : ProviderReader.Secret(node["password"], env, out _),
        };
    }

    /// <summary>The address of a provider that is described in full.</summary>
    public static void CheckAddress(ConfigNode node, string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0) RefuseUser(node, OfProvider);
    }

    /// <summary>An address. Whoever may see providers sees it, and so would see a password in it.</summary>
    private static string? Address(ConfigNode node, string[] schemes, string fields)
    {
        if (node.Text() is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme)) node.Error($"must be an address such as https://api.example.com, with {string.Join(" or ", schemes)}", secret: text.Contains('@'));
        else if (uri.UserInfo.Length > 0) RefuseUser(node, fields);
        return text;
    }

    private static void RefuseUser(ConfigNode node, string fields) => node.Error($"has a user's name or a password in it, and addresses are shown: give them as {fields}", secret: true);

    /// <summary>Certificates that can be read: later, when connections are made ready, it is too late to say that they cannot.</summary>
    private static string? Certificates(ConfigNode node)
    {
        if (node.Text() is not { Length: > 0 } pem) return null;
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // what was read before it does not help
            found.Clear();
        }

        if (found.Count == 0) node.Error("must hold certificates in PEM form: -----BEGIN CERTIFICATE-----, base64, -----END CERTIFICATE-----", secret: true);
        foreach (var certificate in found) certificate.Dispose();
        return pem;
    }

    private static TimeSpan? Milliseconds(ConfigNode node) => node.Number(0, 3_600_000) is { } number ? TimeSpan.FromMilliseconds(number) : null;
}
