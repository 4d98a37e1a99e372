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

    public static NetworkConfig Read(ConfigNode node)
    {
        var defaults = new NetworkConfig();
        if (node.IsMissing) return defaults;
        node.CheckNames([.. Names, .. LaterNames]);
        return defaults with
        {
            BaseUrl = Address(node["base_url"]),
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
            CaCertPem = node["ca_cert_pem"].Text(),
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
        var url = Address(node["url"]);
        if (type is ProxyType.Http or ProxyType.Socks5 && url is null) node["url"].Error("is required: the proxy's address");
        return new ProxyConfig
        {
            Type = type ?? ProxyType.None,
            Url = url,
            Username = node["username"].Text(),
            Password = node["password"].IsMissing ? null : ProviderReader.Secret(node["password"], env, out _),
        };
    }

    private static string? Address(ConfigNode node)
    {
        if (node.Text() is not { Length: > 0 } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5") return text;
        node.Error("must be an address such as https://api.example.com");
        return null;
    }

    private static TimeSpan? Milliseconds(ConfigNode node) => node.Number(0, 3_600_000) is { } number ? TimeSpan.FromMilliseconds(number) : null;
}
