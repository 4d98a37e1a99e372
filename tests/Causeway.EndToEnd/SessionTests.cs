using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>A session whose model changes in the middle: each provider gets its own thinking back, and no other's.</summary>
public sealed class SessionTests
{
    private const string Proof = "UHJvb2ZPZkdlbWluaQ==";

    private static readonly Answer Upstreams = new(async http =>
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(http.Request.Path.Value! switch
        {
            var path when path.Contains("generateContent", StringComparison.Ordinal) => $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"{{{Proof}}}"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""",
            var path when path.EndsWith("/responses", StringComparison.Ordinal) => """{"id":"resp_o","object":"response","created_at":1,"status":"completed","model":"g","output":[{"id":"fc","type":"function_call","call_id":"o1","name":"f","arguments":"{}","status":"completed"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""",
            var path when path.EndsWith("/messages", StringComparison.Ordinal) => """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""",
            _ => """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""",
        });
    });

    /// <summary>Asks the models one after the other, each time with all that was said before; the upstream requests.</summary>
    private static async Task<IReadOnlyList<JsonNode>> TalkAsync(string path, Func<string, JsonArray, JsonObject> request, Func<JsonNode, IEnumerable<JsonNode>> goOn, params string[] models)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Upstreams);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(upstream.Address, "gemini", "openai", "anthropic", "groq"));
        var said = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Go" });
        foreach (var model in models)
        {
            var reply = await gateway.PostAsync(path, request(model, (JsonArray)said.DeepClone()));
            Assert.True(reply.Status == 200, reply.Text);
            foreach (var next in goOn(reply.Json)) said.Add(next);
        }

        return upstream.Requests;
    }

    private static bool Holds(JsonNode request) => request.ToJsonString().Contains(Proof, StringComparison.Ordinal);

    private static void OnlyGeminiGetsItsProof(IReadOnlyList<JsonNode> requests)
    {
        Assert.Equal([false, false, false, true], requests.Select(Holds));
        Assert.DoesNotContain(requests, request => request.ToJsonString().Contains("cw1.", StringComparison.Ordinal));
    }

    private static readonly string[] Models = ["gemini/gemini-2.5-pro", "openai/gpt-4o", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-pro"];

    [Fact]
    public async Task Of_a_client_of_Anthropics() => OnlyGeminiGetsItsProof(await TalkAsync("/v1/messages",
        (model, said) => new JsonObject { ["model"] = model, ["max_tokens"] = 4096, ["messages"] = said, ["tools"] = JsonNode.Parse("""[{"name":"f","input_schema":{"type":"object"}}]""") },
        answer => [new JsonObject { ["role"] = "assistant", ["content"] = answer["content"]!.DeepClone() },
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = answer["content"]!.AsArray()[^1]!["id"]!.DeepClone(), ["content"] = "done" }) }], Models));

    [Fact]
    public async Task Of_a_client_of_chat_completions() => OnlyGeminiGetsItsProof(await TalkAsync("/v1/chat/completions",
        (model, said) => new JsonObject { ["model"] = model, ["messages"] = said, ["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""") },
        answer => [answer["choices"]![0]!["message"]!.DeepClone(),
            new JsonObject { ["role"] = "tool", ["tool_call_id"] = answer["choices"]![0]!["message"]!["tool_calls"]![0]!["id"]!.DeepClone(), ["content"] = "done" }], Models));

    [Fact]
    public async Task Of_a_client_of_Coheres() => OnlyGeminiGetsItsProof(await TalkAsync("/cohere/v2/chat",
        (model, said) => new JsonObject { ["model"] = model, ["messages"] = said, ["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""") },
        answer => [answer["message"]!.DeepClone(),
            new JsonObject { ["role"] = "tool", ["tool_call_id"] = answer["message"]!["tool_calls"]![0]!["id"]!.DeepClone(), ["content"] = "done" }], Models));

    [Fact]
    public async Task Of_a_client_of_responses() => OnlyGeminiGetsItsProof(await TalkAsync("/v1/responses",
        (model, said) => new JsonObject { ["model"] = model, ["store"] = false, ["input"] = said, ["tools"] = JsonNode.Parse("""[{"type":"function","name":"f","parameters":{"type":"object"}}]""") },
        answer => [.. answer["output"]!.AsArray().Select(item => item!.DeepClone()),
            new JsonObject { ["type"] = "function_call_output", ["call_id"] = answer["output"]!.AsArray()[^1]!["call_id"]!.DeepClone(), ["output"] = "done" }], Models));
}
