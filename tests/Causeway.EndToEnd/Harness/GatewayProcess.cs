using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>The gateway's release binary, running with a configuration of the test's.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Action<string>? _onLog;
    private readonly string? _host;
    private ChildProcess _process;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private GatewayProcess(string appDir, int port, IReadOnlyDictionary<string, string> environment, Action<string>? onLog, string? host)
    {
        (AppDir, Port, _environment, _onLog, _host) = (appDir, port, environment, onLog, host);
        _process = Run();
    }

    public string AppDir { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Asks it to stop (SIGTERM); false if it has not ended within <paramref name="limit"/>.</summary>
    public async Task<bool> StopAsync(TimeSpan limit)
    {
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{ProcessId}"])) await kill.WaitForExitAsync();
        try
        {
            await _process.WaitAsync(limit);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Memory in use, in bytes.</summary>
    public long Memory => long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;

    public string Log => _process.Output + "\n" + _process.Errors;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public string ConfigFile => Path.Combine(AppDir, "config.json");

    /// <summary>
    /// Starts with <paramref name="config"/> as its file (none if null) and waits until it answers. With <paramref name="onLog"/> it logs all
    /// there is to log, in JSON, a line at a time, and <see cref="Log"/> keeps nothing. <paramref name="prepare"/> may do things to its folder before,
    /// which is a new one unless <paramref name="appDir"/> says another. <paramref name="host"/> is what it listens on; null: loopback.
    /// </summary>
    public static async Task<GatewayProcess> StartAsync(
        JsonNode? config, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLog = null, Action<string>? prepare = null, string? host = null, string? appDir = null)
    {
        appDir ??= Directory.CreateTempSubdirectory("causeway-test-").FullName;
        if (config is not null) await File.WriteAllTextAsync(Path.Combine(appDir, "config.json"), config.ToJsonString());
        prepare?.Invoke(appDir);
        var gateway = new GatewayProcess(appDir, ChildProcess.FreePort(), environment ?? new Dictionary<string, string>(), onLog, host);
        await gateway._process.WaitForAsync(gateway._http, new Uri(gateway.Address, "/health"));
        return gateway;
    }

    /// <summary>Kills it at this moment, without a warning.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Kills it without a warning, and starts it again in the same folder and at the same port.</summary>
    public async Task KillAndRestartAsync()
    {
        await _process.DisposeAsync();
        _process = Run();
        await _process.WaitForAsync(_http, new Uri(Address, "/health"));
    }

    /// <summary>A configuration with one OpenAI provider at <paramref name="upstream"/>, and one of Anthropic's if given.</summary>
    public static JsonObject Config(Uri upstream, Uri? anthropic = null)
    {
        var providers = new JsonObject { ["openai"] = Provider(upstream) };
        if (anthropic is not null) providers["anthropic"] = Provider(anthropic);
        return new JsonObject { ["providers"] = providers, ["model_aliases"] = new JsonObject { ["claude-*haiku*"] = "openai/gpt-4o-mini" } };
    }

    /// <summary>A configuration with these providers, all at one address.</summary>
    public static JsonObject ConfigOf(Uri upstream, params ReadOnlySpan<string> names)
    {
        var providers = new JsonObject();
        foreach (var name in names) providers[name] = Provider(upstream);
        return new JsonObject { ["providers"] = providers };
    }

    /// <summary>A configuration with these providers, each at a path of its name, and what <paramref name="more"/> adds or changes.</summary>
    public static JsonObject ConfigAt(Uri upstream, string more, params ReadOnlySpan<string> names)
    {
        var config = new JsonObject { ["providers"] = new JsonObject() };
        foreach (var name in names) config["providers"]![name] = Provider(new Uri(upstream, name));
        Merge(config, JsonNode.Parse(more)!.AsObject());
        return config;
    }

    private static void Merge(JsonObject target, JsonObject more)
    {
        foreach (var (name, value) in more)
        {
            if (value is JsonObject inner && target[name] is JsonObject known) Merge(known, inner);
            else target[name] = value?.DeepClone();
        }
    }

    private static JsonObject Provider(Uri address) => new()
    {
        ["keys"] = new JsonArray(new JsonObject { ["name"] = "test", ["value"] = "sk-upstream-secret" }),
        ["network_config"] = new JsonObject { ["base_url"] = address.ToString().TrimEnd('/') },
    };

    /// <summary>Sends a request; the answer with its body read.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync();
        return new Reply((int)answer.StatusCode, text, answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<Reply> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString(), headers);

    /// <summary>Sends a request and hands out the answer as soon as its head is there.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, JsonNode body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        return await _http.SendAsync(request, cancel);
    }

    /// <summary>The same of a GET.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancel) => _http.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path)), cancel);

    private ChildProcess Run()
    {
        string[] style = _onLog is null ? ["-log-style", "pretty"] : ["-log-style", "json", "-log-level", "debug"];
        string[] listen = _host is null ? [] : ["-host", _host];
        return new ChildProcess(Paths.Binary, ["-app-dir", AppDir, "-port", $"{Port}", .. listen, .. style], _environment, onError: _onLog);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(AppDir, recursive: true);
    }
}

/// <summary>An answer of the gateway.</summary>
internal sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The data of each server-sent event.</summary>
    public IReadOnlyList<string> Events => [.. Text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
}
