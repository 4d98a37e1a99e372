using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Bench;

/// <summary>What spans and OpenTelemetry's metrics cost an exchange of one call, without what happens to them on other threads.</summary>
internal static class TraceCase
{
    private const string Config = """{"providers":{"openai":{"keys":[{"value":"a"}]}}}""";

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="name">For people.</param>
    /// <param name="sampling">What a listener of spans wants; null: there are no spans.</param>
    /// <param name="metrics">Are metrics recorded?</param>
    public static void Run(string name, ActivitySamplingResult? sampling, bool metrics)
    {
        var gateway = new GatewayRuntime(ConfigLoader.Parse(Encoding.UTF8.GetBytes(Config), "bench", _ => null).Config!);
        using var telemetry = new Telemetry(TimeProvider.System, traces: sampling is not null, metrics);
        using var spans = new ActivityListener { ShouldListenTo = source => source == telemetry.Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling ?? default };
        ActivitySource.AddActivityListener(spans);
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        meters.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        meters.Start();
        var target = new Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog);
        var endpoint = target.Provider.EndpointFor(DialectId.OpenAIChat)!;
        var prepared = new PreparedRequest { Lane = LaneKind.Verbatim, Endpoint = endpoint, Body = [], IsSameDialect = true };
        var usage = new Usage { InputTokens = 1234, CacheReadTokens = 1000, OutputTokens = 567, ReasoningTokens = 89 };
        Func<Exchange> make = () =>
        {
            var http = new DefaultHttpContext();
            http.Request.Headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            http.Request.Headers["x-session-id"] = "0198c2a1-session";
            var exchange = new Exchange(http, DialectRegistry.Client(DialectId.OpenAIChat), gateway) { Answering = target, HasContent = true, Stream = true, RequestedModel = "openai/gpt-4o", Candidates = [target], Usage = usage };
            _ = exchange.ClientGone;
            return exchange;
        };
        Action<Exchange> trace = exchange =>
        {
            exchange.Trace = telemetry.Begin(exchange);
            var attempt = exchange.Trace.BeginAttempt(target, prepared, endpoint.UrlFor(target.Model, true));
            attempt.NoteContent();
            attempt.End(200, relay: null);
            exchange.Trail.Add(new Attempt(target, "a", 200, TimeSpan.FromSeconds(2), null, usage) { Trace = attempt });
            exchange.Bill = new Bill([0.001m], 0, null);
            exchange.Trace.End(TimeSpan.FromSeconds(2), 200);
        };
        Measure.Of(make, trace);   // so short that the compiler has not yet done its best when the first runs are over
        var (median, best, bytes) = Measure.Of(make, trace);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {median:F2} | {best:F2} | {bytes} |"));
    }
}
