using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>The life of a virtual key that is made by the API, on a gateway that had no database before.</summary>
public sealed class VirtualKeyApiTests : ManagedGateway
{
    private const string Keys = "/api/virtual-keys";

    private async Task<string> AddAsync(string id, string more = "") => (string)(await Api.CreateAsync(Keys, $$"""{"id":"{{id}}"{{more}}}""")).Json["value"]!;

    private async Task<string?> CodeOfAsync(string key, int status) => (string?)(await AskAsync(key).IsAsync(status)).Json["error"]!["code"];

    [Fact]
    public async Task A_value_is_shown_once_and_works_at_once()
    {
        Assert.Empty(Directory.GetFiles(Gateway.AppDir, "*.db"));
        var value = await AddAsync("ada", ",\"tags\":[\"eu\"]");
        await AskAsync(value).IsAsync(200);
        var shown = (await Api.GetAsync($"{Keys}/ada").IsAsync(200)).Json;
        Assert.True((bool)shown["value"]!["is_set"]!);
        Assert.StartsWith((string)shown["hint"]!.ToString().TrimEnd('.'), value, StringComparison.Ordinal);
        Assert.Null(shown["value_sha256"]);
        var copy = Path.Combine(Gateway.AppDir, "copy.db");
        await Cli.RunAsync(Gateway.AppDir, "backup", copy);
        foreach (var path in (string[])[Keys, $"{Keys}/ada", "/api/audit", "/api/health", "/api/budgets"]) Assert.Empty(Traces.In(path, (await Api.GetAsync(path)).Text, [value]));
        Assert.Empty(Traces.In("log", Gateway.Log, [value]));
        Assert.NotEmpty(Traces.InFile(copy, ["\"tags\""]));   // the search finds what is there
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [value]));
        await Gateway.KillAndRestartAsync();
        await AskAsync(value).IsAsync(200);
    }

    [Fact]
    public async Task A_value_that_is_brought_works_and_is_kept_as_a_hash()
    {
        const string Brought = "a-value-from-elsewhere";
        var reply = await Api.CreateAsync(Keys, $$"""{"id":"ada","value":"{{Brought}}"}""");
        Assert.DoesNotContain(Brought, reply.Text, StringComparison.Ordinal);
        await AskAsync(Brought).IsAsync(200);
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [Brought]));
        await Api.PostAsync(Keys, """{"id":"short","value":"too-short"}""").IsAsync(400, "invalid");
        await Api.PostAsync(Keys, $$"""{"id":"twin","value":"{{Brought}}"}""").IsAsync(400, "invalid");
        await Api.PatchAsync($"{Keys}/ada", """{"value":"another-value-from-elsewhere"}""").IsAsync(200);
        Assert.Equal("access_not_found", await CodeOfAsync(Brought, 403));
        await AskAsync("another-value-from-elsewhere").IsAsync(200);
    }

    [Fact]
    public async Task Budgets_hold_from_the_first_request_on_and_are_remembered()
    {
        await Api.CreateAsync("/api/price-overrides", """{"id":"all","pattern":"*","price":{"input":5,"output":20}}""");
        var value = await AddAsync("ada", ",\"budget\":{\"max_budget\":0.001,\"budget_duration\":\"monthly\"}");
        var answers = 0;
        while ((await AskAsync(value)).Status == 200 && answers < 100) answers++;
        Assert.InRange(answers, 3, 12);
        Assert.Equal("budget_exceeded", await CodeOfAsync(value, 402));
        await Api.PatchAsync($"{Keys}/ada", """{"budget":{"max_budget":1}}""").IsAsync(200);
        await AskAsync(value).IsAsync(200);
        await Api.PatchAsync($"{Keys}/ada", """{"budget":{"max_budget":0.001}}""").IsAsync(200);
        Assert.Equal("budget_exceeded", await CodeOfAsync(value, 402));
        await Gateway.KillAndRestartAsync();
        Assert.Equal("budget_exceeded", await CodeOfAsync(value, 402));
        Assert.Equal(answers + 1, (await LedgerRows.OfAsync(Gateway.AppDir)).Count(row => row.Status == 200));
    }

    [Fact]
    public async Task Switched_off_expired_and_deleted_keys_are_refused_at_once()
    {
        var value = await AddAsync("ada");
        await Api.PatchAsync($"{Keys}/ada", """{"is_active":false}""").IsAsync(200);
        Assert.Equal("access_blocked", await CodeOfAsync(value, 403));
        await Api.PatchAsync($"{Keys}/ada", """{"is_active":null,"expires_at":"2001-01-01T00:00:00Z"}""").IsAsync(200);
        Assert.Equal("access_blocked", await CodeOfAsync(value, 403));
        await Api.PatchAsync($"{Keys}/ada", """{"expires_at":"2099-01-01T00:00:00Z"}""").IsAsync(200);
        await AskAsync(value).IsAsync(200);
        await Api.DeleteAsync($"{Keys}/ada").IsAsync(204);
        await Api.GetAsync($"{Keys}/ada").IsAsync(404, "not_found");
        await AddAsync("other");
        Assert.Equal("access_not_found", await CodeOfAsync(value, 403));
        Assert.NotEqual(value, await AddAsync("ada"));
        Assert.Equal("access_not_found", await CodeOfAsync(value, 403));
    }

    [Fact]
    public async Task After_a_rotation_both_values_work_and_then_only_the_new_one()
    {
        var first = await AddAsync("ada");
        var second = (string)(await Api.PostAsync($"{Keys}/ada/rotate", """{"overlap":"3s"}""").IsAsync(200)).Json["value"]!;
        await AskAsync(first).IsAsync(200);
        await AskAsync(second).IsAsync(200);
        var third = (string)(await Api.PostAsync($"{Keys}/ada/rotate", null).IsAsync(200)).Json["value"]!;   // no overlap
        Assert.Equal("access_not_found", await CodeOfAsync(second, 403));
        await AskAsync(third).IsAsync(200);
        for (var i = 0; i < 100 && (await AskAsync(first)).Status == 200; i++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal("access_blocked", await CodeOfAsync(first, 403));
        await AskAsync(third).IsAsync(200);
        await Api.PostAsync($"{Keys}/ada/rotate", """{"overlap":"soon"}""").IsAsync(400, "invalid");
        Assert.Equal(["create", "rotate", "rotate"], (await AuditAsync("virtual_key", "ada")).Select(entry => (string)entry["action"]!));
        Assert.Empty(Traces.In("audit", (await Api.GetAsync("/api/audit")).Text, [first, second, third]));
    }

    [Fact]
    public async Task What_only_the_gateway_writes_cannot_be_written()
    {
        const string Known = "b2WXpFYMbCGC7Lx4rfQnBSnJOuDLLMsLBvbWxhLTpFg";   // of nothing in particular
        var value = await AddAsync("ada", $$""","value_sha256":"{{Known}}","former_values":[{"value_sha256":"{{Known}}","until":"2099-01-01T00:00:00Z"}],"hint":"mine","meta":{"source":"file","version":99}""");
        var hint = (string)(await Api.GetAsync($"{Keys}/ada")).Json["hint"]!;
        var patch = $$"""{"value_sha256":"{{Known}}","former_values":[{"value_sha256":"{{Known}}","until":"2099-01-01T00:00:00Z"}],"hint":"mine","meta":{"source":"file"},"id":"eve"}""";
        await Api.PatchAsync($"{Keys}/ada", patch).IsAsync(200);
        await Api.PutAsync($"{Keys}/ada", patch).IsAsync(200);
        var shown = (await Api.GetAsync($"{Keys}/ada")).Json;
        Assert.Equal(("ada", hint, "store"), ((string)shown["id"]!, (string)shown["hint"]!, (string)shown["meta"]!["source"]!));
        Assert.Null(shown["former_values"]);
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [Known]));
        await AskAsync(value).IsAsync(200);
        await Api.GetAsync($"{Keys}/eve").IsAsync(404);
    }

    [Fact]
    public async Task Nobody_finds_a_hash_out_by_searching()
    {
        var value = await AddAsync("ada", ",\"tags\":[\"red\"]");
        await Api.PostAsync($"{Keys}/ada/rotate", """{"overlap":"1h"}""").IsAsync(200);
        var hash = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(value)));
        Assert.Single((await Api.GetAsync($"{Keys}?search=red")).Json["items"]!.AsArray());
        foreach (var part in (string[])[hash, hash[..6], "sha256"]) Assert.Empty((await Api.GetAsync($"{Keys}?search={part}")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task A_virtual_key_may_come_from_the_environment()
    {
        Assert.Equal("env.SOME_KEY", (string?)(await Api.CreateAsync(Keys, """{"id":"ada","value":"env.SOME_KEY"}""")).Json["value"]);
        await AskAsync("a-value-of-the-environment").IsAsync(200);
        Assert.Equal("env.SOME_KEY", (string?)(await Api.GetAsync($"{Keys}/ada")).Json["value"]);
    }

    private protected override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["SOME_KEY"] = "a-value-of-the-environment" };
}
