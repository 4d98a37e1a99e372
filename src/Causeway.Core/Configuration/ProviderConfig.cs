using Causeway.Core.Catalog;
using Causeway.Core.Upstream;

namespace Causeway.Core.Configuration;

/// <summary>A provider as configured.</summary>
public sealed record ProviderConfig
{
    /// <summary>The name used in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is known of the vendor; for custom providers made from its base.</summary>
    public required Provider Provider { get; init; }

    /// <summary>Its keys.</summary>
    public IReadOnlyList<KeyConfig> Keys { get; init; } = [];

    /// <summary>Address, timeouts, retries, TLS.</summary>
    public NetworkConfig Network { get; init; } = new();

    /// <summary>The proxy it is reached through.</summary>
    public ProxyConfig Proxy { get; init; } = new();

    /// <summary>Most requests that it gets at a time; null: no limit.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Most requests that wait for that; more are refused.</summary>
    public int BufferSize { get; init; } = 5000;

    /// <summary>Requests go out without a key.</summary>
    public bool IsKeyless { get; init; }

    /// <summary>The configuration's own text: two with the same text are the same.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The full address of a path. A version part that the base address ends with and the path begins with is there once.</summary>
    public Uri UrlFor(string path)
    {
        var root = (Network.BaseUrl ?? Provider.BaseUrl).TrimEnd('/');
        var last = root[root.LastIndexOf('/')..];
        return new Uri(last is ['/', 'v', >= '0' and <= '9', ..] && path.StartsWith(last + "/", StringComparison.Ordinal) ? root + path[last.Length..] : root + path);
    }

    /// <summary>Does <paramref name="other"/> say the same, so that connections can be kept?</summary>
    public bool IsSame(ProviderConfig other) => Fingerprint.Length > 0 && Fingerprint == other.Fingerprint;
}

/// <summary>One credential of a provider.</summary>
public sealed record KeyConfig
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the configuration's other parts call it besides its name; null: nothing.</summary>
    public string? Id { get; init; }

    /// <summary>The secret; never shown.</summary>
    public required string Value { get; init; }

    /// <summary>What it has for Amazon Bedrock; null for keys of others.</summary>
    public AwsKey? Aws { get; init; }

    /// <summary>Signs with it; null if requests are not signed.</summary>
    public AwsSigner? Signer { get; init; }

    /// <summary>Share of the requests, relative to the other keys'.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Models it may be used for.</summary>
    public ModelList Models { get; init; } = ModelList.All;

    /// <summary>False if its environment variable is not set, or the file says so.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The name; records would print the secret.</summary>
    public override string ToString() => $"key '{Name}'";
}

/// <summary>How a provider is reached.</summary>
public sealed record NetworkConfig
{
    /// <summary>Address in place of the vendor's own; null: the vendor's.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Headers added to every request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraHeaders { get; init; } = [];

    /// <summary>How long to wait for an answer, or for the first byte of a stream.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for the first content of a stream, whatever signs of life come meanwhile.</summary>
    public TimeSpan FirstTokenTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest silence within a stream.</summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a failed request is tried again at the same provider.</summary>
    public int MaxRetries { get; init; }

    /// <summary>Retries that the provider may get for each request, over all requests.</summary>
    public double RetryBudget { get; init; } = 0.2;

    /// <summary>Pause before the first retry; it doubles each time.</summary>
    public TimeSpan RetryBackoffInitial { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause before a retry.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>HTTP/2 only, also over plain text.</summary>
    public bool EnforceHttp2 { get; init; }

    /// <summary>Take any certificate.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>Certificates to trust besides the system's, as PEM.</summary>
    public string? CaCertPem { get; init; }

    /// <summary>Most connections to one host.</summary>
    public int MaxConnectionsPerHost { get; init; } = 5000;

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Kinds of proxy.</summary>
public enum ProxyType
{
    /// <summary>None.</summary>
    None,

    /// <summary>An HTTP proxy.</summary>
    Http,

    /// <summary>A SOCKS5 proxy.</summary>
    Socks5,

    /// <summary>As HTTP_PROXY, HTTPS_PROXY and NO_PROXY say.</summary>
    Environment,
}

/// <summary>The proxy a provider is reached through.</summary>
public sealed record ProxyConfig
{
    /// <summary>What kind.</summary>
    public ProxyType Type { get; init; }

    /// <summary>Its address, for HTTP and SOCKS5.</summary>
    public string? Url { get; init; }

    /// <summary>User name, if it wants one.</summary>
    public string? Username { get; init; }

    /// <summary>Password, if it wants one.</summary>
    public string? Password { get; init; }
}
