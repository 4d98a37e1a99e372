using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Changes by many at once: none undoes another in silence.</summary>
public sealed class ConcurrencyTests : ManagedGateway
{
    private const string Team = "/api/teams/web";

    private static string? VersionOf(Reply reply) => reply.Headers.GetValueOrDefault("ETag");

    [Fact]
    public async Task A_change_says_which_version_it_is_of()
    {
        var first = VersionOf(await Api.CreateAsync("/api/teams", """{"id":"web"}"""))!;
        await Api.SendAsync(HttpMethod.Put, Team, "{}").IsAsync(428, "version_required");
        await Api.SendAsync(HttpMethod.Patch, Team, "{}").IsAsync(428, "version_required");
        await Api.SendAsync(HttpMethod.Delete, Team).IsAsync(428, "version_required");
        await Api.PatchAsync(Team, "{}", "not-an-etag").IsAsync(400, "invalid");
        var second = VersionOf(await Api.PatchAsync(Team, """{"name":"one"}""", first).IsAsync(200))!;
        Assert.NotEqual(first, second);
        Assert.Equal(second, VersionOf(await Api.GetAsync(Team)));
        await Api.PatchAsync(Team, """{"name":"two"}""", first).IsAsync(412, "changed_meanwhile");
        await Api.PutAsync(Team, "{}", first).IsAsync(412, "changed_meanwhile");
        await Api.DeleteAsync(Team, first).IsAsync(412, "changed_meanwhile");
        Assert.Equal("one", (string)(await Api.GetAsync(Team)).Json["name"]!);
        await Api.PatchAsync(Team, """{"name":"two"}""", $"W/{second}").IsAsync(200);
        await Api.PatchAsync(Team, """{"name":"three"}""").IsAsync(200);
        await Api.DeleteAsync(Team).IsAsync(204);
        await Api.DeleteAsync(Team).IsAsync(404, "not_found");
        await Api.PutAsync(Team, "{}").IsAsync(404, "not_found");
        var again = VersionOf(await Api.SendAsync(HttpMethod.Put, Team, "{}", ("if-none-match", "*")).IsAsync(201))!;
        Assert.DoesNotContain(again, (string[])[first, second]);   // a version is never of two things
        await Api.SendAsync(HttpMethod.Put, Team, "{}", ("if-none-match", "*")).IsAsync(409, "exists");
        await Api.PatchAsync(Team, "{}", second).IsAsync(412, "changed_meanwhile");
    }

    [Fact]
    public async Task Fifty_clients_lose_no_update()
    {
        const int Clients = 50;
        await Api.CreateAsync("/api/teams", """{"id":"web","budget":{"max_budget":0}}""");
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var read = await Api.GetAsync(Team);
                var next = (int)read.Json["budget"]!["max_budget"]! + 1;
                var reply = await Api.PatchAsync(Team, $$$"""{"budget":{"max_budget":{{{next}}}}}""", VersionOf(read)!);
                if (reply.Status == 200) return;
                Assert.Equal(412, reply.Status);
                Interlocked.Increment(ref refused);
            }
        })));
        Assert.Equal(Clients, (int)(await Api.GetAsync(Team)).Json["budget"]!["max_budget"]!);
        var audit = await AuditAsync("team", "web");
        Assert.Equal(Enumerable.Range(0, Clients + 1), audit.Select(entry => (int)entry["after"]!["budget"]!["max_budget"]!).Order());
        Assert.True(refused > 0, "nobody met anybody");
    }

    [Fact]
    public async Task Of_twenty_that_make_the_same_thing_one_does()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Api.PostAsync("/api/virtual-keys", $$"""{"id":"same","description":"{{i}}"}""")));
        Assert.Single(replies, reply => reply.Status == 201);
        Assert.Equal(19, replies.Count(reply => reply.Status == 409 && (string)reply.Json["error"]!["type"]! == "exists"));
        Assert.Single(await AuditAsync("virtual_key", "same"));
        await AskAsync((string)replies.Single(reply => reply.Status == 201).Json["value"]!).IsAsync(200);
    }
}
