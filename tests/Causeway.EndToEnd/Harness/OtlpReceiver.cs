using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>A receiver of OpenTelemetry's protocol, over HTTP and gRPC: not of our own, but of OpenTelemetry's definitions and decoder for Node.js.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    private OtlpReceiver(int http, int grpc)
    {
        (Http, Grpc) = (new Uri($"http://127.0.0.1:{http}"), new Uri($"http://127.0.0.1:{grpc}"));
        _process = new ChildProcess("node", [Path.Combine(Paths.Clients, "scripts", "otlp.mjs"), $"{http}", $"{grpc}"], new Dictionary<string, string>());
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

    public static async Task<OtlpReceiver> StartAsync(int? httpPort = null)
    {
        var receiver = new OtlpReceiver(httpPort ?? ChildProcess.FreePort(), ChildProcess.FreePort());
        await receiver._process.WaitForAsync(receiver._http, new Uri(receiver.Http, "/received"));
        return receiver;
    }

    /// <summary>What came, one a batch: signal, protocol, headers, body.</summary>
    public async Task<JsonArray> ReceivedAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Http, "/received"));
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
    }

    /// <summary>All spans that came.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> SpansAsync() =>
        [.. from batch in await ReceivedAsync() where (string)batch["signal"]! == "traces"
            from resource in batch["body"]!["resourceSpans"]!.AsArray()
            from scope in resource!["scopeSpans"]!.AsArray()
            from span in scope!["spans"]!.AsArray()
            select new OtlpSpan(span!, (string)scope["scope"]!["name"]!, OtlpSpan.Read(resource["resource"]!["attributes"]))];

    /// <summary>Waits until this many spans came.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> SpansAsync(int count)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await SpansAsync() is var spans && spans.Count >= count) return spans;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"of {count} spans only {(await SpansAsync()).Count} came: {_process.Errors}");
    }

    /// <summary>The last state of each series of a metric: its attributes, and the point itself.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Attributes, JsonNode Point)>> MetricAsync(string name)
    {
        var metric = (from batch in await ReceivedAsync() where (string)batch["signal"]! == "metrics"
            from resource in batch["body"]!["resourceMetrics"]!.AsArray()
            from scope in resource!["scopeMetrics"]!.AsArray()
            from item in scope!["metrics"]!.AsArray()
            where (string)item!["name"]! == name
            select item).LastOrDefault();
        var points = metric?["histogram"]?["dataPoints"] ?? metric?["sum"]?["dataPoints"];
        return points is null ? [] : [.. points.AsArray().Select(point => (OtlpSpan.Read(point!["attributes"]), point))];
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }
}

/// <summary>A span as the receiver decoded it.</summary>
internal sealed record OtlpSpan(JsonNode Json, string Scope, IReadOnlyDictionary<string, string> Resource)
{
    public string Name => (string)Json["name"]!;

    public string Trace => (string)Json["traceId"]!;

    public string Id => (string)Json["spanId"]!;

    public string Parent => (string?)Json["parentSpanId"] ?? "";

    public string Kind => ((string)Json["kind"]!).Replace("SPAN_KIND_", "", StringComparison.Ordinal);

    /// <summary>The status's code; empty if it is not set.</summary>
    public string Status => ((string?)Json["status"]?["code"] ?? "").Replace("STATUS_CODE_", "", StringComparison.Ordinal);

    public IReadOnlyDictionary<string, string> Attributes { get; } = Read(Json["attributes"]);

    public long Begin => long.Parse((string)Json["startTimeUnixNano"]!, CultureInfo.InvariantCulture);

    public long End => long.Parse((string)Json["endTimeUnixNano"]!, CultureInfo.InvariantCulture);

    /// <summary>An attribute; empty if there is none.</summary>
    public string this[string name] => Attributes.GetValueOrDefault(name, "");

    /// <summary>Attributes with their values as text; lists by commas.</summary>
    public static IReadOnlyDictionary<string, string> Read(JsonNode? attributes) =>
        (attributes?.AsArray() ?? []).ToDictionary(item => (string)item!["key"]!, item => Text(item!["value"]!));

    private static string Text(JsonNode value) => value["arrayValue"] is { } list
        ? string.Join(',', list["values"]!.AsArray().Select(item => Text(item!))) : value.AsObject().Single().Value!.ToString();
}
