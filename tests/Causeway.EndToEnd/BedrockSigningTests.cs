using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.EndToEnd;

/// <summary>Requests to Bedrock with AWS credentials, against the signatures that Amazon's own signer makes of them.</summary>
public sealed class BedrockSigningTests
{
    private const string Whole = """{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}""";

    [Theory]
    [InlineData("anthropic.claude-sonnet-4-5-20250929-v1:0", "")]
    [InlineData("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude", "IQoJb3JpZ2luX2VjE")]
    public async Task Requests_are_signed_as_Amazons_own_signer_does(string model, string token)
    {
        string path = "", body = "";
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(new Answer(async http =>
        {
            path = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
            body = (string)http.Items["raw"]!;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(Whole);
        }));
        var aws = new JsonObject { ["access_key"] = "AKIDEXAMPLE", ["secret_key"] = "env.TEST_AWS_SECRET", ["region"] = "eu-west-1" };
        if (token.Length > 0) aws["session_token"] = token;
        var config = new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["bedrock"] = new JsonObject
                {
                    ["keys"] = new JsonArray(new JsonObject { ["name"] = "aws", ["bedrock_key_config"] = aws }),
                    ["network_config"] = new JsonObject { ["base_url"] = upstream.Address.ToString().TrimEnd('/') },
                },
            },
        };
        await using var gateway = await GatewayProcess.StartAsync(config, new Dictionary<string, string> { ["TEST_AWS_SECRET"] = "secret/key+example" });
        var reply = await gateway.PostAsync("/v1/chat/completions", JsonNode.Parse($$"""{"model":"bedrock/{{model}}","messages":[{"role":"user","content":"Grüße"}]}""")!);
        Assert.Equal((200, "Hello"), (reply.Status, (string?)reply.Json["choices"]?[0]?["message"]?["content"]));

        var headers = upstream.Headers.Single();
        Assert.Equal(token.Length > 0 ? token : null, headers.GetValueOrDefault("x-amz-security-token"));
        string[] arguments = [Path.Combine(Paths.Clients, "scripts", "sigv4.mjs"), new Uri(upstream.Address, path).AbsoluteUri, body, headers["x-amz-date"]];
        await using var node = new ChildProcess("node", token.Length > 0 ? [.. arguments, token] : arguments, new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() }, Paths.Clients);
        Assert.True(await node.WaitAsync(TimeSpan.FromSeconds(30)) == 0, node.Errors);
        Assert.Equal(node.Output.Trim(), headers["Authorization"]);
        Assert.DoesNotContain("secret/key+example", gateway.Log, StringComparison.Ordinal);
    }
}
