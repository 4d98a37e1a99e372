using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd.Security;

/// <summary>Where a request goes and with which key is the configuration's to say: nothing that a client, or a provider, sends leads it elsewhere.</summary>
public sealed class DestinationTests
{
    /// <summary>Members by which other gateways and SDKs let a client choose the address; <c>EVIL</c> stands for another server's.</summary>
    private const string Members = """
        "api_base":"EVIL","base_url":"EVIL","baseURL":"EVIL","apiBase":"EVIL","endpoint":"EVIL","url":"EVIL","host":"EVIL","custom_host":"EVIL","api_key":"sk-clients-own","key":"sk-clients-own",
        "network_config":{"base_url":"EVIL"},"provider_config":{"base_url":"EVIL"},"custom_provider_config":{"base_url":"EVIL"},"litellm_params":{"api_base":"EVIL"},
        "extra_body":{"api_base":"EVIL","base_url":"EVIL"},"extra_headers":{"Host":"EVIL","Authorization":"Bearer sk-clients-own"},"headers":{"x-api-key":"sk-clients-own"},
        "metadata":{"api_base":"EVIL","user_config":{"model_list":[{"litellm_params":{"api_base":"EVIL"}}]}},"proxy":"EVIL","proxy_config":{"type":"http","url":"EVIL"},"redirect":"EVIL"
        """;

    private static readonly string[] Headers =
    [
        "x-portkey-custom-host", "x-portkey-config", "x-api-base", "x-base-url", "api-base", "x-bf-base-url", "x-bf-provider-url", "x-causeway-base-url", "x-forwarded-host", "x-original-url",
        "x-rewrite-url", "x-upstream", "x-host", "forwarded", "x-forwarded-server", "x-forwarded-for", "proxy", "x-http-host-override", "destination",
    ];

    /// <summary>Two providers of one upstream: one speaks the client's API, for the other requests are translated.</summary>
    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream, ScriptedUpstream Evil)> StartAsync(string more = "{}")
    {
        var (upstream, evil) = (await ScriptedUpstream.StartAsync(), await ScriptedUpstream.StartAsync(answerGets: true));
        evil.Script(Answer.Whole("evil"));
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, more, "openai", "anthropic", "gemini")), upstream, evil);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "openai")]
    [InlineData("/v1/chat/completions", "anthropic")]
    [InlineData("/anthropic/v1/messages", "openai")]
    [InlineData("/anthropic/v1/messages", "anthropic")]
    [InlineData("/anthropic/v1/messages", "gemini")]
    public async Task No_member_and_no_header_leads_a_request_elsewhere(string path, string provider)
    {
        var (gateway, upstream, evil) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        await using var ___ = evil;
        upstream.Script(Answer.Error(418, "{}"));   // what it answers does not matter here
        var address = evil.Address.ToString().TrimEnd('/');
        var members = Members.Replace("EVIL", address, StringComparison.Ordinal);
        var body = $$"""{"model":"{{provider}}/m","max_tokens":50,"messages":[{"role":"user","content":"hi"}],{{members}}}""";
        (string, string)[] headers = [.. Headers.Select(name => (name, name == "forwarded" ? $"host={evil.Address.Authority}" : name.EndsWith("url", StringComparison.Ordinal) || name.EndsWith("base", StringComparison.Ordinal) ? address : evil.Address.Authority))];
        await gateway.SendAsync(HttpMethod.Post, path, body, headers);
        foreach (var header in headers) await gateway.SendAsync(HttpMethod.Post, path, body, header);
        await gateway.SendAsync(HttpMethod.Post, $"{path}?api_base={Uri.EscapeDataString(address)}&base_url={Uri.EscapeDataString(address)}&host={evil.Address.Authority}", body);
        Assert.Equal((headers.Length + 2, 0), (upstream.Hits, evil.Hits));
        Assert.All(upstream.Paths, asked => Assert.StartsWith($"/{provider}/", asked, StringComparison.Ordinal));
        Assert.All(upstream.Headers, sent => Assert.Equal((upstream.Address.Authority, "sk-upstream-secret"), (sent["host"], KeyOf(sent))));
        Assert.All(upstream.Headers, sent => Assert.DoesNotContain(sent, header => header.Value.Contains("sk-clients-own", StringComparison.Ordinal) || header.Value.Contains(evil.Address.Authority, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_host_of_a_request_and_a_whole_address_in_its_first_line_do_not_either()
    {
        var (gateway, upstream, evil) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        await using var ___ = evil;
        upstream.Script(Answer.Whole("x"));
        var body = Ask.For("openai/m").ToJsonString();
        foreach (var (target, host) in new[] { ("/v1/chat/completions", evil.Address.Authority), ($"{evil.Address}v1/chat/completions", evil.Address.Authority), ($"{evil.Address}v1/chat/completions", "127.0.0.1") })
        {
            using var wire = await Wire.ConnectAsync(gateway.Port);
            await wire.SendAsync($"POST {target} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\nconnection: close\r\n\r\n{body}");
            await wire.ReadHeadAsync();
        }

        Assert.Equal(0, evil.Hits);
        Assert.All(upstream.Headers, sent => Assert.Equal(upstream.Address.Authority, sent["host"]));
    }

    /// <summary>Some providers have the model in the path.</summary>
    [Theory]
    [InlineData("../../evil")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("..%2f..%2fevil")]
    [InlineData("m?x=1")]
    [InlineData("m#x")]
    [InlineData("m@127.0.0.1:1/")]
    [InlineData("//127.0.0.1:1/x")]
    [InlineData("http://127.0.0.1:1/x")]
    [InlineData("..\\..\\evil")]
    [InlineData("m\r\nHost: evil")]
    [InlineData("m\u0000")]
    public async Task A_models_name_stays_one_part_of_the_path(string model)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Error(418, "{}"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "gemini", "bedrock"));
        foreach (var provider in (string[])["gemini", "bedrock"])
        {
            var reply = await gateway.PostAsync("/v1/chat/completions", new JsonObject { ["model"] = $"{provider}/{model}", ["messages"] = Ask.For("m")["messages"]!.DeepClone() });
            Assert.InRange(reply.Status, 400, 499);
        }

        Assert.All(upstream.Paths, path =>
        {
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(parts is ["gemini", "v1beta", "models", _] or ["bedrock", "model", _, "converse"], path);
        });
        Assert.Equal(model is "." or ".." or "m\0" ? 0 : 2, upstream.Hits);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        var (gateway, upstream, evil) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        await using var ___ = evil;
        upstream.Script(Answer.Error(status, "", ("location", evil.Address.ToString())));
        foreach (var (path, model) in new[] { (Ask.Chat, "openai/m"), (Ask.Messages, "anthropic/m"), (Ask.Chat, "gemini/m"), ("/anthropic/v1/messages/count_tokens", "anthropic/m") })
        {
            var reply = await gateway.PostAsync(path, Ask.For(model, ",\"max_tokens\":5"));
            Assert.Equal(path.EndsWith("count_tokens", StringComparison.Ordinal) ? 200 : 502, reply.Status);   // an estimate takes the place of a count
            Assert.False(reply.Headers.ContainsKey("location"));
            Assert.DoesNotContain(evil.Address.Authority, reply.Text, StringComparison.Ordinal);
        }

        Assert.Equal((4, 0), (upstream.Hits, evil.Hits));
    }

    private static string KeyOf(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault("x-api-key") ?? headers.GetValueOrDefault("x-goog-api-key") ?? headers["authorization"]["Bearer ".Length..];
}
