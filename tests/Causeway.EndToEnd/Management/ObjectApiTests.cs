using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Teams, customers, users and the others: what refers to what, odd names, and bodies that are wrong.</summary>
public sealed class ObjectApiTests : ManagedGateway
{
    [Theory]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a%2Fb")]
    [InlineData("grüße-日本-🦊")]
    [InlineData("a/../b")]
    [InlineData("a?b#c&d=e")]
    [InlineData("\"quoted\" \\ 'it'")]
    [InlineData("x;drop table audit")]
    public async Task Whatever_a_thing_is_called_it_can_be_addressed(string id)
    {
        var body = new JsonObject { ["id"] = id, ["name"] = "first" };
        var path = "/api/teams/" + string.Concat(System.Text.Encoding.UTF8.GetBytes(id).Select(letter => $"%{letter:X2}"));
        await Api.CreateAsync("/api/teams", body.ToJsonString());
        await RawAsync("PUT", path, """{"name":"second"}""", 200);
        await RawAsync("PATCH", path, """{"budget":{"max_budget":5}}""", 200);
        var shown = JsonNode.Parse((await RawAsync("GET", path, null, 200)).Split("\r\n\r\n", 2)[1])!;
        Assert.Equal((id, "second"), ((string)shown["id"]!, (string)shown["name"]!));
        Assert.Equal(["create", "update", "update"], (await AuditAsync("team", id)).Select(entry => (string)entry["action"]!));
        Assert.Equal(id, (string)Assert.Single((await Api.GetAsync("/api/teams")).Json["items"]!.AsArray())!["id"]!);
        await RawAsync("DELETE", path, null, 204);
        await RawAsync("GET", path, null, 404);
    }

