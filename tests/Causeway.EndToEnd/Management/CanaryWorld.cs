using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>A gateway with secrets everywhere that secrets can be, whose every word is kept.</summary>
internal sealed class CanaryWorld : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<string> _said = [];
    private GatewayProcess _gateway = null!;
    private int _count;

    /// <summary>All secrets.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>What was found where it must not be.</summary>
    public List<string> Found { get; } = [];

    public GatewayProcess Gateway => _gateway;

    /// <summary>A virtual key of the file that has little to spend, and whose spending is told to a web address.</summary>
    public string KeyOfTheFile => Secrets.First(secret => secret.StartsWith("sk-canaryvk", StringComparison.Ordinal));

    /// <summary>A new secret; its kind is part of it, so that a finding says what it is.</summary>
    public string New(string kind, string prefix = "sk-")
    {
        var secret = $"{prefix}canary{kind}{++_count}x{Guid.NewGuid():N}";
        Secrets.Add(secret);
        return secret;
    }

    /// <summary>Starts a gateway that other machines can reach, with a file and an environment full of secrets, that logs all it can.</summary>
    public static async Task<CanaryWorld> StartAsync(Uri upstream)
    {
        var world = new CanaryWorld();
        var environment = new Dictionary<string, string> { ["CAUSEWAY_ENCRYPTION_KEY"] = world.New("sealing"), ["CAUSEWAY_SETUP_TOKEN"] = world.New("setup"), ["GROQ_API_KEY"] = world.New("found") };
        for (var i = 0; i < 20; i++) environment[$"CANARY_{i}"] = world.New("env");
        var config = new JsonObject { ["providers"] = new JsonObject(), ["governance"] = new JsonObject { ["virtual_keys"] = new JsonArray() } };
        foreach (var name in (string[])["groq", "mistral", "xai"]) config["providers"]![name] = world.Provider(upstream, name, i => i % 2 == 0 ? world.New("file") : $"env.CANARY_{i}");
        for (var i = 0; i < 10; i++) config["governance"]!["virtual_keys"]!.AsArray().Add((JsonNode)new JsonObject { ["id"] = $"file{i}", ["value"] = i % 2 == 0 ? world.New("vk") : $"env.CANARY_{10 + i}" });
        config["client"] = new JsonObject { ["enforce_auth_on_inference"] = true };
        config["governance"]!["virtual_keys"]![0]!["budget"] = JsonNode.Parse("""{"max_budget":0.01,"alerts":[0.01]}""");
        config["governance"]!["pricing_overrides"] = JsonNode.Parse("""[{"pattern":"*","price":{"input":100,"output":100}}]""");
        config["governance"]!["alerts"] = new JsonArray(new JsonObject
        {
            ["url"] = new Uri(upstream, $"hook/{world.New("address")}").ToString(), ["secret"] = world.New("signing"), ["headers"] = new JsonObject { ["x-hook-auth"] = world.New("header") },
        });
        world._gateway = await GatewayProcess.StartAsync(config, environment, world._log.Enqueue, host: "0.0.0.0");
        return world;
    }

    /// <summary>A provider with ten keys, and headers that are secrets.</summary>
    public JsonObject Provider(Uri upstream, string name, Func<int, string> key) => new()
    {
        ["keys"] = new JsonArray([.. Enumerable.Range(0, 10).Select(i => (JsonNode)new JsonObject { ["name"] = $"{name}-{i}", ["value"] = key(i) })]),
        ["network_config"] = new JsonObject
        {
            ["base_url"] = new Uri(upstream, name).ToString(), ["max_retries"] = 0, ["retry_backoff_initial"] = 1,
            ["extra_headers"] = new JsonObject { ["x-hook-auth"] = New("header"), ["x-other-auth"] = New("header") },
        },
    };

    /// <summary>Sends something, and keeps what comes back; <paramref name="shown"/> is the one secret that the answer is there to show.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body, Func<Reply, string?>? shown = null, params (string Name, string Value)[] headers)
    {
        var reply = await _gateway.SendAsync(method, path, body, headers);
        var text = $"{method} {path.Split('?')[0]} {string.Join('\n', reply.Headers)}\n{reply.Text}";
        if (shown?.Invoke(reply) is { Length: > 0 } secret)
        {
            text = text.Replace(secret, "", StringComparison.Ordinal);
            Secrets.Add(secret);
        }

        _said.Add(text);
        return reply;
    }

    /// <summary>Runs a command of the binary in the gateway's folder, and keeps what it says.</summary>
    public async Task RunAsync(params string[] arguments)
    {
        var (_, text) = await Cli.TryAsync(_gateway.AppDir, new Dictionary<string, string> { ["CAUSEWAY_ENCRYPTION_KEY"] = Secrets[0] }, arguments);
        _said.Add($"causeway {arguments[0]} {text}");
    }

    /// <summary>Looks for all secrets everywhere.</summary>
    public void Search()
    {
        foreach (var said in _said) Found.AddRange(Traces.In($"'{said[..Math.Min(120, said.Length)]}'", said, Secrets));
        Found.AddRange(Traces.In("the log", string.Join('\n', _log) + _gateway.Log, Secrets));
        Found.AddRange(Traces.InFolder(_gateway.AppDir, Secrets));
        Found.AddRange(Traces.InProcess(_gateway.ProcessId, Secrets));
    }

    /// <summary>Does the log have this? The search must be able to find something.</summary>
    public bool Logged(string text) => _log.Any(line => line.Contains(text, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
