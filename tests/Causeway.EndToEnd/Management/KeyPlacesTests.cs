using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Where clients put their key, and whether they need one, on a gateway of one machine.</summary>
public sealed class KeyPlacesTests
{
    private const string Value = "sk-cw-a-key-of-the-file";

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(string client)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Stream("ok"));
        var config = GatewayProcess.ConfigOf(upstream.Address, "groq");
        config["client"] = JsonNode.Parse(client);
        config["governance"] = JsonNode.Parse($$"""{"virtual_keys":[{"id":"known","value":"{{Value}}"}]}""");
        return (await GatewayProcess.StartAsync(config), upstream);
    }

    [Fact]
    public async Task Any_key_works_where_none_is_required()
    {
        var (gateway, upstream) = await StartAsync("{}");
        await using var one = upstream;
        await using var other = gateway;
        foreach (var api in Ask.Apis)
        {
            var (path, body) = Ask.StreamIn(api, "groq/llama");
            await gateway.PostAsync(path, body, ("authorization", "Bearer dummy-key")).IsAsync(200);
            await gateway.PostAsync(path, body, ("x-api-key", "dummy-key")).IsAsync(200);
            await gateway.PostAsync(path, body).IsAsync(200);
            await gateway.PostAsync(path, body, ("x-bf-vk", "dummy-key")).IsAsync(403);   // a virtual key was meant, and there is none
        }
    }

    [Theory]
    [InlineData("authorization", "Bearer ")]
    [InlineData("authorization", "bearer   ")]
    [InlineData("x-api-key", "")]
    [InlineData("x-goog-api-key", "")]
    [InlineData("api-key", "")]
    [InlineData("x-bf-vk", "")]
    public async Task Every_way_to_send_a_key_works_where_one_is_required(string header, string prefix)
    {
        var (gateway, upstream) = await StartAsync("""{"enforce_auth_on_inference":true}""");
        await using var one = upstream;
        await using var other = gateway;
        foreach (var api in Ask.Apis)
        {
            var (path, body) = Ask.StreamIn(api, "groq/llama");
            await gateway.PostAsync(path, body, (header, prefix + Value)).IsAsync(200);
            await gateway.PostAsync(path, body, (header, prefix + Value + "x")).IsAsync(header == "x-bf-vk" ? 403 : 401);
            await gateway.PostAsync(path, body, (header, prefix + "dummy-key")).IsAsync(header == "x-bf-vk" ? 403 : 401);
        }

        Assert.DoesNotContain(upstream.Headers, headers => headers.Values.Any(value => value.Contains(Value, StringComparison.Ordinal)));   // it is for the gateway alone
    }

    [Fact]
    public async Task Geminis_key_may_stand_in_the_address_and_no_others()
    {
        var (gateway, upstream) = await StartAsync("""{"enforce_auth_on_inference":true}""");
        await using var one = upstream;
        await using var other = gateway;
        foreach (var api in Ask.Apis)
        {
            var (path, body) = Ask.StreamIn(api, "groq/llama");
            var address = path + (path.Contains('?') ? "&" : "?") + "key=" + Value;
            await gateway.PostAsync(address, body).IsAsync(api.StartsWith("gemini", StringComparison.Ordinal) ? 200 : 401);
        }

        Assert.DoesNotContain(Value, gateway.Log, StringComparison.Ordinal);
    }
}
