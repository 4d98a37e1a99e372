using Causeway.Core.Configuration;
using Causeway.Core.Recording.Tracing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Causeway.Hosting;

/// <summary>
/// Sends what exchanges tell of themselves to the receivers of the configuration, from threads of its own. Requests never wait for it: what the receivers do not
/// take in time is dropped.
/// </summary>
internal sealed class OtelHost : IDisposable
{
    private const string MetersSwitch = "System.Diagnostics.Metrics.Meter.IsSupported";
    private const int Patience = 1500;   // milliseconds that each of the two may take for the rest when the gateway stops

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtelHost(OtelConfig config, TimeProvider time, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<OtelHost>();
        var resource = ResourceOf(config);
        if (config.Traces.Count > 0)
        {
            var builder = OpenTelemetry.Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name);
            if (config.SampleRatio is { } ratio) builder.SetSampler(new ParentBasedSampler(ratio < 1 ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler()));
            var batch = new BatchExportActivityProcessorOptions();   // as OTEL_BSP_SCHEDULE_DELAY and its like say
            foreach (var target in config.Traces)
            {
                builder.AddProcessor(new BatchActivityExportProcessor(
                    new OtlpTraceExporter(OptionsOf(target, "traces", log)), batch.MaxQueueSize, batch.ScheduledDelayMilliseconds, batch.ExporterTimeoutMilliseconds, batch.MaxExportBatchSize));
            }

            _traces = builder.Build();
        }

        if (config.Metrics.Count > 0)
        {
            var builder = OpenTelemetry.Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Telemetry.Name);
            foreach (var target in config.Metrics)
            {
                builder.AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(OptionsOf(target, "metrics", log)), (int)config.Interval.TotalMilliseconds)
                {
                    TemporalityPreference = Temporality(),
                });
            }

            _metrics = builder.Build();
        }

        Telemetry = new Telemetry(time, _traces is not null, _metrics is not null) { HasContent = config.Content };
    }

    /// <summary>What exchanges tell it.</summary>
    public Telemetry Telemetry { get; }

    /// <summary>
    /// Says, before anything makes a meter, whether there are to be any: the web server and the connections to providers have some of their own, which nobody reads.
    /// </summary>
    public static void Prepare(OtelConfig? config) => AppContext.SetSwitch(MetersSwitch, config?.Metrics.Count > 0);

    /// <summary>Begins to send what the configuration wants sent; null if it wants nothing.</summary>
    public static OtelHost? Begin(OtelConfig? config, TimeProvider time, ILoggerFactory logs) => config is null ? null : new OtelHost(config, time, logs);

    /// <summary>Sends the rest, if that can be done in a short time.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(Patience);
        _metrics?.Shutdown(Patience);
        _traces?.Dispose();
        _metrics?.Dispose();
        Telemetry.Dispose();
    }

    private static ResourceBuilder ResourceOf(OtelConfig config)
    {
        var resource = ResourceBuilder.CreateDefault();   // has OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES
        var isNamed = resource.Build().Attributes.Any(item => item is { Key: "service.name", Value: string name } && !name.StartsWith("unknown_service", StringComparison.Ordinal));
        var attributes = new Dictionary<string, object> { ["service.version"] = ProductVersion.Text, ["service.instance.id"] = Guid.NewGuid().ToString() };
        if (config.ServiceName is { Length: > 0 } given) attributes["service.name"] = given;
        else if (!isNamed) attributes["service.name"] = "causeway";
        foreach (var (name, value) in config.Resource) attributes[name] = value;
        return resource.AddAttributes(attributes);
    }

    private static OtlpExporterOptions OptionsOf(OtlpTarget target, string signal, ILogger log) => new()
    {
        Endpoint = target.Endpoint,
        Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = "",   // ExportWatch sets them: a comma in a value would part it here
#pragma warning disable RS0030 // the exporter takes no other
        HttpClientFactory = () => new HttpClient(new ExportWatch(target, signal, log)),
#pragma warning restore RS0030
    };

    private static MetricReaderTemporalityPreference Temporality() =>
        string.Equals(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"), "delta", StringComparison.OrdinalIgnoreCase)
            ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.Cumulative;
}