    /// <summary>Sends a path as it is: libraries would tidy it up.</summary>
    private async Task<string> RawAsync(string method, string path, string? body, int status)
    {
        var type = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n";
        var answer = await RawRequest.SendAsync(Gateway.Port, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-Match: *\r\n{type}\r\n{body}");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        return answer;
    }

    [Fact]
    public async Task What_is_referred_to_cannot_be_deleted()
    {
        await Api.CreateAsync("/api/customers", """{"id":"acme","budget":{"id":"of-acme","max_budget":100}}""");
        await Api.CreateAsync("/api/teams", """{"id":"web","customer_id":"acme","budget":[{"max_budget":10},{"max_tokens":5000,"budget_duration":"daily"}]}""");
        await Api.CreateAsync("/api/users", """{"id":"ada","budget":{"max_budget":1}}""");
        await Api.CreateAsync("/api/virtual-keys", """{"id":"key","team_id":"web","user_id":"ada"}""");
        Assert.Contains("web", await Api.DeleteAsync("/api/customers/acme").IsAsync(409, "in_use"), StringComparison.Ordinal);
        Assert.Contains("key", await Api.DeleteAsync("/api/teams/web").IsAsync(409, "in_use"), StringComparison.Ordinal);
        Assert.Contains("key", await Api.DeleteAsync("/api/users/ada").IsAsync(409, "in_use"), StringComparison.Ordinal);
        var lost = await Api.CreateAsync("/api/virtual-keys", """{"id":"lost","team_id":"wbe"}""");   // it works, and this says why it may not do what was meant
        Assert.Contains("no team has this id", (string)Assert.Single(lost.Json["meta"]!["warnings"]!.AsArray())!, StringComparison.Ordinal);
        var budgets = (await Api.GetAsync("/api/budgets")).Json["budgets"]!.AsArray().Select(budget => (string)budget!["id"]!).ToList();
        Assert.Equal(4, budgets.Count);
        Assert.Contains("of-acme", budgets);
        foreach (var path in (string[])["/api/virtual-keys/key", "/api/users/ada", "/api/teams/web", "/api/customers/acme"]) await Api.DeleteAsync(path).IsAsync(204);
        Assert.Empty((await Api.GetAsync("/api/budgets")).Json["budgets"]!.AsArray());
    }

    [Fact]
    public async Task A_warning_is_told_to_who_causes_it()
    {
        var first = await Api.CreateAsync("/api/virtual-keys", """{"id":"b","team_id":"nowhere"}""");
        Assert.Equal("virtual_key 'b': team_id: no team has this id: it has no budget and no limit of its own", (string)Assert.Single(first.Json["meta"]!["warnings"]!.AsArray())!);
        Assert.Null((await Api.CreateAsync("/api/virtual-keys", """{"id":"a"}""")).Json["meta"]!["warnings"]);
    }

    [Theory]
    [InlineData("teams", """{"id":"x","nme":"y"}""", "nme")]
    [InlineData("teams", """{"id":"x","budget":{"max_budget":-1}}""", "budget.max_budget")]
    [InlineData("virtual-keys", """{"id":"x","budget":[{"max_budget":1},{"max_budget":"much"}]}""", "budget[1].max_budget")]
    [InlineData("virtual-keys", """{"id":"x","expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("providers", """{"name":"opnai"}""", "")]
    [InlineData("providers", """{"name":"openai","keys":[{"value":"sk-x","weight":"heavy"}]}""", "keys[0].weight")]
    [InlineData("providers", """{"name":"openai","network_config":{"base_url":"ftp://x"}}""", "network_config.base_url")]
    [InlineData("rules", """{"name":"x","when":{"model":7},"to":"groq/x"}""", "when.model")]
    [InlineData("aliases", """{"pattern":"x","to":"nowhere/x"}""", "to")]
    [InlineData("price-overrides", """{"id":"x","pattern":"*","price":{"input":-1}}""", "price.input")]
    [InlineData("teams", """{"name":{"a":1}}""", "id")]
    [InlineData("teams", """{"id":{"a":1}}""", "id")]
    [InlineData("teams", """{"id":"a\u0000b"}""", "id")]
    [InlineData("teams", """{"id":"a\nb"}""", "id")]
    [InlineData("teams", """{"id":".."}""", "id")]
    [InlineData("teams", """{}""", "id")]
    [InlineData("tokens", """{"id":"x","role":"root"}""", "role")]
    [InlineData("tokens", """{"id":"x","role":"viewer","expires_at":"2001-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("accounts", """{"name":"x","role":"viewer","password":"short"}""", "password")]
    public async Task What_is_wrong_is_named_by_its_path_in_the_thing(string kind, string body, string path)
    {
        var reply = await Api.PostAsync($"/api/{kind}", body).IsAsync(400);
        Assert.Equal("invalid", (string)reply.Json["error"]!["type"]!);
        Assert.Contains(path, reply.Json["error"]!["problems"]!.AsArray().Select(problem => (string)problem!["path"]!));
        Assert.DoesNotContain("sk-x", reply.Text, StringComparison.Ordinal);
        Assert.All((await Api.GetAsync($"/api/{kind}")).Json["items"]!.AsArray(), item => Assert.Equal("file", (string)item!["meta"]!["source"]!));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"id":"x","id":"y"}""")]
    [InlineData("""{"id":"x","budget":{"max_budget":1,"max_budget":2}}""")]
    [InlineData("""{"id":"\ud800"}""")]
    [InlineData("""{"id":"x","name":"\udc00\ud800"}""")]
    [InlineData("""{"id":"x","\ud800":1}""")]
    public async Task What_is_no_object_is_refused(string body)
    {
        await Api.PostAsync("/api/teams", body).IsAsync(400, "invalid");
        await Api.PostAsync("/api/session", body).IsAsync(400, "invalid");
        Assert.Empty((await Api.GetAsync("/api/teams")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        for (var i = 0; i < 25; i++) await Api.CreateAsync("/api/teams", $$"""{"id":"t{{i}}"}""");
        var seen = new List<string>();
        for (var after = ""; ;)
        {
            var page = (await Api.GetAsync($"/api/teams?limit=10{after}").IsAsync(200)).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            if (page["next_after"] is not { } next) break;
            after = $"&after={next}";
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"t{i}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        foreach (var query in (string[])["limit=0", "limit=10001", "limit=x"]) await Api.GetAsync($"/api/teams?{query}").IsAsync(400, "invalid");
    }

    [Fact]
    public async Task Bodies_have_a_limit_in_length_and_depth()
    {
        await Api.PostAsync("/api/teams", $$"""{"id":"x","name":"{{new string('a', 1 << 20)}}"}""").IsAsync(413, "too_large");
        await Api.PostAsync("/api/teams", string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70)).IsAsync(400, "invalid");
    }
}
