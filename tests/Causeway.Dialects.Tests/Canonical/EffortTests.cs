using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;
using Causeway.Dialects.OpenAIResponses;

namespace Causeway.Dialects.Tests.Canonical;

public sealed class EffortTests
{
    [Theory]
    [InlineData("max", null, "high", true)]
    [InlineData("xhigh", null, "xhigh", false)]
    [InlineData("max", "low,medium,high,xhigh,max", "max", false)]
    [InlineData("max", "none,low,medium,high,xhigh", "xhigh", true)]
    [InlineData("xhigh", "low,medium,high", "high", true)]
    [InlineData("low", "high,max", "high", true)]
    [InlineData("medium", "low,high", "low", true)]
    [InlineData("high", "on", "high", false)]      // words of another kind say nothing about this one
    public void A_model_gets_the_nearest_effort_that_it_has(string asked, string? taken, string sent, bool declared)
    {
        var traits = new ModelTraits { Efforts = taken?.Split(',') };
        foreach (var upstream in (IUpstreamDialect[])[new OpenAIChatDialect(), new OpenAIResponsesDialect()])
        {
            var body = Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":9000,"thinking":{"type":"adaptive"},"output_config":{"effort":"{{asked}}"},"messages":[{"role":"user","content":"x"}]}""");
            var losses = new LossReport();
            var output = new ArrayBufferWriter<byte>();
            upstream.EncodeRequest(new AnthropicMessagesDialect().DecodeRequest(body).Value!, traits, output, losses);
            var request = JsonNode.Parse(output.WrittenSpan)!;
            Assert.Equal(sent, (string?)(request["reasoning_effort"] ?? request["reasoning"]!["effort"]));
            Assert.Equal(declared, losses.Losses.Any(loss => loss.Key.Path == "output_config.effort"));
        }
    }

    [Fact]
    public void A_model_that_is_not_to_be_sampled_otherwise_gets_no_temperature()
    {
        var body = """{"model":"m","temperature":0.2,"top_p":0.5,"messages":[{"role":"user","content":"x"}]}"""u8.ToArray();
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        new AnthropicMessagesDialect().EncodeRequest(new OpenAIChatDialect().DecodeRequest(body).Value!, new ModelTraits { Samples = false }, output, losses);
        var request = JsonNode.Parse(output.WrittenSpan)!;
        Assert.Equal((null, null), (request["temperature"], request["top_p"]));
        Assert.Equal(["temperature", "top_p"], losses.Losses.Select(loss => loss.Key.Path));
    }
}
