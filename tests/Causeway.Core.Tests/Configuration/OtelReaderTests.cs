using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Tests.Configuration;

public sealed class OtelReaderTests
{
    private static ConfigLoad Load(string config, params (string Name, string Value)[] env) =>
        ConfigLoader.Parse(Encoding.UTF8.GetBytes(config), "config.json", name => env.FirstOrDefault(e => e.Name == name).Value);

    private static string Text(OtelConfig? config) => config is null ? "none" : string.Join(" | ", config.Traces.Select(target => $"traces {Text(target)}").Concat(config.Metrics.Select(target => $"metrics {Text(target)}")));

    private static string Text(OtlpTarget target) => $"{target}{string.Concat(target.Headers.Select(header => $" {header.Key}={header.Value}"))}";

    [Fact]
    public void The_section_says_all_there_is_to_say()
    {
        var load = Load(
            """{"otel": {"endpoint": "env.OTLP", "protocol": "grpc", "headers": {"x-token": "env.TOKEN"}, "metrics": false, "interval_seconds": 2.5, "content": true, "sample_ratio": 0.25, "service_name": "edge", "resource": {"a": "b"} } }""",
            ("OTLP", "https://otlp.example:4317"), ("TOKEN", "s,e=c"));
        Assert.Empty(load.Errors);
        Assert.Empty(load.Warnings);
        var config = load.Config!.Otel!;
        Assert.Equal("traces https://otlp.example:4317/ (grpc) x-token=s,e=c", Text(config));
        Assert.Equal((TimeSpan.FromSeconds(2.5), true, 0.25, "edge", "b"), (config.Interval, config.Content, config.SampleRatio, config.ServiceName, config.Resource.Single().Value));
        var least = Load("""{"otel": {"endpoint": "http://127.0.0.1:4318"}}""").Config!.Otel!;
        Assert.Equal("traces http://127.0.0.1:4318/v1/traces (http/protobuf) | metrics http://127.0.0.1:4318/v1/metrics (http/protobuf)", Text(least));
        Assert.Equal((TimeSpan.FromSeconds(15), false, null, null), (least.Interval, least.Content, least.SampleRatio, least.ServiceName));
        Assert.Equal("none", Text(Load("""{"otel": {"endpoint": "http://127.0.0.1:4318", "traces": false, "metrics": false}}""").Config!.Otel));
    }

    [Theory]
    [InlineData("http://h:1", "http://h:1/v1/traces")]
    [InlineData("http://h:1/", "http://h:1/v1/traces")]
    [InlineData("https://h/api/otel", "https://h/api/otel/v1/traces")]
    [InlineData("https://h/api/otel/v1/traces", "https://h/api/otel/v1/traces")]
    [InlineData("https://h/api/otel/v1/metrics/?a=b", "https://h/api/otel/v1/traces")]
    public void Each_signal_has_a_path_below_the_address(string endpoint, string traces) =>
        Assert.Equal($"traces {traces} (http/protobuf)", Text(Load($$$"""{"otel": {"endpoint": "{{{endpoint}}}", "metrics": false}}""").Config!.Otel));

