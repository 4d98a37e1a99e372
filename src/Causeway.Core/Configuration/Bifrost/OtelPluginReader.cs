namespace Causeway.Core.Configuration.Bifrost;

/// <summary>
/// Reads <c>plugins</c>, of which the one called <c>otel</c> is acted on:
/// <c>[{"name": "otel", "enabled": true, "config": {"collector_url": "http://collector:4318", "protocol": "http"}}]</c>. Its settings stand in <c>config</c>, or in
/// several <c>profiles</c> of it.
/// </summary>
internal static class OtelPluginReader
{
    internal static readonly string[] Names = ["name", "enabled", "config", "path", "version", "placement", "order"];
    internal static readonly string[] SharedNames = ["profiles", "plugin_span_filter"];

    internal static readonly string[] ProfileNames =
    [
        "name", "enabled", "service_name", "collector_url", "protocol", "insecure", "headers", "trace_headers", "metrics_headers", "traces_enabled", "metrics_enabled",
        "metrics_endpoint", "push_interval", "metrics_push_interval", "disable_content_logging", "trace_type", "tls_ca_cert", "plugin_span_filter", "group_traces_by_session",
    ];

    private static readonly string[] Words = ["http", "grpc"];

    /// <summary>What the plug-in says; null if there is none, or it is off.</summary>
    public static OtelConfig? Read(ConfigNode plugins, Func<string, string?> env)
    {
        OtelConfig? found = null;
        foreach (var plugin in plugins.Items())
        {
            if (plugin["name"].Text() is not "otel")
            {
                plugin.Warn("is taken, but this version has no such plug-in: see `otel` for what it has");
                continue;
            }

            plugin.CheckNames(Names);
            if (plugin["enabled"].Flag() != false) found = OfAll(plugin["config"], env);
        }

        return found;
    }

    private static OtelConfig? OfAll(ConfigNode config, Func<string, string?> env)
    {
        config.CheckNames([.. SharedNames, .. ProfileNames]);
        var hasProfiles = !config["profiles"].IsMissing;
        OtelConfig? sum = null;
        foreach (var profile in hasProfiles ? config["profiles"].Items() : [config])
        {
            if (hasProfiles) profile.CheckNames(ProfileNames);
            if (profile["enabled"].Flag() != false && OfOne(profile, env) is { } one) sum = sum is null ? one : Add(sum, one);
        }

        return sum;
    }

    /// <summary>All spans are the same for all, so they have content only if all may see it.</summary>
    private static OtelConfig Add(OtelConfig sum, OtelConfig one) => sum with
    {
        Traces = [.. sum.Traces, .. one.Traces],
        Metrics = [.. sum.Metrics, .. one.Metrics],
        Interval = sum.Interval < one.Interval ? sum.Interval : one.Interval,
        Content = sum.Content && one.Content,
    };

    private static OtelConfig? OfOne(ConfigNode node, Func<string, string?> env)
    {
        var isGrpc = node["protocol"].Text() == "grpc";
        if (!node["protocol"].IsMissing && node["protocol"].Text() is { } word && !Words.Contains(word)) node["protocol"].Error($"must be {string.Join(" or ", Words)}");
        if (!node["tls_ca_cert"].IsMissing) node["tls_ca_cert"].Warn("is taken, but this version does not act on it yet: set SSL_CERT_FILE");
        var scheme = isGrpc && node["insecure"].Flag() == false ? "https://" : "http://";
        var (traces, metrics) = (node["traces_enabled"].Flag() ?? true, node["metrics_enabled"].Flag() ?? false);
        var needsMain = traces || (metrics && node["metrics_endpoint"].IsMissing);
        var main = needsMain ? OtelReader.Endpoint(node["collector_url"], env, scheme) : null;
        var special = metrics && !node["metrics_endpoint"].IsMissing ? OtelReader.Endpoint(node["metrics_endpoint"], env, scheme) : null;
        var (forTraces, forMetrics) = (Headers("trace_headers"), Headers("metrics_headers"));
        var defaults = new OtelConfig();
        var config = defaults with
        {
            Traces = traces && main is not null ? [OtlpTarget.At(main, isGrpc, OtlpTarget.TracesPath, forTraces)] : [],
            Metrics = metrics && (special ?? main) is { } to ? [OtlpTarget.At(to, isGrpc, OtlpTarget.MetricsPath, forMetrics)] : [],
            Interval = (node["push_interval"].IsMissing ? node["metrics_push_interval"] : node["push_interval"]).Seconds(1, 3600) ?? defaults.Interval,
            Content = node["disable_content_logging"].Flag() != true,
            ServiceName = node["service_name"].Text(),
        };
        return config.IsOn ? config : null;

        List<KeyValuePair<string, string>> Headers(string more)
        {
            var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var part in (string[])["headers", more])
            {
                foreach (var (name, value) in HeaderReader.Read(node[part], env, OtelReader.OwnHeaders)) all[name] = value;
            }

            return [.. all];
        }
    }
}
