using System.Text.Json;
using Causeway.Admin;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Endpoints;

/// <summary>What all requests share: the current configuration, made ready for use.</summary>
internal sealed class GatewayState
{
    private readonly Func<ILedger?> _ledger;
    private readonly RequestLog? _log;
    private volatile GatewayRuntime _runtime;

    /// <summary>
    /// Follows <paramref name="store"/>: each change is made ready at once, and new exchanges begin with it. What they cost goes to
    /// <paramref name="ledger"/>, which is null as long as there is none; what happened in them to <paramref name="log"/>, if it is kept.
    /// </summary>
    public GatewayState(ConfigStore store, Func<ILedger?> ledger, RequestLog? log)
    {
        (_ledger, _log) = (ledger, log);
        _runtime = new GatewayRuntime(store.Current);
        store.Changed += config => _runtime = new GatewayRuntime(config, _runtime);
    }

    /// <summary>The current configuration.</summary>
    public GatewayRuntime Runtime => _runtime;

    /// <summary>Begins an exchange under the current configuration.</summary>
    public Exchange NewExchange(HttpContext http, IClientDialect client, ModelPath? named = null)
    {
        if (named is { Client.Id: DialectId.Gemini, Kind: PathKind.Stream } && http.Request.Query["alt"] != "sse") client = DialectRegistry.GeminiList;
        return new(http, client, _runtime)
        {
            Ledger = _ledger(),
            Log = _runtime.Config.Log.IsEnabled ? _log : null,
            PathModel = named?.Model,
            Stream = named?.Kind == PathKind.Stream,
        };
    }

    /// <summary>GET /health: the process answers. If rows of the request log are lost, it says how many: requests are answered all the same.</summary>
    public ValueTask WriteHealthAsync(HttpContext http) => WriteAsync(http, writer =>
    {
        writer.WriteString("status"u8, "ok");
        if (_log?.Status is not { } log || (log.Dropped == 0 && log.Problem is null)) return;
        writer.WriteStartObject("log"u8);
        writer.WriteBoolean("writes"u8, log.Problem is null);
        writer.WriteNumber("dropped"u8, log.Dropped);
        writer.WriteEndObject();
    });

    /// <summary>GET /api/version.</summary>
    public ValueTask WriteVersionAsync(ApiCall call) => WriteAsync(call.Http, static writer =>
    {
        writer.WriteString("name"u8, "causeway");
        writer.WriteString("version"u8, ProductVersion.Text);
    });

    /// <summary>Answers 200 with one JSON object.</summary>
    public static async ValueTask WriteAsync(HttpContext http, Action<Utf8JsonWriter> members)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, JsonOutput.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body.Memory, http.RequestAborted);
    }
}
