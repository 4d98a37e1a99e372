using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.Storage.Contract.Postgres;

namespace Causeway.EndToEnd.Management;

/// <summary>Two gateways on one PostgreSQL: what is managed at one is in force at the other.</summary>
public sealed class TwoGatewayTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private ScriptedUpstream _upstream = null!;
    private GatewayProcess _one = null!;
    private GatewayProcess _other = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Script(Answer.Whole("ok"));
        var store = await server.CreateAsync();
        var config = GatewayProcess.ConfigOf(_upstream.Address, "groq");
        config["config_store"] = new JsonObject
        {
            ["type"] = "postgres",
            ["config"] = new JsonObject { ["host"] = store.Host, ["port"] = $"{store.Port}", ["user"] = store.User, ["password"] = "env.PG_PASSWORD", ["db_name"] = store.Database },
        };
        var environment = new Dictionary<string, string> { ["PG_PASSWORD"] = store.Password!, ["CAUSEWAY_ENCRYPTION_KEY"] = "a passphrase of both gateways" };
        _one = await GatewayProcess.StartAsync(config, environment);
        _other = await GatewayProcess.StartAsync(config, environment);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task<int> AskAsync(GatewayProcess gateway, string key, string model = "groq/llama") => (await gateway.PostAsync(Ask.Chat, Ask.For(model, ",\"max_tokens\":10"), ("x-bf-vk", key))).Status;

    /// <summary>Waits until a thing holds; how long that took, in milliseconds.</summary>
    private static async Task<double> UntilAsync(Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(4), "it is not in force at the other");   // without a notice it would take five seconds
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    [Fact]
    public async Task A_change_at_one_is_in_force_at_the_other()
    {
        var api = new ApiClient(_one);
        var value = (string)(await api.CreateAsync("/api/virtual-keys", """{"id":"ada"}""")).Json["value"]!;
        var delays = new List<double> { await UntilAsync(async () => await AskAsync(_other, value) == 200) };
        await api.PatchAsync("/api/virtual-keys/ada", """{"is_active":false}""").IsAsync(200);
        delays.Add(await UntilAsync(async () => await AskAsync(_other, value) == 403));
        await new ApiClient(_other).PatchAsync("/api/virtual-keys/ada", """{"is_active":true}""").IsAsync(200);
        delays.Add(await UntilAsync(async () => await AskAsync(_one, value) == 200));
        await api.CreateAsync("/api/providers", $$$"""{"name":"openai","keys":[{"name":"a","value":"sk-sealed-for-both"}],"network_config":{"base_url":"{{{_upstream.Address.ToString().TrimEnd('/')}}}"}}""");
        delays.Add(await UntilAsync(async () => await AskAsync(_other, value, "openai/gpt-4o") == 200));
        Assert.Contains("sk-sealed-for-both", _upstream.Keys);
        output.WriteLine($"in force at the other after {string.Join(", ", delays.Select(delay => $"{delay:0} ms"))}");
        Assert.True(delays.Order().ElementAt(1) < 1000, "it took more than a second");
    }

    [Fact]
    public async Task Sessions_and_tokens_of_one_hold_at_the_other_and_end_there_too()
    {
        var ada = await new ApiClient(_one).AddAccountAsync("ada", "admin");
        var token = await ada.AddTokenAsync("ci", "editor");
        var (session, program) = (ApiClient.WithCookie(_other, ada.Cookie!), ApiClient.WithToken(_other, token));
        await UntilAsync(async () => (await session.GetAsync("/api/accounts")).Status == 200 && (await program.GetAsync("/api/teams")).Status == 200);
        await new ApiClient(_other).GetAsync("/api/teams").IsAsync(401, "unauthenticated");   // there, too, nobody is an admin by being local any more
        await program.CreateAsync("/api/teams", """{"id":"web"}""");
        await session.SendAsync(HttpMethod.Delete, "/api/session").IsAsync(204);
        await ada.GetAsync("/api/teams").IsAsync(401);
        ada = await ApiClient.LogInAsync(_other, "ada");
        await ada.DeleteAsync("/api/tokens/ci").IsAsync(204);
        await UntilAsync(async () => (await ApiClient.WithToken(_one, token).GetAsync("/api/teams")).Status == 401);
        Assert.Equal(["account:ada", "token:ci"], (await ada.GetAsync("/api/audit?limit=1000")).Json["items"]!.AsArray().Select(entry => (string)entry!["actor"]!).Where(actor => actor != "local").Distinct().Order());
        Assert.Empty((await ada.GetAsync("/api/audit?actor=x%00y")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Clients_of_both_lose_no_update()
    {
        const int Clients = 20;
        await new ApiClient(_one).CreateAsync("/api/teams", """{"id":"web","budget":{"max_budget":0}}""");
        await UntilAsync(async () => (await _other.SendAsync(HttpMethod.Get, "/api/teams/web")).Status == 200);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(async () =>
        {
            var api = new ApiClient(i % 2 == 0 ? _one : _other);
            while (true)
            {
                var read = await api.GetAsync("/api/teams/web");
                var next = (int)read.Json["budget"]!["max_budget"]! + 1;
                var reply = await api.PatchAsync("/api/teams/web", $$$"""{"budget":{"max_budget":{{{next}}}}}""", read.Headers["ETag"]);
                if (reply.Status == 200) return;
                Assert.Contains(reply.Status, (int[])[409, 412]);
            }
        })));
        await UntilAsync(async () => (int)(await new ApiClient(_one).GetAsync("/api/teams/web")).Json["budget"]!["max_budget"]! == Clients);
        await UntilAsync(async () => (int)(await new ApiClient(_other).GetAsync("/api/teams/web")).Json["budget"]!["max_budget"]! == Clients);
    }
}
