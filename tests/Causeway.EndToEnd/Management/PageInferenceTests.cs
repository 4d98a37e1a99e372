using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Which web pages may send requests for inference through a gateway that takes any key.</summary>
public sealed class PageInferenceTests : IAsyncLifetime
{
    private ScriptedUpstream _upstream = null!;
    private GatewayProcess? _gateway;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Script(Answer.Whole("ok"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task<GatewayProcess> StartAsync(string client = "{}")
    {
        var config = GatewayProcess.Config(_upstream.Address);
        config["client"] = JsonNode.Parse(client);
        return _gateway = await GatewayProcess.StartAsync(config);
    }

    private async Task<Reply> AskAsync(params (string Name, string Value)[] headers) => await _gateway!.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), headers);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("http://10.0.0.5:3000")]
    public async Task A_foreign_page_is_refused_and_nothing_is_sent(string origin)
    {
        await StartAsync();
        var reply = await AskAsync(("origin", origin));
        Assert.Equal(403, reply.Status);
        Assert.False(reply.Headers.ContainsKey("Access-Control-Allow-Origin"));
        var preflight = await _gateway!.SendAsync(HttpMethod.Options, Ask.Chat, null, ("origin", origin), ("access-control-request-method", "POST"));
        Assert.Equal((403, false), (preflight.Status, preflight.Headers.ContainsKey("Access-Control-Allow-Origin")));
        foreach (var path in (string[])["/v1/models", "/health", "/v1/responses/resp_1"]) Assert.Equal(403, (await _gateway.SendAsync(HttpMethod.Get, path, null, ("origin", origin))).Status);
        Assert.Empty(_upstream.Bodies);
    }

    [Fact]
    public async Task A_page_whose_name_was_pointed_at_the_gateway_is_refused()
    {
        var gateway = await StartAsync();
        var body = Ask.For("openai/gpt-4o").ToJsonString();
        foreach (var host in (string[])["evil.example", $"evil.example:{gateway.Port}"])
        {
            var answer = await RawRequest.SendAsync(gateway.Port,
                $"POST {Ask.Chat} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        }

        Assert.Empty(_upstream.Bodies);
    }

    [Theory]
    [InlineData("http://localhost:3000", "{}")]
    [InlineData("http://127.0.0.1:5173", "{}")]
    [InlineData("http://[::1]:5173", "{}")]
    [InlineData("https://app.example", """{"allowed_origins":["https://app.example"]}""")]
    [InlineData("https://anywhere.example", """{"allowed_origins":["*"]}""")]
    public async Task A_page_that_may_can_read_the_answer(string origin, string client)
    {
        await StartAsync(client);
        var preflight = await _gateway!.SendAsync(HttpMethod.Options, Ask.Chat, null, ("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", "authorization,content-type"));
        Assert.Equal((204, origin, "authorization,content-type"), (preflight.Status, preflight.Headers["Access-Control-Allow-Origin"], preflight.Headers["Access-Control-Allow-Headers"]));
        Assert.Contains("POST", preflight.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.False(preflight.Headers.ContainsKey("Access-Control-Allow-Credentials"));
        var reply = await AskAsync(("origin", origin));
        Assert.Equal((200, origin, "Origin"), (reply.Status, reply.Headers["Access-Control-Allow-Origin"], reply.Headers["Vary"]));
    }

    [Fact]
    public async Task Another_origin_than_the_allowed_one_is_refused()
    {
        await StartAsync("""{"allowed_origins":["https://app.example"]}""");
        foreach (var origin in (string[])["https://app.example.evil.example", "http://app.example", "https://app.example:444"]) Assert.Equal(403, (await AskAsync(("origin", origin))).Status);
    }

    [Fact]
    public async Task Apps_and_extensions_are_not_pages()
    {
        await StartAsync();
        Assert.Equal(200, (await AskAsync()).Status);
        Assert.Equal(200, (await AskAsync(("origin", "vscode-webview://abc"))).Status);
        Assert.Equal(200, (await AskAsync(("host", "gateway.internal"))).Status);   // behind a proxy that keeps the name
    }
}
