using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Security;

/// <summary>Who a client is, is what the whole of its virtual key says, and nothing else.</summary>
public sealed class CallerTests
{
    private static readonly string Long = new('k', 100);

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(string keys)
    {
        var upstream = await ScriptedUpstream.StartAsync(answerGets: true);
        upstream.Script(Answer.Whole("x"));
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, $$$"""{"governance":{"virtual_keys":[{{{keys}}}]}}""", "openai", "groq")), upstream);
    }

    [Fact]
    public async Task Keys_that_differ_in_their_last_letter_are_two_keys()
    {
        var (gateway, upstream) = await StartAsync($$"""
            {"name":"one","value":"{{Long}}1","providers":[{"provider":"openai","model":"a","weight":1}]},{"name":"two","value":"{{Long}}2","providers":[{"provider":"groq","model":"b","weight":1}]}
            """);
        await using var _ = gateway;
        await using var __ = upstream;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("openai/a", (await gateway.PostAsync(Ask.Chat, Ask.For("x"), ("x-bf-vk", Long + "1"))).Headers["x-causeway-model"]);
            Assert.Equal("groq/b", (await gateway.PostAsync(Ask.Chat, Ask.For("x"), ("x-bf-vk", Long + "2"))).Headers["x-causeway-model"]);
        }
    }

    /// <summary>It is looked up by its hash: what is nearly right is as wrong as anything, and says so in the same words.</summary>
    [Fact]
    public async Task What_is_nearly_a_key_is_none()
    {
        var (gateway, upstream) = await StartAsync("""{"name":"one","value":"vk-Secret-1","id":"the-id"}""");
        await using var _ = gateway;
        await using var __ = upstream;
        string[] near = ["vk-Secret-", "k-Secret-1", "vk-Secret-11", "vk-secret-1", "VK-SECRET-1", "vk-Secret-1,vk-Secret-1", "\"vk-Secret-1\"", "Bearer vk-Secret-1", "one", "the-id", "*", "' OR '1'='1", Long,
            "b9k2hVh0nYxqzv0c1tJ3y2b7d6Zt9J4g3N1s0k8m7Qw", new string('x', 2000)];
        var refusals = new HashSet<string>();
        foreach (var secret in near)
        {
            var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/m"), ("x-bf-vk", secret));
            Assert.Equal(403, reply.Status);
            refusals.Add(reply.Text);
        }

        Assert.Single(refusals);
        Assert.Equal(0, upstream.Hits);
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/m"), ("x-bf-vk", "vk-Secret-1"))).Status);
    }

    [Fact]
    public async Task No_header_lets_past_a_key_that_is_switched_off()
    {
        var (gateway, upstream) = await StartAsync("""{"name":"off","value":"vk-off","is_active":false},{"name":"old","value":"vk-old","expires_at":"2020-01-01T00:00:00Z"},{"name":"narrow","value":"vk-narrow","providers":[{"provider":"groq"}]}""");
        await using var _ = gateway;
        await using var __ = upstream;
        (string, string)[] keys =
        [
            ("x-causeway-internal", "true"), ("x-causeway-caller", "admin"), ("x-bf-internal", "1"), ("x-bf-admin", "true"), ("x-bf-skip-governance", "true"), ("x-bf-passthrough", "1"), ("x-internal", "1"),
            ("x-middleware-subrequest", "1"), ("x-forwarded-user", "admin"), ("x-remote-user", "admin"), ("x-original-url", "/health"), ("x-forwarded-for", "127.0.0.1"), ("host", "localhost"), ("x-bf-user-id", "admin"),
        ];
        foreach (var (name, value) in keys)
        {
            foreach (var key in (string[])["vk-off", "vk-old", "vk-narrow"])
                Assert.Equal(403, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/m"), ("x-bf-vk", key), (name, value))).Status);
        }

        foreach (var key in (string[])["vk-off", "vk-old"])
        {
            Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Get, "/v1/models", null, ("x-bf-vk", key))).Status);
            Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Get, "/v1/responses/resp_1", null, ("x-bf-vk", key))).Status);
        }

        Assert.Equal(0, upstream.Hits);
    }

    [Fact]
    public async Task The_command_line_and_the_banner_hold_no_secret()
    {
        var (gateway, upstream) = await StartAsync("""{"name":"one","value":"vk-Secret-1"}""");
        await using var _ = gateway;
        await using var __ = upstream;
        var started = await File.ReadAllTextAsync($"/proc/{gateway.ProcessId}/cmdline", TestContext.Current.CancellationToken);
        Assert.All((string[])["vk-Secret-1", "sk-upstream-secret"], secret => Assert.DoesNotContain(secret, started + gateway.Log, StringComparison.Ordinal));
    }
}
