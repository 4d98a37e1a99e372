using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd.Management;

/// <summary>Hundreds of secrets of every kind go in; whatever then happens, none comes out.</summary>
public sealed class CanaryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private ScriptedUpstream _upstream = null!;
    private CanaryWorld _world = null!;
    private (string, string) _admin;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _world = await CanaryWorld.StartAsync(_upstream.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task No_secret_leaves_the_gateway()
    {
        await LogInAsync();
        await AddProvidersAsync();
        var keys = await AddVirtualKeysAsync();
        await AddAccountsAndTokensAsync();
        await FailAsync();
        await AskAsync(keys);
        foreach (var operation in await ApiOperation.AllAsync(_world.Gateway))
        {
            if (operation.Method == "GET") await _world.SendAsync(HttpMethod.Get, operation.Missing, null, null, _admin);
        }

        await _world.RunAsync("backup", Path.Combine(_world.Gateway.AppDir, "copy.db"));
        await _world.RunAsync("migrate");
        await _world.RunAsync("backup", Path.Combine(_world.Gateway.AppDir, "copy.db"));   // fails: it is there
        foreach (var command in (string[])["spend", "export", "rerate"]) await _world.RunAsync(command);
        await _world.RunAsync("-port", "0");   // fails: another gateway uses the folder
        _world.Search();
        output.WriteLine($"{_world.Secrets.Distinct().Count()} secrets, {_upstream.Paths.Count} requests reached the upstream");
        Assert.True(_world.Logged("may not"), "the upstream's words do not reach the log");
        Assert.InRange(_world.Secrets.Distinct().Count(), 200, 1000);
        Problems.AreNone(_world.Found.Distinct());
    }

    private async Task LogInAsync()
    {
        var (token, password) = (_world.Secrets[1], _world.New("password"));
        await _world.SendAsync(HttpMethod.Post, "/api/setup", new JsonObject { ["token"] = _world.New("guess"), ["username"] = "ada", ["password"] = password }.ToJsonString());
        var reply = await _world.SendAsync(HttpMethod.Post, "/api/setup", new JsonObject { ["token"] = token, ["username"] = "ada", ["password"] = password }.ToJsonString(), ApiClient.CookieOf);
        _admin = ("cookie", $"causeway_session={ApiClient.CookieOf(reply)}");
    }

    private Task<Reply> PostAsync(string path, JsonNode body, Func<Reply, string?>? shown = null) => _world.SendAsync(HttpMethod.Post, path, body.ToJsonString(), shown, _admin);

    private static string? ValueOf(Reply reply) => (string?)reply.Json["value"];

    private async Task AddProvidersAsync()
    {
        foreach (var name in (string[])["openai", "anthropic", "gemini", "cohere"])
        {
            var body = _world.Provider(_upstream.Address, name, _ => _world.New("stored"));
            body["name"] = name;
            body["proxy_config"] = new JsonObject { ["type"] = "none", ["username"] = "somebody", ["password"] = _world.New("proxy") };
            await PostAsync("/api/providers", body).IsAsync(201);
            await _world.SendAsync(HttpMethod.Patch, $"/api/providers/{name}", """{"concurrency_and_buffer_size":{"concurrency":50}}""", null, _admin, ("if-match", "*"));
        }

        var aws = new JsonObject { ["access_key"] = _world.New("access", "AKIA"), ["secret_key"] = _world.New("aws"), ["session_token"] = _world.New("session") };
        await PostAsync("/api/providers", new JsonObject
        {
            ["name"] = "bedrock", ["keys"] = new JsonArray(new JsonObject { ["name"] = "aws", ["bedrock_key_config"] = aws }),
            ["network_config"] = new JsonObject { ["base_url"] = new Uri(_upstream.Address, "bedrock").ToString(), ["max_retries"] = 0 },
        }).IsAsync(201);
    }

    private async Task<List<string>> AddVirtualKeysAsync()
    {
        var keys = new List<string>();
        for (var i = 0; i < 25; i++) await PostAsync("/api/virtual-keys", new JsonObject { ["id"] = $"brought{i}", ["value"] = Keep(_world.New("brought")) }).IsAsync(201);
        for (var i = 0; i < 25; i++) keys.Add(ValueOf(await PostAsync("/api/virtual-keys", new JsonObject { ["id"] = $"made{i}" }, ValueOf))!);
        for (var i = 0; i < 5; i++) keys.Add(ValueOf(await PostAsync($"/api/virtual-keys/made{i}/rotate", new JsonObject { ["overlap"] = "1h" }, ValueOf))!);
        for (var i = 0; i < 3; i++)
        {
            await PostAsync("/api/alerts", new JsonObject
            {
                ["name"] = $"alert{i}", ["url"] = new Uri(_upstream.Address, $"hook/{_world.New("address")}").ToString(), ["secret"] = _world.New("signing"), ["headers"] = new JsonObject { ["x-hook-auth"] = _world.New("header") },
            }).IsAsync(201);
        }

        return keys;

        string Keep(string key)
        {
            keys.Add(key);
            return key;
        }
    }

    private async Task AddAccountsAndTokensAsync()
    {
        for (var i = 0; i < 10; i++) await PostAsync("/api/tokens", new JsonObject { ["id"] = $"token{i}", ["role"] = "editor" }, ValueOf).IsAsync(201);
        for (var i = 0; i < 5; i++)
        {
            var password = _world.New("password");
            await PostAsync("/api/accounts", new JsonObject { ["name"] = $"one{i}", ["role"] = "viewer", ["password"] = password }).IsAsync(201);
            await _world.SendAsync(HttpMethod.Post, "/api/session", ApiClient.Credentials($"one{i}", password).ToJsonString(), ApiClient.CookieOf);
            await _world.SendAsync(HttpMethod.Post, "/api/session", ApiClient.Credentials($"one{i}", _world.New("wrong")).ToJsonString());
        }
    }

    /// <summary>Management calls that are refused, with secrets where they should be and where they should not.</summary>
    private async Task FailAsync()
    {
        string[] bodies =
        [
            """{"name":"xyz","keys":[{"value":"SECRET"}]}""", """{"name":"deepseek","keys":"SECRET"}""", """{"name":"deepseek","keys":["SECRET"]}""", """{"name":"deepseek","keys":{"value":"SECRET"}}""",
            """{"name":"deepseek","keys":[{"value":"SECRET","weight":"heavy"}]}""", """{"name":"deepseek","keys":[{"value":{"text":"SECRET"}}]}""", """{"name":"deepseek","keys":[{"value":{"sealed":"SECRET"}}]}""",
            """{"name":"deepseek","keys":[{"value":["SECRET"]}]}""", """{"name":"deepseek","network_config":{"extra_headers":"SECRET"}}""", """{"name":"deepseek","network_config":{"extra_headers":["SECRET"]}}""",
            """{"name":"deepseek","proxy_config":{"type":"http","password":"SECRET"}}""", """{"name":"groq","keys":[{"value":"SECRET"}]}""", """{"name":"deepseek","keys":[{"value":"SECRET"}""", """{"name": SECRET}""",
        ];
        foreach (var body in bodies)
        {
            var text = body.Replace("SECRET", _world.New("refused"), StringComparison.Ordinal);
            var reply = await _world.SendAsync(HttpMethod.Post, "/api/providers", text, null, _admin);
            Assert.True(reply.Status is >= 400 and < 500, $"{text}: {reply.Status} {reply.Text}");
            await _world.SendAsync(HttpMethod.Put, "/api/providers/deepseek", text, null, _admin, ("if-none-match", "*"));
        }

        foreach (var value in (string[])["""{"value":"SECRET"}""", """["SECRET"]""", """{"sealed":"SECRET"}"""])
            await _world.SendAsync(HttpMethod.Post, "/api/virtual-keys", $$"""{"id":"odd","value":{{value.Replace("SECRET", _world.New("odd"), StringComparison.Ordinal)}}}""", null, _admin).IsAsync(400, "invalid");
        foreach (var name in (string[])["cookie", "authorization", "x-api-key"]) await _world.SendAsync(HttpMethod.Get, "/api/teams", null, null, (name, "Bearer " + _world.New("unknown")));
        await _world.SendAsync(HttpMethod.Put, "/api/accounts/ada", $$"""{"role":"root","password":"{{_world.New("password")}}"}""", null, _admin, ("if-match", "*"));
    }

    /// <summary>Every client API at every provider, with answers of every kind.</summary>
    private async Task AskAsync(List<string> keys)
    {
        string[] providers = ["groq", "mistral", "xai", "openai", "anthropic", "gemini", "cohere", "bedrock"];
        var asked = 0;
        foreach (var provider in providers) _upstream.Script(provider, LeakyAnswers.All[0]);
        _upstream.Script("hook", LeakyAnswers.All[5]);
        for (var i = 0; i < 10; i++) await _world.SendAsync(HttpMethod.Post, Ask.Chat, Ask.For("groq/m", ",\"max_tokens\":10").ToJsonString(), null, ("x-bf-vk", _world.KeyOfTheFile));   // spends its budget
        await ScriptedUpstream.UntilAsync(() => _upstream.Paths.Any(path => path.StartsWith("/hook/", StringComparison.Ordinal)));
        foreach (var answer in LeakyAnswers.All)
        {
            foreach (var provider in providers) _upstream.Script(provider, answer);
            foreach (var provider in providers)
            {
                foreach (var api in Ask.Apis)
                {
                    var (path, body) = Ask.StreamIn(api, $"{provider}/m-{asked}");
                    if (asked % 2 == 0) body.Remove("stream");
                    await _world.SendAsync(HttpMethod.Post, path, body.ToJsonString(), null, ("authorization", $"Bearer {keys[asked++ % keys.Count]}"));
                }
            }
        }

        var (gemini, ask) = Ask.StreamIn("gemini", "groq/m");
        await _world.SendAsync(HttpMethod.Post, $"{gemini}&key={keys[0]}", ask.ToJsonString());
        await _world.SendAsync(HttpMethod.Post, $"{gemini}&key={_world.New("unknown")}", ask.ToJsonString());
        await _world.SendAsync(HttpMethod.Post, Ask.Chat, Ask.For("groq/m").ToJsonString(), null, ("x-bf-vk", _world.New("unknown")));
    }
}
