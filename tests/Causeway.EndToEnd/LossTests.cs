using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>What becomes of requests that cannot be translated without loss.</summary>
public sealed class LossTests
{
    private static readonly (string, string) Version = ("anthropic-version", "2023-06-01");

    private static JsonNode Lossy => JsonNode.Parse("""{"model":"openai/gpt-4o","max_tokens":9,"top_k":5,"messages":[{"role":"user","content":"hi"}]}""")!;

    [Fact]
    public async Task By_default_they_are_sent_and_declared()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("ok"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var reply = await gateway.PostAsync("/anthropic/v1/messages", Lossy, Version);
        Assert.Equal((200, "top_k"), (reply.Status, reply.Headers["x-causeway-losses"]));
    }

    [Theory]
    [InlineData("reject", null)]
    [InlineData(null, "reject")]
    public async Task A_client_or_the_configuration_may_refuse_them(string? header, string? configured)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("ok"));
        var config = GatewayProcess.Config(upstream.Address);
        if (configured is not null) config["losses"] = new JsonObject { ["openai/*"] = configured };
        await using var gateway = await GatewayProcess.StartAsync(config);
        var reply = await gateway.PostAsync("/anthropic/v1/messages", Lossy, header is null ? [Version] : [Version, ("x-causeway-losses", header)]);
        Assert.Equal((400, "invalid_request_error"), (reply.Status, (string)reply.Json["error"]!["type"]!));
        Assert.Contains("top_k", (string)reply.Json["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
        if (configured is null) return;
        Assert.Equal(200, (await gateway.PostAsync("/anthropic/v1/messages", Lossy, Version, ("x-causeway-losses", "allow"))).Status);
    }

    [Fact]
    public async Task A_fallback_that_loses_nothing_answers_instead()
    {
        await using var openai = await ScriptedUpstream.StartAsync();
        await using var anthropic = await ScriptedUpstream.StartAsync();
        openai.Script(Answer.Whole("lossy"));
        anthropic.Script(Answer.Json("""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"whole"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(openai.Address, anthropic.Address));
        var request = Lossy;
        request["fallbacks"] = new JsonArray("anthropic/claude-sonnet-4-5");
        var reply = await gateway.PostAsync("/anthropic/v1/messages", request, Version, ("x-causeway-losses", "reject"));
        Assert.Equal((200, "whole"), (reply.Status, (string)reply.Json["content"]![0]!["text"]!));
        Assert.Empty(openai.Requests);
        Assert.Equal(5, (int)anthropic.Requests[0]["top_k"]!);
    }
}
