using System.Globalization;

namespace Causeway.Core.Configuration;

/// <summary>Who is told of spans and metrics by OpenTelemetry's protocol (OTLP), and what. Read at the start only.</summary>
public sealed record OtelConfig
{
    /// <summary>Who gets spans; empty: none are made.</summary>
    public IReadOnlyList<OtlpTarget> Traces { get; init; } = [];

    /// <summary>Who gets metrics; empty: none are recorded.</summary>
    public IReadOnlyList<OtlpTarget> Metrics { get; init; } = [];

    /// <summary>How often metrics are sent.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Spans hold what was said.</summary>
    public bool Content { get; init; }

    /// <summary>The share of traces that is recorded where no caller has decided, from 0 to 1; null: what <c>OTEL_TRACES_SAMPLER</c> says, else all.</summary>
    public double? SampleRatio { get; init; }

    /// <summary>What the gateway is called; null: what <c>OTEL_SERVICE_NAME</c> or <c>OTEL_RESOURCE_ATTRIBUTES</c> say, else <c>causeway</c>.</summary>
    public string? ServiceName { get; init; }

    /// <summary>What else is said of the gateway.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource { get; init; } = [];

    /// <summary>Is anybody told of anything?</summary>
    public bool IsOn => Traces.Count > 0 || Metrics.Count > 0;

    /// <summary>Does <paramref name="other"/> say the same?</summary>
    public bool IsSame(OtelConfig? other) => other is not null && Text == other.Text;

    private string Text => string.Join('\n',
        [
            string.Create(CultureInfo.InvariantCulture, $"{Interval} {Content} {SampleRatio} {ServiceName}"),
            .. Traces.Select(target => "traces " + target.Text), .. Metrics.Select(target => "metrics " + target.Text), .. Resource.Select(item => $"{item.Key}={item.Value}"),
        ]);
}

/// <summary>A receiver of spans or metrics.</summary>
/// <param name="Endpoint">Its address; with HTTP the whole of it, such as <c>http://127.0.0.1:4318/v1/traces</c>.</param>
/// <param name="IsGrpc">Is it spoken to in gRPC, and not in protobuf over HTTP?</param>
/// <param name="Headers">What is sent besides: credentials, mostly.</param>
public sealed record OtlpTarget(Uri Endpoint, bool IsGrpc, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The path of spans.</summary>
    internal const string TracesPath = "v1/traces";

    /// <summary>The path of metrics.</summary>
    internal const string MetricsPath = "v1/metrics";

    /// <summary>With the headers, for comparing.</summary>
    internal string Text => $"{Endpoint} {IsGrpc} {string.Join(' ', Headers)}";

    /// <summary>A receiver at an address for all signals: with HTTP each has a path of its own below it, unless it is named already.</summary>
    internal static OtlpTarget At(Uri root, bool isGrpc, string path, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (isGrpc) return new OtlpTarget(root, true, headers);
        var text = root.AbsolutePath.TrimEnd('/');
        foreach (var known in (string[])["/" + TracesPath, "/" + MetricsPath])
        {
            if (text.EndsWith(known, StringComparison.Ordinal)) text = text[..^known.Length];
        }

        return new OtlpTarget(new UriBuilder(root) { Path = $"{text}/{path}" }.Uri, false, headers);
    }

    /// <summary>For people, without the headers.</summary>
    public override string ToString() => $"{Endpoint.GetLeftPart(UriPartial.Path)} ({(IsGrpc ? "grpc" : "http/protobuf")})";
}
