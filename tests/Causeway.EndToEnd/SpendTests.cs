using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The ledger for people: asked of a gateway, and by the commands of the same binary while it runs.</summary>
public sealed class SpendTests
{
    private static readonly (string Key, string Model)[] Asked =
        [("vk-ada", "m1"), ("vk-ada", "m1"), ("vk-ada", "=1+1"), ("vk-bob", "m1"), ("vk-bob", "m2"), ("vk-bob", "m2"), ("vk-ada", "m2")];

    private static JsonObject Config(ScriptedUpstream upstream, decimal input)
    {
        var config = GatewayProcess.ConfigAt(upstream.Address, """
            {"governance": {
              "teams": [{"id": "web"}],
              "virtual_keys": [{"name": "ada", "value": "vk-ada", "team_id": "web"}, {"name": "bob", "value": "vk-bob"}]}}
            """, "openai");
        config["governance"]!["pricing_overrides"] = new JsonArray(new JsonObject { ["pattern"] = "m*", ["price"] = new JsonObject { ["input"] = input, ["output"] = 0.7m } });
        return config;
    }

    private static async Task<GatewayProcess> StartAsync(ScriptedUpstream upstream)
    {
        upstream.Script("openai", Answer.Whole("x"));   // 11 tokens in, 3 out
        var gateway = await GatewayProcess.StartAsync(Config(upstream, 0.3m));
        foreach (var (key, model) in Asked)
        {
            var reply = await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", $$"""{"model":"openai/{{model}}","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""", ("x-bf-vk", key));
            Assert.Equal(200, reply.Status);
        }

        for (var i = 0; i < 200 && (await RowsAsync(gateway)).Count < Asked.Length; i++) await Task.Delay(25, TestContext.Current.CancellationToken);
        return gateway;
    }

    private static async Task<JsonArray> RowsAsync(GatewayProcess gateway) => (await gateway.SendAsync(HttpMethod.Get, "/api/ledger?limit=1000")).Json["rows"]!.AsArray();

    /// <summary>Runs the binary on a gateway's folder; what it printed.</summary>
    private static async Task<string> RunAsync(GatewayProcess gateway, int code, params string[] arguments)
    {
        await using var process = new ChildProcess(Paths.Binary, [.. arguments, "-app-dir", gateway.AppDir], new Dictionary<string, string>());
        Assert.Equal(code, await process.WaitAsync(TimeSpan.FromSeconds(20)));
        return code == 0 ? process.Output : process.Errors;
    }

