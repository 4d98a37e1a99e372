using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>What a web page can make a browser send to the management API of a gateway on its user's machine, where everybody is an admin.</summary>
public sealed class BrowserTests
{
    private const string Team = """{"id":"made-by-a-page"}""";

    private static async Task<(int Status, bool WasMade)> TryAsync(string method, string path, string? body, string? config, params (string Name, string Value)[] headers)
    {
        await using var gateway = await GatewayProcess.StartAsync(JsonNode.Parse(config ?? "{}"));
        await new ApiClient(gateway).CreateAsync("/api/teams", """{"id":"there"}""");
        var before = (await gateway.SendAsync(HttpMethod.Get, "/api/teams")).Text;
        var head = string.Concat(headers.Select(header => $"{header.Name}: {header.Value.Replace("PORT", $"{gateway.Port}", StringComparison.Ordinal)}\r\n"));
        if (!head.Contains("Host:", StringComparison.Ordinal)) head += $"Host: localhost:{gateway.Port}\r\n";
        if (body is not null) head += $"Content-Length: {body.Length}\r\n";
        var answer = await RawRequest.SendAsync(gateway.Port, $"{method} {path} HTTP/1.1\r\nConnection: close\r\n{head}\r\n{body}");
        return (int.Parse(answer.AsSpan(9, 3)), (await gateway.SendAsync(HttpMethod.Get, "/api/teams")).Text != before);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:PORT")]
    [InlineData("localhost.evil.example:PORT")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1:PORT")]
    [InlineData("")]
    public async Task A_name_that_was_pointed_at_the_gateway_is_refused(string host)
    {
        Assert.Equal((403, false), await TryAsync("GET", "/api/teams", null, null, ("Host", host)));
        Assert.Equal((403, false), await TryAsync("POST", "/api/teams", Team, null, ("Host", host), ("Content-Type", "application/json"), ("Origin", $"http://{host}"), ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal((403, false), await TryAsync("DELETE", "/api/teams/there", null, null, ("Host", host), ("If-Match", "*")));
    }

    [Theory]
    [InlineData("localhost:PORT")]
    [InlineData("127.0.0.1:PORT")]
    [InlineData("[::1]:PORT")]
    [InlineData("LOCALHOST")]
    [InlineData("gateway.localhost:PORT")]
    public async Task The_machines_own_names_are_not(string host) =>
        Assert.Equal((201, true), await TryAsync("POST", "/api/teams", Team, null, ("Host", host), ("Content-Type", "application/json")));

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:1")]
    [InlineData("http://localhost.evil.example:PORT")]
    [InlineData("file://")]
    [InlineData("chrome-extension://abc")]
    public async Task A_page_of_another_origin_changes_nothing(string origin)
    {
        (string, string)[] headers = [("Origin", origin), ("Content-Type", "application/json"), ("If-Match", "*")];
        Assert.Equal((403, false), await TryAsync("POST", "/api/teams", Team, null, headers));
        Assert.Equal((403, false), await TryAsync("PUT", "/api/teams/there", """{"name":"mine"}""", null, headers));
        Assert.Equal((403, false), await TryAsync("PATCH", "/api/teams/there", """{"name":"mine"}""", null, headers));
        Assert.Equal((403, false), await TryAsync("DELETE", "/api/teams/there", null, null, headers));
        Assert.Equal((403, false), await TryAsync("GET", "/api/teams", null, null, headers));
        Assert.Equal((403, false), await TryAsync("OPTIONS", "/api/teams", null, null, headers));
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 201)]
    [InlineData("none", 201)]
    public async Task What_the_browser_says_of_the_page_counts_without_an_origin(string site, int status) =>
        Assert.Equal((status, status == 201), await TryAsync("POST", "/api/teams", Team, null, ("Sec-Fetch-Site", site), ("Content-Type", "application/json")));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; charset=application/json")]
    [InlineData("application/jsonp")]
    [InlineData("")]
    public async Task A_form_is_no_request(string type)
    {
        Assert.Equal((415, false), await TryAsync("POST", "/api/teams", Team, null, ("Content-Type", type)));
        Assert.Equal((403, false), await TryAsync("POST", "/api/teams", Team, null, ("Content-Type", type), ("Origin", "https://evil.example")));
    }

    [Fact]
    public async Task An_allowed_origin_is_let_in_by_name_and_not_by_a_star()
    {
        const string Allowed = """{"client":{"allowed_origins":["https://admin.example","*"]}}""";
        (string, string) json = ("Content-Type", "application/json");
        Assert.Equal((201, true), await TryAsync("POST", "/api/teams", Team, Allowed, json, ("Origin", "https://admin.example")));
        Assert.Equal((201, true), await TryAsync("POST", "/api/teams", Team, Allowed, json, ("Host", "admin.example")));
        Assert.Equal((403, false), await TryAsync("POST", "/api/teams", Team, Allowed, json, ("Origin", "https://evil.example")));
        Assert.Equal((403, false), await TryAsync("POST", "/api/teams", Team, Allowed, json, ("Origin", "http://admin.example")));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    public async Task What_a_proxy_passes_on_does_not_come_from_this_machine(string header)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        await gateway.SendAsync(HttpMethod.Get, "/api/teams").IsAsync(200);
        await gateway.SendAsync(HttpMethod.Get, "/api/teams", null, (header, "for=10.0.0.1")).IsAsync(401, "unauthenticated");
        await gateway.SendAsync(HttpMethod.Post, "/api/accounts", """{"name":"eve","role":"admin","password":"eves password"}""", (header, "10.0.0.1")).IsAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_cookie_stays_where_it_was_set()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        await new ApiClient(gateway).AddAccountAsync("ada", "admin");
        var cookie = (await gateway.PostAsync("/api/session", ApiClient.Credentials("ada", ApiClient.Password))).Headers["Set-Cookie"].ToLowerInvariant();
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("; secure", cookie, StringComparison.Ordinal);   // plain HTTP on loopback
        var secure = await gateway.PostAsync("/api/session", ApiClient.Credentials("ada", ApiClient.Password), ("X-Forwarded-Proto", "https"));
        Assert.Contains("; secure", secure.Headers["Set-Cookie"].ToLowerInvariant(), StringComparison.Ordinal);
        Assert.Equal("no-store", secure.Headers["Cache-Control"]);
    }
}
