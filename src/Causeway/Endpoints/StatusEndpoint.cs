using System.Text.Json;
using Causeway.Admin;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Health;

namespace Causeway.Endpoints;

/// <summary>What goes on in the gateway: the health of the providers, and what the routing rules did.</summary>
internal sealed class StatusEndpoint(GatewayState state, Func<LedgerWriter?> ledger, Func<LogStatus?> log, AlertSender alerts)
{
    /// <summary>GET /api/health: each provider's load, and what of it rests until when; how the alerts and the request log get on; how far the database is behind the ledger.</summary>
    public ValueTask WriteHealthAsync(ApiCall call) => GatewayState.WriteAsync(call.Http, WriteProviders);

    /// <summary>GET /api/routing: each rule, how often it applied, what that cost and saved, in US dollars.</summary>
    public ValueTask WriteRoutingAsync(ApiCall call) => GatewayState.WriteAsync(call.Http, WriteRules);

    private void WriteProviders(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("providers"u8);
        foreach (var provider in state.Runtime.Providers) Write(writer, provider);
        writer.WriteEndArray();
        Write(writer, alerts.Status);
        if (log() is { } entries) Write(writer, entries);
        if (ledger()?.Status is not { } status) return;
        writer.WriteStartObject("ledger"u8);
        writer.WriteNumber("pending"u8, status.Pending);
        writer.WriteNumber("failed"u8, status.Failed);
        writer.WriteNumber("unwritten"u8, status.Unwritten);
        if (status.Problem is { } problem) writer.WriteString("problem"u8, problem);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LogStatus status)
    {
        writer.WriteStartObject("log"u8);
        writer.WriteNumber("queued"u8, status.Queued);
        writer.WriteNumber("written"u8, status.Written);
        writer.WriteNumber("dropped"u8, status.Dropped);
        writer.WriteNumber("contents_dropped"u8, status.ContentsDropped);
        writer.WriteNumber("failed"u8, status.Failed);
        if (status.Problem is { } problem) writer.WriteString("problem"u8, problem);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AlertStatus status)
    {
        writer.WriteStartObject("alerts"u8);
        writer.WriteNumber("pending"u8, status.Pending);
        writer.WriteNumber("sent"u8, status.Sent);
        writer.WriteNumber("failed"u8, status.Failed);
        writer.WriteNumber("dropped"u8, status.Dropped);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProviderRuntime provider)
    {
        var resting = provider.Health.Resting();
        writer.WriteStartObject();
        writer.WriteString("name"u8, provider.Name);
        writer.WriteString("status"u8, resting.Count == 0 ? "ok" : resting.Any(target => target is { Model: null, Key: null }) ? "down" : "degraded");
        if (provider.Admission?.Load is var (inFlight, waiting))
        {
            writer.WriteNumber("in_flight"u8, inFlight);
            writer.WriteNumber("waiting"u8, waiting);
        }

        writer.WriteNumber("retries_left"u8, Math.Floor(provider.Retries.Left));
        writer.WriteStartArray("models"u8);
        foreach (var (model, load) in provider.Health.Loads) Write(writer, model, load);
        writer.WriteEndArray();
        writer.WriteStartArray("resting"u8);
        foreach (var target in resting) Write(writer, target);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string model, TargetLoad load)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteNumber("in_flight"u8, load.InFlight);
        if (load.LatencyMilliseconds is { } latency) writer.WriteNumber("latency_ms"u8, Math.Round(latency, 1));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RestingTarget target)
    {
        writer.WriteStartObject();
        if (target.Model is { } model) writer.WriteString("model"u8, model);
        if (target.Key is { } key) writer.WriteString("key"u8, key);
        writer.WriteString("until"u8, ApiText.Of(target.Until));
        writer.WriteEndObject();
    }

    private void WriteRules(Utf8JsonWriter writer)
    {
        var runtime = state.Runtime;
        writer.WriteStartArray("rules"u8);
        foreach (var rule in runtime.Config.Rules)
        {
            var counts = runtime.Rules.Of(rule.Name);
            writer.WriteStartObject();
            writer.WriteString("name"u8, rule.Name);
            writer.WriteString("when"u8, rule.When.ToString());
            writer.WriteString("to"u8, string.Join(", ", rule.Targets));
            writer.WriteNumber("requests"u8, counts.Requests);
            writer.WriteNumber("dollars"u8, counts.Dollars);
            writer.WriteNumber("saved_dollars"u8, counts.SavedDollars);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