    [Fact]
    public async Task What_was_spent_is_the_sum_of_its_rows_whoever_asks()
    {
        const decimal Call = ((11 * 0.3m) + (3 * 0.7m)) / 1_000_000;
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var rows = await RowsAsync(gateway);
        Assert.Equal(6 * Call, rows.Sum(row => (decimal?)row!["dollars"] ?? 0));

        var reply = await gateway.SendAsync(HttpMethod.Get, "/api/spend?by=virtual_key,model&from=2026-01-01");
        var spend = reply.Json;
        Assert.Equal(
            [("ada", "m1", 2, 2 * Call, 0), ("bob", "m2", 2, 2 * Call, 0), ("ada", "m2", 1, Call, 0), ("bob", "m1", 1, Call, 0), ("ada", "=1+1", 1, 0, 1)],
            spend["spend"]!.AsArray().Select(row => ((string?)row!["virtual_key"], (string?)row["model"], (int)row["calls"]!, (decimal)row["dollars"]!, (int)row["unrated"]!)));
        Assert.Equal((7, 6 * Call, 1, 77, 21), ((int)spend["total"]!["calls"]!, (decimal)spend["total"]!["dollars"]!, (int)spend["total"]!["unrated"]!, (int)spend["total"]!["input_tokens"]!, (int)spend["total"]!["output_tokens"]!));
        Assert.Equal(3, (int)(await gateway.SendAsync(HttpMethod.Get, "/api/spend?team=")).Json["total"]!["calls"]!);
        Assert.Equal(reply.Text, await RunAsync(gateway, 0, "spend", "-by", "virtual_key,model", "-from=2026-01-01", "-format", "json"));
        Assert.Contains($"total            7  {6 * Call:F7}", await RunAsync(gateway, 0, "spend", "-by", "virtual_key"), StringComparison.Ordinal);

        var ids = new List<string>();
        for (string? next = "00000000-0000-0000-0000-000000000000"; next is not null;)
        {
            var page = (await gateway.SendAsync(HttpMethod.Get, $"/api/ledger?limit=3&after={next}")).Json;
            ids.AddRange(page["rows"]!.AsArray().Select(row => (string)row!["id"]!));
            next = (string?)page["next"];
        }

        Assert.Equal(rows.Select(row => (string)row!["id"]!), ids);

        var csv = await gateway.SendAsync(HttpMethod.Get, "/api/ledger.csv?virtual_key=ada");
        Assert.StartsWith("text/csv", csv.Headers["content-type"], StringComparison.Ordinal);
        var lines = csv.Text.Split("\r\n");
        Assert.Equal((6, 1), (lines.Length, lines.Count(line => line.Contains(",'=1+1,openai/=1+1,", StringComparison.Ordinal))));
        Assert.Equal(3 * Call, lines[1..^1].Sum(line => decimal.TryParse(line.Split(',')[19], out var dollars) ? dollars : 0));
        var file = Path.Combine(gateway.AppDir, "rows.csv");
        Assert.Equal($"{file}: 4 rows", await RunAsync(gateway, 0, "export", file, "-where", "virtual_key=ada"));
        Assert.Equal(csv.Text, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(csv.Text.ReplaceLineEndings("\n").TrimEnd(), await RunAsync(gateway, 0, "export", "-where", "virtual_key=ada"));
        Assert.Contains("is there already", await RunAsync(gateway, 1, "export", file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_is_rated_by_the_prices_of_today()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        await File.WriteAllTextAsync(gateway.ConfigFile, Config(upstream, 0.5m).ToJsonString(), TestContext.Current.CancellationToken);
        Task<Reply> Rerate(string body) => gateway.SendAsync(HttpMethod.Post, "/api/ledger/rerate", body);
        JsonNode? dry = null;
        for (var i = 0; i < 200 && (int?)dry?["changed"] != 3; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);   // until the gateway has seen the new prices
            dry = (await Rerate("""{"virtual_key":"bob","dry_run":true}""")).Json;
        }

        Assert.Equal("""{"dry_run":true,"rows":3,"changed":3,"unknown_before":0,"unpriced":0,"dollars_before":0.0000162,"dollars_after":0.0000228,"difference":0.0000066}""", dry!.ToJsonString());
        Assert.StartsWith("6 of 7 rows would change: 0.0000324 dollars before, 0.0000456 after, +0.0000132 in all. The cost of 0 of them was not known. 1 rows cannot", await RunAsync(gateway, 0, "rerate", "-dry-run"), StringComparison.Ordinal);
        Assert.Equal(0.0000324m, (await RowsAsync(gateway)).Sum(row => (decimal?)row!["dollars"] ?? 0));   // nothing has changed yet
        Assert.Equal(0.0000066m, (decimal)(await Rerate("""{"virtual_key":"bob"}""")).Json["difference"]!);
        Assert.StartsWith("3 of 7 rows changed: 0.0000162 dollars before, 0.0000228 after,", await RunAsync(gateway, 0, "rerate"), StringComparison.Ordinal);
        Assert.Equal((7, 0), ((int)(await Rerate("{}")).Json["rows"]!, (int)(await Rerate("")).Json["changed"]!));
        Assert.Equal(0.0000456m, (decimal)(await gateway.SendAsync(HttpMethod.Get, "/api/spend")).Json["total"]!["dollars"]!);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)), "it did not stop");
        Assert.Equal(0.0000456m, (await LedgerRows.OfAsync(gateway.AppDir)).Sum(row => row.Dollars ?? 0));
    }

    [Fact]
    public async Task What_makes_no_sense_is_named_and_a_gateway_without_a_ledger_says_so()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        var config = GatewayProcess.ConfigOf(upstream.Address, "openai");
        await using (var without = await GatewayProcess.StartAsync(config))
        {
            foreach (var path in (string[])["/api/spend", "/api/ledger", "/api/ledger.csv"])
            {
                var refused = await without.SendAsync(HttpMethod.Get, path);
                Assert.Equal((503, "no_ledger"), (refused.Status, (string?)refused.Json["error"]!["type"]));
            }

            Assert.Contains("there is no ledger yet", await RunAsync(without, 1, "spend"), StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(without.AppDir, "config.db")));
        }

        config["config_store"] = new JsonObject();
        await using var gateway = await GatewayProcess.StartAsync(config);
        async Task Refused(string path, string named, HttpMethod? method = null, string? body = null, int status = 400)
        {
            var refused = await gateway.SendAsync(method ?? HttpMethod.Get, path, body);
            Assert.Equal(status, refused.Status);
            Assert.Contains(named, (string)refused.Json["error"]!["message"]!, StringComparison.Ordinal);
        }

        await Refused("/api/spend?by=teem", "by: 'teem' is not known: did you mean team?");
        await Refused("/api/spend?from=x", "from: 'x' must be a day");
        await Refused("/api/spend?limit=5", "limit: is not known");
        await Refused("/api/spend?team=a&team=b", "team: 'b' is there twice");
        await Refused("/api/ledger?limit=0", "limit: '0' must be a number from 1 to 1000");
        await Refused("/api/ledger.csv?after=x", "after: is not known");
        await Refused("/api/ledger/rerate", "this takes POST", status: 405);
        await Refused("/api/ledger/rerate", "dry_run: must be true or false", HttpMethod.Post, """{"dry_run":"yes"}""");
        await Refused("/api/ledger/rerate", "team: must be text", HttpMethod.Post, """{"team":["a"]}""");
        await Refused("/api/ledger/rerate", "not valid JSON", HttpMethod.Post, "{");
        Assert.Equal("""{"by":[],"spend":[],"total":{"calls":0,"dollars":0,"unrated":0,"input_tokens":0,"output_tokens":0}}""", (await gateway.SendAsync(HttpMethod.Get, "/api/spend")).Text);
        Assert.Equal("""{"rows":[],"next":null}""", (await gateway.SendAsync(HttpMethod.Get, "/api/ledger")).Text);
        Assert.Equal(401, (await gateway.SendAsync(HttpMethod.Post, "/api/ledger/rerate", "{}", ("X-Forwarded-For", "1.2.3.4"))).Status);
    }
}
