namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>otel</c>: <c>{"endpoint": "http://127.0.0.1:4318", "protocol": "http/protobuf", "headers": {"authorization": "env.OTLP_TOKEN"}}</c>. Without it,
/// OpenTelemetry's own environment variables count: <see cref="OtelEnvironment"/>.
/// </summary>
internal static class OtelReader
{
    internal static readonly string[] Names = ["endpoint", "protocol", "headers", "traces", "metrics", "interval_seconds", "content", "sample_ratio", "service_name", "resource"];
    internal static readonly string[] Protocols = ["http/protobuf", "grpc"];
    internal static readonly string[] OwnHeaders = ["host", "content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "te", "user-agent"];

    /// <summary>What the section says; null if it turns all of it off, or is wrong.</summary>
    public static OtelConfig? Read(ConfigNode node, Func<string, string?> env)
    {
        node.CheckNames(Names);
        var isGrpc = IsGrpc(node["protocol"]);
        var headers = HeaderReader.Read(node["headers"], env, OwnHeaders);
        var endpoint = Endpoint(node["endpoint"], env);
        if (endpoint is null) return null;
        var (traces, metrics) = (node["traces"].Flag() ?? true, node["metrics"].Flag() ?? true);
        var defaults = new OtelConfig();
        var config = defaults with
        {
            Traces = traces ? [OtlpTarget.At(endpoint, isGrpc, OtlpTarget.TracesPath, headers)] : [],
            Metrics = metrics ? [OtlpTarget.At(endpoint, isGrpc, OtlpTarget.MetricsPath, headers)] : [],
            Interval = node["interval_seconds"].Seconds(1, 3600) ?? defaults.Interval,
            Content = node["content"].Flag() ?? false,
            SampleRatio = node["sample_ratio"].Number(0, 1),
            ServiceName = node["service_name"].IsMissing ? null : EnvText.Required(node["service_name"], env),
            Resource = [.. node["resource"].Members().Select(member => new KeyValuePair<string, string>(member.Name, EnvText.Required(member.Node, env)))],
        };
        return config.IsOn ? config : null;
    }

    /// <summary>An address, as text or <c>env.NAME</c>. No problem shows one: it may hold a credential.</summary>
    internal static Uri? Endpoint(ConfigNode node, Func<string, string?> env, string scheme = "")
    {
        if (EnvText.Required(node, env) is not { Length: > 0 } text) return null;
        if (!text.Contains("://", StringComparison.Ordinal)) text = scheme + text;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            if (url.UserInfo.Length == 0) return url;
            node.Error("has a user's name in it: give credentials in `headers`", secret: true);
            return null;
        }

        node.Error("must be an address such as http://127.0.0.1:4318", secret: true);
        return null;
    }

    private static bool IsGrpc(ConfigNode node)
    {
        if (node.Text() is not { } word) return false;
        if (!Protocols.Contains(word)) node.Error($"must be {string.Join(" or ", Protocols)}");
        return word == "grpc";
    }
}
