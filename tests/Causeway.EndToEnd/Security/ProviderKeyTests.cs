using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Security;

/// <summary>A provider gets its own credentials and nobody else's: neither another provider's, nor the client's, nor cookies.</summary>
public sealed class ProviderKeyTests
{
    private static JsonObject Provider(Uri address, string key) => JsonNode.Parse($$"""
        {"keys":[{"name":"main","value":"{{key}}"}],"network_config":{"base_url":"{{address.ToString().TrimEnd('/')}}","extra_headers":{"x-of-{{key}}":"{{key}}-header"} } }
        """)!.AsObject();

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(529)]
    public async Task A_fallback_gets_its_own_key_and_nothing_of_the_first(int status)
    {
        await using var first = await ScriptedUpstream.StartAsync();
        await using var second = await ScriptedUpstream.StartAsync();
        first.Script(Answer.Error(status, """{"error":{"message":"not now","type":"t"}}"""));
        second.Script(Answer.Whole("x"));
        var config = new JsonObject
        {
            ["providers"] = new JsonObject { ["openai"] = Provider(first.Address, "sk-one"), ["groq"] = Provider(second.Address, "sk-two") },
            ["fallbacks"] = new JsonObject { ["openai/*"] = new JsonArray("groq/m"), ["groq/*"] = new JsonArray("openai/m") },
        };
        await using var gateway = await GatewayProcess.StartAsync(config);
        foreach (var path in (string[])[Ask.Chat, Ask.Messages])
        {
            Assert.Equal(200, (await gateway.PostAsync(path, Ask.For("openai/m", ",\"max_tokens\":5"), ("authorization", "Bearer sk-client"), ("x-of-sk-one", "client"))).Status);
        }

        second.Script(Answer.Error(500, "{}"));
        for (var i = 0; i < 2; i++) await gateway.PostAsync(Ask.Chat, Ask.For("groq/m"));   // the first gets the answer that is left
        Assert.All(first.Headers, sent => Check(sent, own: "sk-one", other: "sk-two"));
        Assert.All(second.Headers, sent => Check(sent, own: "sk-two", other: "sk-one"));
        Assert.True(first.Headers.Count >= 2 && second.Headers.Count >= 3);   // a key that was refused rests
    }

    private static void Check(IReadOnlyDictionary<string, string> sent, string own, string other)
    {
        Assert.Equal(("Bearer " + own, own + "-header"), (sent["authorization"], sent["x-of-" + own]));
        Assert.DoesNotContain(sent, header => $"{header.Key} {header.Value}".Contains(other, StringComparison.Ordinal) || header.Value.Contains("client", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cookies_go_neither_way()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        foreach (var status in (int[])[200, 500]) upstream.Script(Answer.Error(status, status == 200 ? Whole : "{}", ("set-cookie", "session=of-one-tenant; path=/"), ("x-request-id", "r1")));
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        for (var i = 0; i < 3; i++)
        {
            var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/m"), ("cookie", "session=of-the-client"), ("cookie2", "a"));
            Assert.False(reply.Headers.ContainsKey("set-cookie"));
        }

        Assert.Equal(3, upstream.Headers.Count);
        Assert.All(upstream.Headers, sent => Assert.DoesNotContain(sent, header => header.Key.Contains("cookie", StringComparison.OrdinalIgnoreCase)));
    }

    private const string Whole = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    /// <summary>Credentials in all places that clients have for them, and headers that mean something inside of gateways.</summary>
    [Fact]
    public async Task What_a_client_says_of_itself_stays_at_the_gateway()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        string[] names =
        [
            "authorization", "x-api-key", "x-goog-api-key", "api-key", "x-bf-vk", "proxy-authorization", "cookie", "x-amz-security-token", "x-litellm-api-key", "x-portkey-api-key", "x-auth-token",
            "x-forwarded-for", "x-real-ip", "forwarded", "x-causeway-internal", "x-causeway-caller", "x-bf-internal", "x-internal-auth", "x-bf-session-token", "x-admin", "openai-api-key", "openai-organization", "openai-project", "anthropic-api-key", "anthropic-auth-token",
        ];
        foreach (var name in names) await gateway.PostAsync(Ask.Chat, Ask.For("openai/m"), (name, "canary-of-the-client"));
        Assert.Equal(names.Length, upstream.Headers.Count);
        Assert.All(upstream.Headers, sent => Assert.DoesNotContain(sent, header => header.Value.Contains("canary-of-the-client", StringComparison.Ordinal)));
    }
}
