using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>What is counted, as Prometheus itself reads it.</summary>
public sealed class MetricsTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0";

    private static async Task<GatewayProcess> StartAsync(ScriptedUpstream upstream)
    {
        var config = GatewayProcess.ConfigAt(upstream.Address, """
            {"client": {"prometheus_labels": ["virtual_key"]},
             "fallbacks": {"openai/flaky": "groq/llama"},
             "governance": {
               "virtual_keys": [{"name": "ada", "value": "vk-ada", "budget": {"max_budget": 100}}, {"name": "bob", "value": "vk-bob", "rate_limit": {"request_max_limit": 4, "request_reset_duration": "1h"}},
                                {"name": "eve", "value": "vk-eve", "budget": {"max_budget": 0.000000001}}],
               "pricing_overrides": [{"pattern": "*a*", "price": {"input": 0.3, "output": 0.7}}, {"pattern": "m1", "price": {"input": 0.123457, "output": 1.000003}}]}}
            """, "openai", "groq");
        upstream.Script("openai", Answer.Choose(body => (string)body["model"]! switch
        {
            "flaky" => Answer.Error(503, """{"error":{"message":"down","type":"server_error"}}"""),
            "bad" => Answer.Error(400, """{"error":{"message":"no","type":"invalid_request_error"}}"""),
            "dies" => Answer.Broken("and then"),
            _ => (bool?)body["stream"] == true ? Answer.Stream("hello") : Answer.Whole("hello"),
        }));
        upstream.Script("groq", Answer.Choose(body => (bool?)body["stream"] == true ? Answer.Stream("hi") : Answer.Whole("hi")));
        return await GatewayProcess.StartAsync(config);
    }

    /// <summary>Requests in all dialects, whole and broken, good and bad.</summary>
    private static async Task TalkAsync(GatewayProcess gateway)
    {
        foreach (var api in Ask.Apis)
        {
            foreach (var model in (string[])["openai/m1", "openai/flaky", "groq/llama", "openai/unpriced"])
            {
                var (path, body) = Ask.StreamIn(api, model);
                if (model == "openai/unpriced") await gateway.PostAsync(path, body);
                else await gateway.PostAsync(path, body, ("x-bf-vk", "vk-ada"));
            }
        }

        foreach (var model in (string[])["openai/m1", "openai/bad", "openai/made-up", "unknown/x", "openai/flaky"]) await gateway.PostAsync(Ask.Chat, Ask.For(model), ("x-bf-vk", "vk-bob"));
        await gateway.PostAsync(Ask.Messages, Ask.For("openai/m1", ",\"max_tokens\":9,\"top_k\":3"), ("x-bf-vk", "vk-ada"));   // a loss
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"), ("x-bf-vk", "vk-eve"));
        await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/dies"));
        await gateway.SendAsync(HttpMethod.Post, Ask.Chat, "{", ("x-bf-vk", "vk-ada"));
    }

    private static async Task<Reply> SettledAsync(GatewayProcess gateway, params (string, string)[] headers)
    {
        for (var i = 0; i < 400; i++)
        {
            var text = (await gateway.SendAsync(HttpMethod.Get, "/metrics", null, headers)).Text;
            if (Sum(text, "causeway_requests_in_flight") == 0 && Sum(text, "causeway_ledger_pending") == 0) break;
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        return await gateway.SendAsync(HttpMethod.Get, "/metrics", null, headers);
    }

    /// <summary>The sum of the samples of a metric in whose labels all of these stand.</summary>
    private static decimal Sum(string text, string name, params string[] labels) => text.Split('\n')
        .Where(line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal)) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(line => decimal.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    [Fact]
    public async Task Prometheus_takes_both_formats_and_the_sums_are_the_ledgers()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        await TalkAsync(gateway);
        var text = await SettledAsync(gateway);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", text.Headers["content-type"]);
        Assert.Equal("", await LintAsync(gateway, text.Text));
        Assert.NotEqual("", await LintAsync(gateway, text.Text.Replace("# HELP causeway_requests_total", "# HALP causeway_requests_total", StringComparison.Ordinal)));   // it does look

        var rows = await RowsAsync(gateway);
        Assert.True(rows.Count > 30, $"only {rows.Count} rows");
        foreach (var group in rows.GroupBy(row => ((string)row!["provider"]!, (string)row["model"]!, (string?)row["virtual_key"])))
        {
            var (provider, model, key) = group.Key;
            string[] labels = [$"provider=\"{provider}\"", $"model=\"{model}\"", key is null ? "" : $"virtual_key=\"{key}\""];
            Assert.Equal((group.Key, group.Sum(row => (decimal?)row!["dollars"] ?? 0)), (group.Key, Sum(text.Text, "causeway_cost_dollars_total", labels)));
            Assert.Equal((group.Key, group.Sum(row => (decimal?)row!["input_tokens"] ?? 0)), (group.Key, Sum(text.Text, "causeway_tokens_total", [.. labels, "direction=\"input\""])));
            Assert.Equal((group.Key, group.Sum(row => (decimal?)row!["output_tokens"] ?? 0)), (group.Key, Sum(text.Text, "causeway_tokens_total", [.. labels, "direction=\"output\""])));
        }

        Assert.Equal(rows.Sum(row => (decimal?)row!["dollars"] ?? 0), Sum(text.Text, "causeway_cost_dollars_total"));
        Assert.Equal(rows.Count(row => row!["dollars"] is null), Sum(text.Text, "causeway_cost_unknown_total"));
        Assert.Equal((4 * Ask.Apis.Count) + 9, Sum(text.Text, "causeway_requests_total"));
        Assert.Equal((4 * Ask.Apis.Count) + 9, Sum(text.Text, "causeway_request_duration_seconds_count"));
        Assert.True(Sum(text.Text, "causeway_fallbacks_total", "provider=\"groq\"") > 0);   // later ones go there at once: what fails rests
        Assert.Equal(Sum(text.Text, "causeway_upstream_attempts_total", "outcome=\"ok\""), rows.Count(row => (int)row!["status"]! == 200));
        Assert.Equal((1, 1), (Sum(text.Text, "causeway_rate_limited_total", "limit=\"requests\""), Sum(text.Text, "causeway_budget_refused_total", "reason=\"exceeded\"")));
        Assert.Equal(1, Sum(text.Text, "causeway_losses_total", "dialect=\"anthropic-messages\"", "direction=\"request\""));
        Assert.Equal(7, text.Text.Split('\n').Where(line => line.StartsWith("causeway_overhead_seconds_count", StringComparison.Ordinal)).Count());
        Assert.True(Sum(text.Text, "causeway_overhead_seconds_sum") < Sum(text.Text, "causeway_request_duration_seconds_sum"));
        Assert.Equal(100, Sum(text.Text, "causeway_budget_limit_dollars", "ada"));

        var open = await gateway.SendAsync(HttpMethod.Get, "/metrics", null, ("accept", OpenMetrics));
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.Headers["content-type"]);
        Assert.EndsWith("# EOF\n", open.Text, StringComparison.Ordinal);
        Assert.Equal("", await LintAsync(gateway, AsText(open.Text)));
        Assert.Equal(Sum(text.Text, "causeway_cost_dollars_total"), Sum(open.Text, "causeway_cost_dollars_total"));
    }

    [Fact]
    public async Task A_running_Prometheus_collects_it_with_a_viewers_token()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        await TalkAsync(gateway);
        var admin = await new ApiClient(gateway).AddAccountAsync("ada", "admin");
        var token = await admin.AddTokenAsync("prometheus", "viewer");
        await gateway.SendAsync(HttpMethod.Get, "/metrics").IsAsync(401, "unauthenticated");
        var text = (await SettledAsync(gateway, ("authorization", $"Bearer {token}"))).Text;

        var (folder, port) = (Directory.CreateTempSubdirectory("causeway-prometheus-").FullName, ChildProcess.FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms }
            scrape_configs:
              - job_name: causeway
                authorization: { credentials: {{token}} }
                static_configs: [{ targets: ["127.0.0.1:{{gateway.Port}}"] }]
            """, TestContext.Current.CancellationToken);
        var address = new Uri($"http://127.0.0.1:{port}");
        await using (var prometheus = new ChildProcess("prometheus", [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}"], new Dictionary<string, string>(), folder))
        using (var http = new HttpMessageInvoker(new SocketsHttpHandler()))
        {
            await prometheus.WaitForAsync(http, new Uri(address, "/-/ready"));
            JsonNode? target = null;
            for (var i = 0; i < 300 && (string?)target?["health"] != "up"; i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                target = (await GetAsync("/api/v1/targets"))["activeTargets"]!.AsArray().FirstOrDefault();
            }

            Assert.Equal(("up", ""), ((string?)target!["health"], (string?)target["lastError"]));
            foreach (var name in (string[])["causeway_requests_total", "causeway_tokens_total", "causeway_cost_dollars_total", "causeway_overhead_seconds_bucket", "causeway_upstream_duration_seconds_count"])
            {
                var sum = (await GetAsync($"/api/v1/query?query=sum({name})"))["result"]![0]!["value"]![1]!;
                Assert.Equal((double)Sum(text, name), double.Parse((string)sum!, CultureInfo.InvariantCulture), 12);
            }

            // It asked for OpenMetrics, or it would know no units.
            var about = (await GetAsync("/api/v1/metadata?metric=causeway_overhead_seconds"))["causeway_overhead_seconds"]![0]!;
            Assert.Equal(("histogram", "seconds"), ((string?)about["type"], (string?)about["unit"]));

            // It understands each query of the dashboard, and has an answer where something has happened.
            var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Paths.Root, "packaging", "grafana", "causeway.json"), TestContext.Current.CancellationToken))!;
            var enough = Uri.EscapeDataString("count_over_time(causeway_build_info[1m]) >= 3");   // rates need some
            for (var i = 0; i < 200 && (await GetAsync($"/api/v1/query?query={enough}"))["result"]!.AsArray().Count == 0; i++) await Task.Delay(100, TestContext.Current.CancellationToken);
            var (asked, answered) = (0, 0);
            foreach (var item in dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []))
            {
                var query = (string)item!["expr"]!;
                foreach (var name in (string[])["$instance", "$provider", "$model"]) query = query.Replace(name, ".*", StringComparison.Ordinal);
                query = query.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal);
                asked++;
                if ((await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}"))["result"]!.AsArray().Count > 0) answered++;
            }

            Assert.Equal(53, asked);
            Assert.True(answered >= 45, $"{answered} of {asked} queries have an answer");

            async Task<JsonNode> GetAsync(string path)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
                using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["data"]!;
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>OpenMetrics as the older format, which is what promtool checks: counters are announced with their suffix there, and there are neither units nor infos.</summary>
    private static string AsText(string open)
    {
        var lines = open.Split('\n').Where(line => !line.StartsWith("# UNIT ", StringComparison.Ordinal) && line != "# EOF").ToList();
        var suffixes = lines.Select(line => line.Split(' ')).Where(words => words is ["#", "TYPE", _, "counter" or "info"]).ToDictionary(words => words[2], words => words[3] == "info" ? "_info" : "_total");
        return string.Join('\n', lines.Select(line => line.Split(' ', 4) is ["#", var what, var name, var rest] && suffixes.TryGetValue(name, out var suffix)
            ? $"# {what} {name}{suffix} {(what == "TYPE" && rest == "info" ? "gauge" : rest)}" : line));
    }

    /// <summary>What promtool has against it.</summary>
    private static async Task<string> LintAsync(GatewayProcess gateway, string text)
    {
        var file = Path.Combine(gateway.AppDir, "metrics.txt");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        await using var tool = new ChildProcess("sh", ["-c", $"promtool check metrics < {file}"], new Dictionary<string, string>());
        var code = await tool.WaitAsync(TimeSpan.FromSeconds(20));
        return code == 0 ? tool.Output + tool.Errors : $"{code}: {tool.Output} {tool.Errors}";
    }

    private static async Task<JsonArray> RowsAsync(GatewayProcess gateway) => (await gateway.SendAsync(HttpMethod.Get, "/api/ledger?limit=1000")).Json["rows"]!.AsArray();
}
