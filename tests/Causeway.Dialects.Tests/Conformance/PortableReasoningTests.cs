using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Gemini;
using Causeway.Dialects.OpenAIResponses;
using Causeway.Dialects.Tests.CohereChat;

namespace Causeway.Dialects.Tests.Conformance;

/// <summary>
/// Thinking of three providers, through clients of chat completions, which have no place for it, over a call: it comes back to its own
/// provider, and reaches no other.
/// </summary>
public sealed class PortableReasoningTests
{
    private const string GeminiAnswer = """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""";
    private const string AnthropicAnswer = """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"Hm","signature":"c2ln"},{"type":"tool_use","id":"t1","name":"f","input":{"x":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""";
    private const string ResponsesAnswer = """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"g","output":[{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"c2ln"},{"id":"fc_1","type":"function_call","call_id":"t1","name":"f","arguments":"{\"x\":1}","status":"completed"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""";

    private static readonly GeminiDialect Gemini = new();
    private static readonly OpenAIResponsesDialect Responses = new();

    private static IUpstreamDialect Of(string provider) => provider switch { "gemini" => Gemini, "anthropic" => Pair.Anthropic, "responses" => Responses, _ => Pair.Chat };

    /// <summary>What the provider <paramref name="next"/> gets when a client goes on from an answer of <paramref name="first"/>.</summary>
    private static (JsonNode Body, string[] Losses) GoOn(string first, string next, bool withThinking)
    {
        var answer = first switch { "gemini" => GeminiAnswer, "anthropic" => AnthropicAnswer, _ => ResponsesAnswer };
        var (told, losses) = Cohere.Answer(answer, Of(first), Pair.Chat);
        Assert.Empty(losses);
        var message = told["choices"]![0]!["message"]!.DeepClone().AsObject();
        if (!withThinking) message.Remove("reasoning_content");
        var id = (string)message["tool_calls"]![0]!["id"]!;
        Assert.Contains("~cw1.", id);
        var request = new JsonObject
        {
            ["model"] = "m",
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "x" }, message, new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = "y" }),
            ["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"""),
            ["reasoning_effort"] = "high",
        };
        return Cohere.Translate(request.ToJsonString(), Pair.Chat, Of(next));
    }

    [Theory]
    [InlineData("gemini", true, "\"thoughtSignature\":\"c2ln\"")]
    [InlineData("gemini", false, "\"thoughtSignature\":\"c2ln\"")]
    [InlineData("anthropic", true, "\"thinking\":\"Hm\",\"signature\":\"c2ln\"")]
    [InlineData("responses", false, "\"encrypted_content\":\"c2ln\"")]
    public void It_comes_back_to_its_own_provider(string provider, bool withThinking, string expected)
    {
        var text = GoOn(provider, provider, withThinking).Body.ToJsonString();
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("cw1.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini", "anthropic")]
    [InlineData("gemini", "chat")]
    [InlineData("anthropic", "gemini")]
    [InlineData("anthropic", "responses")]
    [InlineData("responses", "anthropic")]
    [InlineData("responses", "chat")]
    public void It_reaches_no_other_provider_and_is_declared_lost(string first, string next)
    {
        var (body, losses) = GoOn(first, next, withThinking: true);
        Assert.DoesNotContain("c2ln", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("messages.thinking", losses);
    }

    [Fact]
    public void Anthropics_signature_is_of_the_text_so_without_it_the_thinking_is_left_out()
    {
        var (body, losses) = GoOn("anthropic", "anthropic", withThinking: false);
        Assert.DoesNotContain("c2ln", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("messages.thinking", losses);
    }

    [Fact]
    public void In_streams_it_stands_behind_the_calls_id_too()
    {
        var stream = Cohere.Restream($"data: {GeminiAnswer}\r\n\r\n", Gemini, Pair.Chat);
        Assert.Matches("\"id\":\"[^\"~]+~cw1\\.[a-z]\\.c2ln\"", stream);
    }
}
