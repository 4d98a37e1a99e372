using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Tests.Conformance;

/// <summary>Anthropic's models take more than Converse's own settings.</summary>
public sealed class ClaudeOnBedrockTests
{
    private static (JsonNode Body, string[] Losses) Ask(string model, string more, ModelTraits? traits = null)
    {
        var request = Pair.Chat.DecodeRequest(Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":1000,"messages":[{"role":"user","content":"x"}]{{more}}}""")).Value!;
        request.Model = model;
        var output = new ArrayBufferWriter<byte>();
        var losses = new LossReport();
        new BedrockConverseDialect().EncodeRequest(request, traits ?? ModelTraits.Unknown, output, losses);
        return (JsonNode.Parse(output.WrittenSpan)!, [.. losses.Losses.Select(loss => loss.Key.Path)]);
    }

    [Fact]
    public void Effort_becomes_thinking_with_room_for_it()
    {
        var (body, losses) = Ask("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", ",\"reasoning_effort\":\"low\",\"temperature\":0.5");
        var thinking = body["additionalModelRequestFields"]!["thinking"]!;
        Assert.Equal(("enabled", 2048, 3048), ((string)thinking["type"]!, (int)thinking["budget_tokens"]!, (int)body["inferenceConfig"]!["maxTokens"]!));
        Assert.Null(body["inferenceConfig"]!["temperature"]);
        Assert.Equal(["temperature"], losses);
    }

    [Fact]
    public void Models_that_think_by_effort_are_told_it()
    {
        var (body, losses) = Ask("anthropic.claude-opus-5", ",\"reasoning_effort\":\"high\"", new ModelTraits { AdaptiveThinking = true });
        Assert.Equal(("adaptive", "high"), ((string)body["additionalModelRequestFields"]!["thinking"]!["type"]!, (string)body["additionalModelRequestFields"]!["output_config"]!["effort"]!));
        Assert.Empty(losses);
    }

    [Fact]
    public void Other_makers_models_are_not_told_and_the_loss_is_declared()
    {
        var (body, losses) = Ask("meta.llama3-1-70b-instruct-v1:0", ",\"reasoning_effort\":\"high\"");
        Assert.Null(body["additionalModelRequestFields"]);
        Assert.Equal(["thinking"], losses);
    }
}
