using System.Globalization;

namespace Causeway.Core.Configuration;

/// <summary>
/// OpenTelemetry's own environment variables, as https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
/// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ have them. The SDK itself reads those of sampling, batches and resources.
/// </summary>
internal static class OtelEnvironment
{
    private const string Endpoint = "ENDPOINT", Protocol = "PROTOCOL", Headers = "HEADERS";

    /// <summary>Is all of it switched off, whatever else is said?</summary>
    public static bool IsDisabled(Func<string, string?> env) => string.Equals(env("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>What they say; null if they name no receiver.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="problems">Told of what is wrong; it is left out.</param>
    public static OtelConfig? Read(Func<string, string?> env, ICollection<ConfigProblem> problems)
    {
        var config = new OtelConfig
        {
            Traces = Targets("TRACES", OtlpTarget.TracesPath, env, problems),
            Metrics = Targets("METRICS", OtlpTarget.MetricsPath, env, problems),
        };
        if (!config.IsOn || IsDisabled(env)) return null;
        return int.TryParse(env("OTEL_METRIC_EXPORT_INTERVAL"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0
            ? config with { Interval = TimeSpan.FromMilliseconds(milliseconds) } : config;
    }

    private static List<OtlpTarget> Targets(string signal, string path, Func<string, string?> env, ICollection<ConfigProblem> problems)
    {
        if (env($"OTEL_{signal}_EXPORTER") is { } exporter && exporter != "otlp" && exporter.Length > 0) return [];
        var protocol = Of(Protocol) ?? "http/protobuf";
        if (!OtelReader.Protocols.Contains(protocol))
        {
            problems.Add(new ConfigProblem("OTEL_EXPORTER_OTLP_PROTOCOL", protocol, $"is not supported, so nothing is sent: use {string.Join(" or ", OtelReader.Protocols)}"));
            return [];
        }

        var own = env($"OTEL_EXPORTER_OTLP_{signal}_{Endpoint}");
        var name = own is { Length: > 0 } ? $"OTEL_EXPORTER_OTLP_{signal}_{Endpoint}" : $"OTEL_EXPORTER_OTLP_{Endpoint}";
        if (env(name) is not { Length: > 0 } text) return [];
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            problems.Add(new ConfigProblem(name, "", "must be an address such as http://127.0.0.1:4318, so nothing is sent"));
            return [];
        }

        var (isGrpc, headers) = (protocol == "grpc", HeadersOf(signal, env));
        return [own is { Length: > 0 } ? new OtlpTarget(url, isGrpc, headers) : OtlpTarget.At(url, isGrpc, path, headers)];   // one of a signal is the whole address

        string? Of(string what) => env($"OTEL_EXPORTER_OTLP_{signal}_{what}") is { Length: > 0 } special ? special : env($"OTEL_EXPORTER_OTLP_{what}") is { Length: > 0 } common ? common : null;
    }

    /// <summary>Of the form <c>name=value,name=value</c>, percent-encoded; those of a signal are added to those of all.</summary>
    private static List<KeyValuePair<string, string>> HeadersOf(string signal, Func<string, string?> env)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var list in (string?[])[env($"OTEL_EXPORTER_OTLP_{Headers}"), env($"OTEL_EXPORTER_OTLP_{signal}_{Headers}")])
        {
            foreach (var item in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (item.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && item[..at].Trim() is var name && HeaderReader.IsName(name)) headers[name] = Uri.UnescapeDataString(item[(at + 1)..].Trim());
            }
        }

        return [.. headers];
    }
}
