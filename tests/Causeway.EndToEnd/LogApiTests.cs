using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Management;

namespace Causeway.EndToEnd;

/// <summary>The request log through the API: what was asked is there, adds up, and is found again.</summary>
public sealed class LogApiTests : ManagedGateway
{
    private protected override JsonObject Config(Uri upstream)
    {
        var config = GatewayProcess.ConfigOf(upstream, "groq");
        config["governance"] = JsonNode.Parse("""{"pricing_overrides":[{"pattern":"*","price":{"input":0.3,"output":0.7}}]}""");
        return config;
    }

    /// <summary>Three requests of two agents in a session, and one of nobody's.</summary>
    private async Task TalkAsync()
    {
        foreach (var (agent, branch) in new[] { ("", "main"), ("", "fix"), ("a1", "fix") })
        {
            (string, string)[] headers = [("x-session-id", "s/1"), ("x-causeway-repository", "acme/shop"), ("x-causeway-branch", branch), ("x-causeway-dim-feature", "login"), ("x-causeway-session-name", "night shift")];
            await Gateway.PostAsync(Ask.Chat, Ask.For("groq/llama"), agent.Length > 0 ? [.. headers, ("x-causeway-agent", agent)] : headers).IsAsync(200);
        }

        await Gateway.SendAsync(HttpMethod.Post, Ask.Chat, "{").IsAsync(400);
        for (var i = 0; i < 400 && (await Api.GetAsync("/api/logs")).Json["items"]!.AsArray().Count < 4; i++) await Task.Delay(25, TestContext.Current.CancellationToken);
    }

    private async Task<JsonNode> GetAsync(string path) => (await Api.GetAsync(path).IsAsync(200)).Json;

    [Fact]
    public async Task What_was_asked_is_in_the_log_and_adds_up()
    {
        await TalkAsync();
        var rows = (await GetAsync("/api/logs?outcome=ok&dim.feature=login"))["items"]!.AsArray();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(("groq", "llama", 200, "acme/shop", "login"), ((string)row!["provider"]!, (string)row["model"]!, (int)row["status"]!, (string)row["repository"]!, (string)row["dim"]!["feature"]!)));
        var whole = await GetAsync($"/api/logs/{rows[0]!["id"]}");
        Assert.Equal(("groq", 200), ((string)Assert.Single(whole["trail"]!.AsArray())!["provider"]!, (int)whole["trail"]![0]!["status"]!));
        Assert.Equal("hi", (string)(await GetAsync($"/api/logs/{rows[0]!["id"]}/content"))["request"]!["messages"]![0]!["content"]!);
        var stats = (await GetAsync("/api/logs/stats?period=1h&compare=true"))["total"]!;
        Assert.Equal((4, 1, rows.Sum(row => (decimal)row!["dollars"]!)), ((int)stats["requests"]!, (int)stats["errors"]!, (decimal)stats["dollars"]!));
        Assert.Equal((33, 9), ((int)stats["input_tokens"]!, (int)stats["output_tokens"]!));
        Assert.Equal(4, (await GetAsync("/api/logs/histogram?period=1h"))["items"]!.AsArray().Sum(bar => (int)bar!["requests"]!));
        Assert.Equal("llama", (string)(await GetAsync("/api/logs/rankings?by=model&period=1h"))["items"]![0]!["value"]!);
        Assert.Equal(["dim.feature"], (await GetAsync("/api/logs/facets?by=branch"))["custom"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(6, (await Api.GetAsync("/api/logs.csv").IsAsync(200)).Text.Split("\r\n").Length);
        Assert.Equal(4, (await Api.GetAsync("/api/logs.jsonl?content=true").IsAsync(200)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var tree = await GetAsync("/api/sessions/s%2F1");
        Assert.Equal(("night shift", 3, 2, "a1"), ((string)tree["name"]!, (int)tree["main"]!["total"]!["requests"]!, (int)tree["main"]!["own"]!["requests"]!, (string)tree["main"]!["agents"]![0]!["agent"]!));
        Assert.Equal((3, 2), ((int)(await GetAsync("/api/sessions"))["items"]![0]!["total"]!["requests"]!, (int)(await GetAsync("/api/sessions"))["items"]![0]!["agents"]!));
        Assert.Equal(["fix 2 1", " 1 0", "main 1 1"], (await GetAsync("/api/reports/branches"))["items"]!.AsArray().Select(item => $"{item!["branch"]} {item["requests"]} {item["sessions"]}").OrderByDescending(text => text.Split(' ')[1]).ThenBy(text => text));
        Assert.Contains("acme/shop   fix", await Cli.RunAsync(Gateway.AppDir, "report"), StringComparison.Ordinal);   // while the gateway runs
    }

    [Fact]
    public async Task Rows_are_deleted_by_admins_and_that_is_noted()
    {
        await TalkAsync();
        var id = (string)(await GetAsync("/api/logs?limit=1"))["items"]![0]!["id"]!;
        Assert.Equal(1, (int)(await Api.SendAsync(HttpMethod.Delete, "/api/logs", $$"""{"ids":["{{id}}"]}""").IsAsync(200)).Json["deleted"]!);
        await Api.GetAsync($"/api/logs/{id}").IsAsync(404);
        Assert.Single(await AuditAsync("log", id));
    }

    [Fact]
    public async Task What_was_said_is_not_for_viewers()
    {
        await TalkAsync();
        var admin = await Api.AddAccountAsync("ada", "admin");
        var (viewer, editor) = (await admin.AddAccountAsync("vi", "viewer"), await admin.AddAccountAsync("ed", "editor"));
        var id = (string)(await viewer.GetAsync("/api/logs?limit=1&outcome=ok").IsAsync(200)).Json["items"]![0]!["id"]!;
        foreach (var path in (string[])[$"/api/logs/{id}/content", "/api/logs?text=hi", "/api/logs/stats?content_search=hi", "/api/sessions?text=hi", "/api/logs.jsonl?content=true", $"/api/live/{id}"])
        {
            await viewer.GetAsync(path).IsAsync(403);
            Assert.NotEqual(403, (await editor.GetAsync(path)).Status);
        }
    }
}
