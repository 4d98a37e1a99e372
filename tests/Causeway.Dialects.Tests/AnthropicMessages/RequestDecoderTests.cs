using System.Text;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using CsCheck;

namespace Causeway.Dialects.Tests.AnthropicMessages;

public sealed class RequestDecoderTests
{
    [Fact]
    public void Cache_warming_asks_for_no_tokens() =>
        Assert.Equal(0, Exchange.DecodeRequest("""{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""").MaxTokens);

    [Fact]
    public void The_gateways_own_fallbacks_go_no_further()
    {
        var request = Exchange.DecodeRequest(
            """{"model":"m","max_tokens":1,"fallbacks":["openai/x"],"messages":[{"role":"user","content":"x"}]}""");

        Assert.Null(request.Extras);
    }

    [Fact]
    public void Claude_codes_accounting_line_is_recognised()
    {
        Assert.True(BillingHeader.IsOne(Exchange.Text("x-anthropic-billing-header: cc_version=2; cc_entrypoint=cli;")));
        Assert.False(BillingHeader.IsOne(Exchange.Text("You are helpful. x-anthropic-billing-header: no")));
    }

    [Fact]
    public void A_document_of_blocks_offers_its_text_to_other_dialects()
    {
        var request = Exchange.DecodeRequest(Samples.Request);

        var media = request.Turns[1].Parts.OfType<MediaPart>().Last();

        Assert.Equal((MediaForm.Text, "ab"), (media.Form, media.Data.AsString()));
    }

    [Theory]
    [InlineData("""[]""", "the body must be an object")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"x"}]}""", "model: must name a model")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}""", "max_tokens: is required")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[]}""", "messages: must not be empty")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"tool","content":"x"}]}""", "messages[0].role: must be user, assistant or system")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}""", "messages[0].content: is required")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":5}]}]}""", "messages[0].content[0].text: must be text")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"system":[{"type":"image"}]}""", "system[0].source: is required")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"thinking":{"type":"enabled"}}""", "thinking.budget_tokens: is required when thinking is enabled")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f"}]}""", "tools[0].input_schema: must be an object")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"tool"}}""", "tool_choice.name: must name the tool")]
    public void A_wrong_request_is_told_where_it_is_wrong(string body, string message)
    {
        var error = Exchange.RequestError(body);

        Assert.Equal((ErrorKind.InvalidRequest, message), (error.Kind, error.Message));
    }

    [Fact]
    public void Any_value_anywhere_gives_a_request_or_an_error_that_names_the_place() => Mutation.Of(Samples.Request).Sample(body =>
    {
        var decoded = Exchange.Dialect.DecodeRequest(Encoding.UTF8.GetBytes(body));

        if (decoded.IsOk) Exchange.Encode(decoded.Value);
        return decoded.IsOk || (decoded.Error.Kind == ErrorKind.InvalidRequest && !string.IsNullOrEmpty(decoded.Error.Param));
    }, iter: 20_000);
}
