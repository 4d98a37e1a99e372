using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.EndToEnd.Harness;
using Causeway.Storage.Logs;
using Microsoft.Data.Sqlite;

namespace Causeway.EndToEnd;

/// <summary>The request log: what it has of requests, whatever happens to it, asked through the management API of the release binary.</summary>
public sealed class LogTests
{
    private const string Keys = """
        {"governance": {"teams": [{"id": "web"}], "virtual_keys": [{"name": "ada", "value": "vk-ada", "team_id": "web"}, {"name": "quiet", "value": "vk-quiet", "content": "drop"}],
         "pricing_overrides": [{"pattern": "*", "price": {"input": 0.31, "output": 0.73}}]}}
        """;

    private const string Secret = "sk-ant-api03-Zq3vN8xLw0tYbR5mKc7HdJ2pUeGfSa9i";

    private static string Ask(string model, string prompt = "hi", bool stream = false) =>
        $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{prompt}}"}]}""";

    /// <summary>The rows of a question, when there are as many.</summary>
    private static async Task<JsonArray> RowsAsync(GatewayProcess gateway, int count, string question = "")
    {
        JsonArray rows = [];
        for (var i = 0; i < 400; i++)
        {
            rows = (await gateway.SendAsync(HttpMethod.Get, $"/api/logs?limit=1000&{question}")).Json["items"]!.AsArray();
            if (rows.Count >= count) break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(count, rows.Count);
        return rows;
    }

    private static async Task<decimal> LoggedAsync(GatewayProcess gateway) => (decimal)(await gateway.SendAsync(HttpMethod.Get, "/api/logs/stats")).Json["total"]!["dollars"]!;

    private static async Task<decimal> SpentAsync(GatewayProcess gateway) => (decimal)(await gateway.SendAsync(HttpMethod.Get, "/api/spend")).Json["total"]!["dollars"]!;

    /// <summary>The ledger's rows go to the database in their own time.</summary>
    private static async Task LedgerIsWrittenAsync(GatewayProcess gateway)
    {
        for (var i = 0; i < 400; i++)
        {
            if ((int)(await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["ledger"]!["pending"]! == 0) return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail("rows of the ledger are left in the journal");
    }

    [Fact]
    public async Task A_request_is_there_with_all_that_happened()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Error(500, """{"error":{"message":"down"}}"""));
        upstream.Script("groq", Answer.Stream("Hello Lisbon"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, Keys, "openai", "groq"));
        var body = $$"""{"model":"openai/gpt-4o","max_tokens":50,"top_k":4,"stream":true,"fallbacks":["groq/llama-3.3-70b-versatile"],"messages":[{"role":"user","content":"The key is {{Secret}}, keep it"}]}""";
        var reply = await gateway.SendAsync(HttpMethod.Post, "/anthropic/v1/messages", body, ("x-bf-vk", "vk-ada"), ("user-agent", "claude-cli/2.1.0 (external, cli)"),
            ("x-claude-code-session-id", "s-1"), ("x-claude-code-agent-id", "a-1"), ("x-causeway-branch", "feature/login"), ("x-causeway-repository", "causeway"), ("x-bf-dim-ticket", "T-1"));
        Assert.Equal(200, reply.Status);
        var row = (await RowsAsync(gateway, 1))[0]!;
        Assert.Equal(("anthropic-messages", "groq", "llama-3.3-70b-versatile", "openai/gpt-4o", 200, "ok"), ((string)row["dialect"]!, (string)row["provider"]!, (string)row["model"]!, (string)row["asked"]!, (int)row["status"]!, (string)row["outcome"]!));
        Assert.Equal(("s-1", "a-1", "feature/login", "causeway", "claude-cli/2.1.0", "ada", "web", "T-1"),
            ((string)row["session"]!, (string)row["agent"]!, (string)row["branch"]!, (string)row["repository"]!, (string)row["client"]!, (string)row["virtual_key"]!, (string)row["team"]!, (string)row["dim"]!["ticket"]!));
        Assert.Equal((11, 3, "end", true), ((int)row["input_tokens"]!, (int)row["output_tokens"]!, (string)row["stop"]!, (bool)row["stream"]!));
        Assert.Equal(((11 * 0.31m) + (3 * 0.73m)) / 1_000_000, (decimal)row["dollars"]!);
        Assert.Contains("top_k", row["losses"]!.AsArray().Select(loss => (string)loss!));
        Assert.True((double)row["first_token"]! > 0 && (double)row["duration"]! >= (double)row["first_token"]! && (double)row["overhead"]! > 0);
        var id = (string)row["id"]!;
        Assert.Equal(id, reply.Headers["x-causeway-id"]);
        var whole = (await gateway.SendAsync(HttpMethod.Get, $"/api/logs/{id}")).Json;
        Assert.Equal([("openai", 500), ("groq", 200)], whole["trail"]!.AsArray().Select(attempt => ((string)attempt!["provider"]!, (int)attempt["status"]!)).DistinctBy(attempt => attempt));
        Assert.NotNull((string?)whole["route"]);

        var said = await gateway.SendAsync(HttpMethod.Get, $"/api/logs/{id}/content");
        Assert.Equal(body.Replace(Secret, "[redacted:secret]", StringComparison.Ordinal), said.Json["request"]!.ToJsonString());
        Assert.Equal("Hello Lisbon", (string)said.Json["answer"]!["parts"]![0]!["text"]!);
        Assert.DoesNotContain(Secret, said.Text, StringComparison.Ordinal);
        Assert.Single(await RowsAsync(gateway, 1, "text=lisbon"));
        Assert.Empty(await RowsAsync(gateway, 0, "text=" + Secret));
        Assert.Contains(id, (await gateway.SendAsync(HttpMethod.Get, "/api/sessions/s-1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_nowhere()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("a quiet answer"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, Keys, "openai"));
        await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o", "whispered"), ("x-bf-vk", "vk-quiet"));
        await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o", "whispered"), ("x-bf-vk", "vk-ada"), ("x-causeway-content", "drop"));
        await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o", "whispered"), ("x-bf-vk", "vk-quiet"), ("x-causeway-content", "keep"));
        var rows = await RowsAsync(gateway, 3);
        foreach (var row in rows) Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"/api/logs/{row!["id"]}/content")).Status);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(20)));
        foreach (var file in Directory.EnumerateFiles(gateway.AppDir, "logs.db*"))
        {
            var text = await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("whispered", text, StringComparison.Ordinal);
            Assert.DoesNotContain("a quiet answer", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Its_sums_are_the_ledgers_also_when_prices_change_and_rows_are_lost()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var turn = 0;
        upstream.Script("openai", Answer.Choose(_ => (Interlocked.Increment(ref turn) % 5) switch { 0 => Answer.Error(503, "{}"), 1 => Answer.Stream("one two"), 2 => Answer.Broken("one"), _ => Answer.Whole("x") }));
        upstream.Script("groq", Answer.Whole("y"));
        var config = GatewayProcess.ConfigAt(upstream.Address, Keys, "openai", "groq");
        config["fallbacks"] = JsonNode.Parse("""{"*": ["groq/llama-3.3-70b-versatile"]}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        var asked = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o", stream: i % 3 == 0), ("x-bf-vk", "vk-ada"));
            Interlocked.Increment(ref asked);
        });
        await RowsAsync(gateway, asked);
        await LedgerIsWrittenAsync(gateway);
        Assert.True(await SpentAsync(gateway) > 0);
        Assert.Equal(await SpentAsync(gateway), await LoggedAsync(gateway));

        var dearer = config.DeepClone();
        dearer["governance"]!["pricing_overrides"]![0]!["price"]!["output"] = 1.37;
        await File.WriteAllTextAsync(gateway.ConfigFile, dearer.ToJsonString(), TestContext.Current.CancellationToken);
        var before = await SpentAsync(gateway);
        for (var i = 0; i < 100; i++)
        {
            var rerated = await gateway.SendAsync(HttpMethod.Post, "/api/ledger/rerate", "{}");
            Assert.Equal(200, rerated.Status);
            if ((int)rerated.Json["changed"]! > 0) break;
            await Task.Delay(100, TestContext.Current.CancellationToken);   // until the file is read
        }

        var after = await SpentAsync(gateway);
        Assert.True(after > before, $"{before} {after}");
        Assert.Equal(after, await LoggedAsync(gateway));

        // Killed before the last rows are written: the ledger has them.
        for (var i = 0; i < 20; i++) await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o"), ("x-bf-vk", "vk-ada"));
        await gateway.KillAndRestartAsync();
        await LedgerIsWrittenAsync(gateway);
        for (var i = 0; i < 600 && await LoggedAsync(gateway) != await SpentAsync(gateway); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(await SpentAsync(gateway), await LoggedAsync(gateway));
    }

    [Fact]
    public async Task A_database_that_is_locked_holds_nobody_up_and_gets_its_rows_later()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "openai"));
        await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o"));
        await RowsAsync(gateway, 1);
        await (await LogStores.OpenAsync(new SqliteStoreConfig("other.db"), gateway.AppDir, TestContext.Current.CancellationToken)).DisposeAsync();   // finds the library
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(gateway.AppDir, "logs.db")};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var locked = other.BeginTransaction();   // writes, from now on
            for (var i = 0; i < 50; i++) Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o"))).Status);
            Assert.Single(await RowsAsync(gateway, 1));   // questions are answered meanwhile
        }

        await RowsAsync(gateway, 51);
        Assert.Equal("""{"status":"ok"}""", (await gateway.SendAsync(HttpMethod.Get, "/health")).Text);
    }

    [Fact]
    public async Task On_a_full_disk_rows_are_dropped_and_counted_and_requests_are_answered()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("x"));
        var disk = Directory.CreateTempSubdirectory("causeway-disk-").FullName;
        var isSmall = Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        Assert.SkipUnless(isSmall, "only root can mount a small disk");
        try
        {
            var config = GatewayProcess.ConfigAt(upstream.Address, "{}", "openai");
            config["logs_store"] = new JsonObject { ["enabled"] = true, ["type"] = "sqlite", ["config"] = new JsonObject { ["path"] = Path.Combine(disk, "logs.db") } };
            await using var gateway = await GatewayProcess.StartAsync(config);
            var health = "";
            for (var i = 0; i < 3000 && !health.Contains("dropped", StringComparison.Ordinal); i++)
            {
                Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o", new string('x', 400) + i))).Status);
                health = (await gateway.SendAsync(HttpMethod.Get, "/health")).Text;
                if (i > 1000) await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            for (var i = 0; i < 600 && (int)(JsonNode.Parse(health)!["log"]?["dropped"] ?? 0) == 0; i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                health = (await gateway.SendAsync(HttpMethod.Get, "/health")).Text;
            }

            var dropped = (int)JsonNode.Parse(health)!["log"]!["dropped"]!;
            Assert.True(dropped > 0, health);
            var metrics = (await gateway.SendAsync(HttpMethod.Get, "/metrics")).Text.Split('\n').Single(line => line.StartsWith("causeway_log_dropped_total ", StringComparison.Ordinal));
            Assert.True(int.Parse(metrics.Split(' ')[1], CultureInfo.InvariantCulture) >= dropped, metrics);
            Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Ask("openai/gpt-4o"))).Status);
        }
        finally
        {
            Run("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
