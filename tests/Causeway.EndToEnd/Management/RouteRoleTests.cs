using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Every operation of the management API, tried by everybody who may not use it and everybody who may.</summary>
public sealed class RouteRoleTests
{
    private static readonly string[] Roles = ["viewer", "editor", "admin"];

    /// <summary>What may be used without an account. A new entry is a decision: here it is made.</summary>
    private static readonly string[] Open = ["GET /api/version", "GET /api/openapi.json", "GET /api/session", "POST /api/session", "DELETE /api/session", "POST /api/setup"];

    /// <summary>Where keys could be sent elsewhere, what was spent be rated anew, or roles be given: for admins.</summary>
    private static readonly string[] OfAdmins = ["/api/providers", "/api/alerts", "/api/client", "/api/ledger", "/api/logs"];
    private static readonly string[] HiddenFromOthers = ["/api/accounts", "/api/tokens", "/api/audit"];

    /// <summary>Prompts and answers are not for viewers.</summary>
    private static readonly string[] OfContent = ["GET /api/logs/{id}/content", "GET /api/live/{id}"];

    private static bool Begins(string path, string[] parts) => parts.Any(part => path == part || path.StartsWith(part + "/", StringComparison.Ordinal));

    private static string LeastFor(ApiOperation operation) => Open.Contains(operation.ToString()) ? "everybody"
        : Begins(operation.Path, HiddenFromOthers) ? "admin"
        : OfContent.Contains(operation.ToString()) ? "editor"
        : operation.Method == "GET" || operation.Path == "/api/session/password" ? "viewer"
        : Begins(operation.Path, OfAdmins) ? "admin" : "editor";

    [Fact]
    public async Task Everybody_may_what_their_role_allows_and_nothing_else()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var operations = await ApiOperation.AllAsync(gateway);
        Assert.True(operations.Count > 70, $"only {operations.Count} operations");
        Assert.All(operations, operation => Assert.Equal((operation.ToString(), LeastFor(operation)), (operation.ToString(), operation.Role)));
        Assert.Equal(Open.Order(), operations.Where(operation => operation.Role == "everybody").Select(operation => operation.ToString()).Order());

        var wrong = new ConcurrentQueue<string>();
        foreach (var (who, client, rank) in await PeopleAsync(gateway))
        {
            foreach (var operation in operations.OrderBy(operation => operation.ToString() == "DELETE /api/session"))   // logs out
            {
                var reply = await client.SendAsync(HttpMethod.Parse(operation.Method), operation.Missing, operation.Method == "GET" ? null : "{}");
                var least = Array.IndexOf(Roles, operation.Role);
                var expected = rank >= least ? (int?)null : rank < 0 ? 401 : 403;
                var isRight = expected is null ? reply.Status is not (401 or 403) : reply.Status == expected && reply.Json.AsObject().Count == 1 && reply.Json["error"] is not null;
                if (!isRight || reply.Status >= 500) wrong.Enqueue($"{who}: {operation}: {reply.Status} {reply.Text}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>All kinds of people, each with the place of its role in <see cref="Roles"/>; -1: has none.</summary>
    private static async Task<List<(string Who, ApiClient Client, int Rank)>> PeopleAsync(GatewayProcess gateway)
    {
        var admin = await new ApiClient(gateway).AddAccountAsync("ada", "admin");
        var people = new List<(string, ApiClient, int)>
        {
            ("nobody", new ApiClient(gateway), -1),
            ("garbage cookie", ApiClient.WithCookie(gateway, "cws-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), -1),
            ("garbage token", ApiClient.WithToken(gateway, "cwt-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), -1),
            ("empty token", ApiClient.WithToken(gateway, ""), -1),
            ("basic", new ApiClient(gateway, ("authorization", "Basic YWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==")), -1),
        };
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(Now() + 1500);
        var expired = await admin.AddTokenAsync("expired", "admin", $$""","expires_at":"{{expires:O}}" """);
        foreach (var name in (string[])["gone", "fallen"])
        {
            var other = await admin.AddAccountAsync(name, "admin");
            var token = ApiClient.WithToken(gateway, await other.AddTokenAsync($"of-{name}", "admin"));
            await token.GetAsync("/api/accounts").IsAsync(200);
            people.Add(($"cookie of the {name}", other, name == "gone" ? -1 : 0));
            people.Add(($"token of the {name}", token, name == "gone" ? -1 : 0));
        }

        await admin.DeleteAsync("/api/accounts/gone").IsAsync(204);
        await admin.PatchAsync("/api/accounts/fallen", """{"role":"viewer"}""").IsAsync(200);
        foreach (var role in Roles)
        {
            var rank = Array.IndexOf(Roles, role);
            people.Add(($"token of a {role}", ApiClient.WithToken(gateway, await admin.AddTokenAsync($"token-{role}", role)), rank));
            people.Add(($"cookie of a {role}", await admin.AddAccountAsync($"one-{role}", role), rank));
        }

        while (Now() <= expires.ToUnixTimeMilliseconds()) await Task.Delay(50);
        people.Add(("expired token", ApiClient.WithToken(gateway, expired), -1));
        people.Add(("logged out", await LoggedOutAsync(gateway), -1));
        return people;
    }

    private static async Task<ApiClient> LoggedOutAsync(GatewayProcess gateway)
    {
        var client = await ApiClient.LogInAsync(gateway, "ada");
        await client.SendAsync(HttpMethod.Delete, "/api/session").IsAsync(204);
        return client;
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Theory]
    [InlineData("GET", "/api/anything", 404)]
    [InlineData("POST", "/api/teams/a/b", 404)]
    [InlineData("GET", "/api/", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/API/accounts", 404)]
    [InlineData("GET", "/api/Accounts", 404)]
    [InlineData("GET", "/api/version/../accounts", 404)]
    [InlineData("GET", "/api/%2e%2e/accounts", 404)]
    [InlineData("GET", "/api//accounts", 404)]
    [InlineData("GET", "/api/accounts%2F", 404)]
    [InlineData("GET", "/api/%61ccounts", 404)]
    [InlineData("GET", "/api/accounts/", 401)]
    [InlineData("GET", "/%61pi/accounts", 401)]
    [InlineData("GET", "/x/../api/accounts", 401)]
    [InlineData("POST", "/api/version", 405)]
    [InlineData("PATCH", "/api/tokens/x", 405)]
    [InlineData("PURGE", "/api/accounts", 405)]
    [InlineData("OPTIONS", "/api/accounts", 405)]
    [InlineData("get", "/api/accounts", 405)]
    [InlineData("PUT", "/api/health", 405)]
    public async Task What_is_in_no_table_shows_nothing(string method, string path, int status)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        await new ApiClient(gateway).AddAccountAsync("somebody-known", "admin");
        var answer = await RawRequest.SendAsync(gateway.Port, $"{method} {path} HTTP/1.1\r\nHost: localhost:{gateway.Port}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody-known", answer, StringComparison.Ordinal);
        if (status == 405) Assert.Contains("Allow: ", answer, StringComparison.Ordinal);
    }
}
