using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Admin;
using Causeway.Admin.Access;
using Causeway.Admin.Logs;
using Causeway.Cli;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Core.Models;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Recording.Watch;
using Causeway.Core.Responses;
using Causeway.Endpoints;
using Causeway.Endpoints.Models;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace Causeway.Hosting;

/// <summary>Starts the gateway: configuration, web server, routes; stops on SIGTERM or Ctrl+C.</summary>
internal static class Gateway
{
    /// <summary>Runs until stopped; the process's exit code.</summary>
    public static async Task<int> RunAsync(CommandLineOptions options)
    {
        var load = ConfigLoader.LoadAppDir(options.AppDir, Environment.GetEnvironmentVariable);
        foreach (var warning in load.Warnings) await Console.Error.WriteLineAsync($"warning: {warning}");
        foreach (var problem in load.Errors) await Console.Error.WriteLineAsync($"error: {problem}");
        if (load.Config is null) return 1;

        var time = TimeProvider.System;
        OtelHost.Prepare(load.Config.Otel);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        AddLogging(builder.Logging, options);
        AddKestrel(builder, options);
        await using var app = builder.Build();
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var isExposed = !IsLoopback(options.Host);
        using var store = new ConfigStore(options.AppDir, load, Environment.GetEnvironmentVariable, logs.CreateLogger<ConfigStore>(), time, isExposed);
        await using var host = new StoreHost(options, load.Config.Store, time, logs);   // closed after the last exchange
        using var secrets = new SecretKeys(options.AppDir, Environment.GetEnvironmentVariable);
        var managed = new ManagedConfig(store, secrets, time, logs.CreateLogger<ManagedConfig>()) { Open = host.Opener, Prepare = host.PrepareAsync };
        SetupToken setup;
        try
        {
            setup = new SetupToken(Environment.GetEnvironmentVariable);
            secrets.Check();
            if (host.IsNeeded(load.Config)) await managed.LoadAsync((await host.OpenAsync()).Management, CancellationToken.None);
        }
        catch (Exception broken) when (broken is IOException or FormatException)
        {
            await Console.Error.WriteLineAsync($"cannot begin: {broken.Message}");
            return 1;
        }

        using var otel = OtelHost.Begin(load.Config.Otel, time, logs);   // closed after the log, which has the last spans
        var live = new LiveHub(time);
        await using var alerts = new AlertSender(() => store.Current.Alerts, time, logs.CreateLogger<AlertSender>());
        var watch = new ExchangeWatch(() => store.Current.AlertRules, alerts.Post, time, logs.CreateLogger<ExchangeWatch>());
        await using var log = new LogHost(options.AppDir, load.Config, () => store.Current.Log, () => host.Ledger is null ? null : host.Stores?.Ledger, [live, watch], time, logs);
        var state = new GatewayState(store, () => host.Ledger, log.Log);
        watch.RestsWhole = name => state.Runtime.Find(name)?.Health.RestsWhole ?? false;
        await using var leases = LeaseHost.Begin(state, load.Config, host.Stores, host.Ledger, time, logs);
        if (!await leases.IsReadyAsync(time) || !await host.LoadAsync(state.Runtime.Books)) return 1;
        state.Runtime.Books.Alert = BudgetAlerts.To(logs.CreateLogger<BudgetAlert>(), alerts, time);
        var kept = new ResponseStore(Path.Combine(options.AppDir, "responses"), time, logs.CreateLogger<ResponseStore>());
        var homes = new ResponseHomes();
        var callers = new Authenticate(time);
        var registry = new MetricRegistry();
        var metrics = new GatewayMetrics(registry);
        StandingMetrics.AddTo(registry, () => state.Runtime, () => host.Ledger?.Status, () => alerts.Status, () => log.Log?.Status, time);
        ProcessMetrics.AddTo(registry, ProductVersion.Text);
        using var api = new ApiParts(managed, store, state, new StatusEndpoint(state, () => host.Ledger, () => log.Log?.Status, alerts), new BudgetsEndpoint(state, time), new LedgerEndpoint(state, () => host.Stores, log.IsKept ? log.OpenAsync : null, time), new MetricsEndpoint(registry), new LogParts(log.IsKept ? log.OpenAsync : null, live), setup, isExposed, time, logs);
        var routes = new Routes(new GatewayPipeline(logs, time, kept, homes, metrics, live, otel?.Telemetry), state, api.Endpoint, new ModelsEndpoint(state, new ModelLister(time), callers), new StoredResponsesEndpoint(state, kept, homes, callers));
        app.Lifetime.ApplicationStopping.Register(live.Close);   // who watches does not hold up the end
        app.Run(http => routes.HandleAsync(http).AsTask());
        try
        {
            await app.StartAsync();
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException or SocketException)
        {
            await Console.Error.WriteLineAsync($"cannot listen on {options.Host}:{options.Port}: {taken.InnerException.Message}. Choose another port with -port.");
            return 1;
        }

        store.Changed += changed =>
        {
            if (!(changed.Otel?.IsSame(load.Config.Otel) ?? load.Config.Otel is null)) logs.CreateLogger<OtelHost>().LogWarning("otel has changed: that takes effect with the next start");
        };
        store.Changed += changed => _ = host.FollowAsync(() => store.Current, () => state.Runtime.Books, app.Lifetime.ApplicationStopping);
        store.Watch();
        _ = managed.FollowAsync(app.Lifetime.ApplicationStopping);
        if (!File.Exists(Path.Combine(options.AppDir, ConfigLoader.FileName)))
            _ = OllamaProbe.RunAsync(store, Environment.GetEnvironmentVariable, app.Lifetime.ApplicationStopping);
        await Console.Out.WriteAsync(Banner.Text(options, store.Current, PortOf(app), api.Gate.NeedsSetup ? setup.Shown : null));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Can only this machine reach what is listened on?</summary>
    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The port in use, which the system chose if 0 was asked for.</summary>
    private static int PortOf(WebApplication app) => new Uri(app.Urls.First()).Port;

    private static void AddLogging(ILoggingBuilder logging, CommandLineOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);   // enabled, it makes an Activity and a scope of every request
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);   // bad requests are answered, not logged
        if (options.LogStyle == LogStyle.Json) logging.AddJsonConsole(json => json.TimestampFormat = "O");
        else
        {
            logging.Services.AddSingleton<ConsoleFormatter>(new PlainLog(TimeProvider.System));
            logging.AddConsole(console => console.FormatterName = PlainLog.Style);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddKestrel(WebApplicationBuilder builder, CommandLineOptions options)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = null;          // ReadRequest has the limit, and answers in the caller's dialect
            kestrel.Limits.MinRequestBodyDataRate = null;      // agents on slow links are welcome
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;   // odd bytes in a header are no reason to refuse a request
            kestrel.Limits.MaxRequestLineSize = 16 << 10;
            Listen(kestrel, options);
        }).UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;       // see Program.cs
            sockets.WaitForDataBeforeAllocatingBuffer = true;  // idle connections hold no block
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPoolFactory>();   // after Kestrel's own, which it replaces
    }

    private static void Listen(KestrelServerOptions kestrel, CommandLineOptions options)
    {
        if (options.Host is "localhost") kestrel.ListenLocalhost(options.Port, Http);
        else if (IPAddress.TryParse(options.Host, out var address)) kestrel.Listen(address, options.Port, Http);
        else kestrel.ListenAnyIP(options.Port, Http);

        static void Http(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(FirstBytes.Check);
        }
    }
}