    [Theory]
    [InlineData("""{"endpoint": "localhost:4317"}""", "otel.endpoint", "must be an address")]
    [InlineData("""{"endpoint": "http://ada:secret-1@h"}""", "otel.endpoint", "credentials in `headers`")]
    [InlineData("""{}""", "otel.endpoint", "is required")]
    [InlineData("""{"endpoint": "env.GONE"}""", "otel.endpoint", "GONE is not set")]
    [InlineData("""{"endpoint": "http://h", "protocol": "http/json"}""", "otel.protocol", "must be http/protobuf or grpc")]
    [InlineData("""{"endpoint": "http://h", "sample_ratio": 2}""", "otel.sample_ratio", "from 0 to 1")]
    [InlineData("""{"endpoint": "http://h", "headers": {"a b": "secret-1"}}""", "otel.headers.a b", "no name of a header")]
    [InlineData("""{"endpoint": "http://h", "headers": {"Content-Type": "secret-1"}}""", "otel.headers.Content-Type", "is set by the gateway")]
    [InlineData("""{"endpoint": "http://h", "servce_name": "x"}""", "otel.servce_name", "did you mean `service_name`?")]
    public void What_makes_no_sense_is_refused(string section, string path, string fix)
    {
        var load = Load($$"""{"otel": {{section}} }""");
        Assert.Null(load.Config);
        Assert.Contains(load.Errors, error => error.Path == path && error.Fix.Contains(fix, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-1", string.Join('\n', load.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenTelemetrys_own_variables_do_the_same()
    {
        Assert.Equal("none", Text(ConfigLoader.FromEnvironment(_ => null).Config!.Otel));
        (string, string)[] all = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318/base"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1, b=x%2Cy"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=2"), ("OTEL_METRIC_EXPORT_INTERVAL", "5000")];
        var config = Load("{}", all).Config!.Otel!;
        Assert.Equal("traces http://h:4318/base/v1/traces (http/protobuf) a=2 b=x,y | metrics http://h:4318/base/v1/metrics (http/protobuf) a=1 b=x,y", Text(config));
        Assert.Equal(TimeSpan.FromSeconds(5), config.Interval);
        Assert.Equal("traces http://t:1/here (http/protobuf)", Text(Load("{}", ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1/here")).Config!.Otel));
        Assert.Equal("metrics http://h:4317/ (grpc)", Text(Load("{}", ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_TRACES_EXPORTER", "none")).Config!.Otel));
        Assert.Equal("traces http://s/v1/traces (http/protobuf)", Text(Load("""{"otel": {"endpoint": "http://s", "metrics": false}}""", all).Config!.Otel));   // the section goes before
        Assert.Equal("none", Text(Load("""{"otel": {"endpoint": "http://s"}}""", ("OTEL_SDK_DISABLED", "TRUE")).Config!.Otel));
        foreach (var (name, value) in new[] { ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json") })
        {
            var wrong = Load("{}", (name, value), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h"));
            Assert.Equal("none", Text(wrong.Config!.Otel));
            Assert.All(wrong.Warnings, warning => Assert.Equal(name, warning.Path));
            Assert.Equal(2, wrong.Warnings.Count);   // one a signal
        }
    }

    [Theory]
    [InlineData("""{"collector_url": "http://h:4318", "protocol": "http"}""", "traces http://h:4318/v1/traces (http/protobuf)", true)]
    [InlineData("""{"collector_url": "http://h:3000/api/public/otel/v1/traces", "disable_content_logging": true}""", "traces http://h:3000/api/public/otel/v1/traces (http/protobuf)", false)]
    [InlineData("""{"collector_url": "h:4317", "protocol": "grpc"}""", "traces http://h:4317/ (grpc)", true)]
    [InlineData("""{"collector_url": "h:4317", "protocol": "grpc", "insecure": false, "metrics_enabled": true}""", "traces https://h:4317/ (grpc) | metrics https://h:4317/ (grpc)", true)]
    [InlineData("""{"collector_url": "http://h:1", "metrics_enabled": true, "metrics_endpoint": "http://m:2/v1/metrics", "headers": {"a": "1"}, "metrics_headers": {"a": "2"}}""", "traces http://h:1/v1/traces (http/protobuf) a=1 | metrics http://m:2/v1/metrics (http/protobuf) a=2", true)]
    [InlineData("""{"traces_enabled": false, "metrics_enabled": true, "metrics_endpoint": "http://m:2/v1/metrics"}""", "metrics http://m:2/v1/metrics (http/protobuf)", true)]
    [InlineData("""{"profiles": [{"collector_url": "http://a"}, {"collector_url": "http://b", "disable_content_logging": true}, {"collector_url": "http://c", "enabled": false}]}""", "traces http://a/v1/traces (http/protobuf) | traces http://b/v1/traces (http/protobuf)", false)]
    public void Bifrosts_plug_in_is_read_to_the_same(string plugin, string expected, bool content)
    {
        var load = Load($$"""{"plugins": [{"name": "otel", "enabled": true, "config": {{plugin}} }]}""");
        Assert.Empty(load.Errors);
        Assert.Empty(load.Warnings);
        Assert.Equal((expected, content), (Text(load.Config!.Otel), load.Config.Otel!.Content));
        Assert.Null(Load($$"""{"plugins": [{"name": "otel", "enabled": false, "config": {{plugin}} }]}""").Config!.Otel);
    }

    [Fact]
    public void Other_plug_ins_are_taken_with_a_warning()
    {
        var load = Load("""{"plugins": [{"name": "semantic_cache", "enabled": true, "config": {"x": 1}}]}""");
        Assert.Equal("plugins[0]", Assert.Single(load.Warnings).Path);
        Assert.Null(load.Config!.Otel);
    }

    [Fact]
    public void A_change_is_seen()
    {
        const string File = """{"otel": {"endpoint": "http://h", "headers": {"a": "1"}}}""";
        Assert.True(Load(File).Config!.Otel!.IsSame(Load(File).Config!.Otel));
        Assert.False(Load(File).Config!.Otel!.IsSame(Load(File.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)).Config!.Otel));
        Assert.False(Load(File).Config!.Otel!.IsSame(null));
    }
}
