using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>The audit log: each change by its author, with what was there before and after, and no secret.</summary>
public sealed class AuditTests : ManagedGateway
{
    private const string Secret = "sk-canary-of-the-audit-0123456789";

    private static (string? Actor, string Action, string Kind, string Object) Of(JsonNode? entry) =>
        ((string?)entry!["actor"], (string)entry["action"]!, (string)entry["kind"]!, (string)entry["object"]!);

    [Fact]
    public async Task Each_change_has_its_entry()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        var token = await ada.AddTokenAsync("ci", "editor");
        var ci = ApiClient.WithToken(Gateway, token);
        await ci.CreateAsync("/api/teams", """{"id":"web","name":"one"}""");
        await ci.PatchAsync("/api/teams/web", """{"name":"two"}""").IsAsync(200);
        await ci.PatchAsync("/api/teams/web", """{"nme":"three"}""").IsAsync(400);   // what did not happen is not there
        await ci.PutAsync("/api/teams/web", """{"budget":{"max_budget":1}}""").IsAsync(200);
        var value = (string)(await ci.CreateAsync("/api/virtual-keys", """{"id":"key","team_id":"web"}""")).Json["value"]!;
        var rotated = (string)(await ci.PostAsync("/api/virtual-keys/key/rotate", """{"overlap":"1h"}""").IsAsync(200)).Json["value"]!;
        await ci.DeleteAsync("/api/virtual-keys/key").IsAsync(204);
        await ci.DeleteAsync("/api/teams/web").IsAsync(204);
        await ada.CreateAsync("/api/providers", $$"""{"name":"openai","keys":[{"name":"a","value":"{{Secret}}"}]}""");
        await ada.DeleteAsync("/api/providers/openai").IsAsync(204);
        await ada.PatchAsync("/api/accounts/ada", """{"password":"another password"}""").IsAsync(200);
        ada = await ApiClient.LogInAsync(Gateway, "ada", "another password");
        var text = (await ada.GetAsync("/api/audit")).Text;
        var items = JsonNode.Parse(text)!["items"]!.AsArray().Reverse().ToList();
        Assert.Equal(
            [
                ("local", "create", "account", "ada"), ("account:ada", "login", "account", "ada"), ("account:ada", "create", "token", "ci"),
                ("token:ci", "create", "team", "web"), ("token:ci", "update", "team", "web"), ("token:ci", "update", "team", "web"),
                ("token:ci", "create", "virtual_key", "key"), ("token:ci", "rotate", "virtual_key", "key"), ("token:ci", "delete", "virtual_key", "key"), ("token:ci", "delete", "team", "web"),
                ("account:ada", "create", "provider", "openai"), ("account:ada", "delete", "provider", "openai"), ("account:ada", "update", "account", "ada"), ("account:ada", "login", "account", "ada"),
            ],
            items.Select(Of));
        Assert.All(items, entry => Assert.Equal("127.0.0.1", (string?)entry!["address"]));
        Assert.Equal((null, "one"), (items[3]!["before"], (string?)items[3]!["after"]!["name"]));
        Assert.Equal(("one", "two"), ((string?)items[4]!["before"]!["name"], (string?)items[4]!["after"]!["name"]));
        Assert.Equal(("two", null), ((string?)items[5]!["before"]!["name"], (string?)items[5]!["after"]!["name"]));
        Assert.Equal((1, null), ((int)items[9]!["before"]!["budget"]!["max_budget"]!, items[9]!["after"]));
        Assert.Empty(Traces.In("audit", text, [Secret, value, rotated, token, "another password", ApiClient.Password, "pbkdf2", "sha256"]));
    }

    [Fact]
    public async Task It_is_read_page_by_page()
    {
        for (var i = 0; i < 25; i++) await Api.CreateAsync("/api/teams", $$"""{"id":"t{{i}}"}""");
        var seen = new List<string>();
        for (var before = ""; ;)
        {
            var page = (await Api.GetAsync($"/api/audit?limit=10{before}").IsAsync(200)).Json;
            seen.AddRange(page["items"]!.AsArray().Select(entry => (string)entry!["object"]!));
            if (page["next_before"] is not { } next) break;
            before = $"&before={next}";
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"t{i}").Order(), seen.Order());
        foreach (var query in (string[])["limit=0", "limit=1001", "limit=x", "before=x"]) await Api.GetAsync($"/api/audit?{query}").IsAsync(400, "invalid");
        Assert.Equal("t7", (string)Assert.Single((await Api.GetAsync("/api/audit?actor=local&kind=team&object=t7")).Json["items"]!.AsArray())!["object"]!);
        Assert.Empty((await Api.GetAsync("/api/audit?actor=account:eve%27%20OR%201=1--%00")).Json["items"]!.AsArray());
    }
}
