using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.CohereChat;
using Causeway.Dialects.Gemini;
using Causeway.Dialects.OpenAIResponses;
using Causeway.Dialects.Tests.CohereChat;

namespace Causeway.Dialects.Tests.Conformance;

/// <summary>Texts of clients that would break out of the JSON they are written into.</summary>
public sealed class HostileInputTests
{
    public static TheoryData<IUpstreamDialect> Upstreams => [Pair.Chat, new OpenAIResponsesDialect(), new CohereChatDialect()];

    [Theory, MemberData(nameof(Upstreams))]
    public void A_media_type_stays_inside_its_string(IUpstreamDialect upstream)
    {
        const string Type = "image/png\\\",\\\"injected\\\":\\\"";
        var (body, _) = Cohere.Translate($$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"{{{Type}}}","data":"iVBORw0KGgo="}}]}]}""", Pair.Anthropic, upstream);
        Assert.DoesNotContain("\"injected\":", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_provider_made_up_is_no_line_of_the_stream()
    {
        const string Stream = """
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

            data: {"type":"new\ndata: injected","x":1}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

            data: {"type":"message_stop"}


            """;
        Assert.DoesNotContain(Cohere.Restream(Stream, Pair.Anthropic, Pair.Anthropic).Split('\n'), line => line.StartsWith("data: injected", StringComparison.Ordinal));
    }

    [Fact]
    public void So_does_a_signature_in_base64()
    {
        var signature = Convert.ToBase64String("cw1.b.x\",\"injected\":\""u8);
        var request = $$"""{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"text":"Hm","thought":true,"thoughtSignature":"{{signature}}"},{"text":"y"}]},{"role":"user","parts":[{"text":"z"}]}]}""";
        var (body, _) = Cohere.Translate(request, new GeminiDialect(), Pair.Anthropic);
        Assert.DoesNotContain("\"injected\":", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("injected", JsonNode.Parse(body.ToJsonString())!.ToJsonString(), StringComparison.Ordinal);
    }
}
