using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.CohereChat;

public sealed class AnswerTests
{
    private const string Rich = """
        {"id":"a1","message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"It is Quack."}],"tool_plan":"I will look.",
          "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}],
          "citations":[{"start":6,"end":11,"text":"Quack","sources":[{"type":"document","id":"d","document":{"id":"d","title":"T","url":"https://q.test/"}}],"type":"TEXT_CONTENT","content_index":1}],"mood":"good"},
         "finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":3,"output_tokens":4},"tokens":{"input_tokens":30,"output_tokens":40},"cached_tokens":8},"logprobs":[]}
        """;

    [Fact]
    public void A_same_dialect_trip_brings_every_field_back()
    {
        var (body, losses) = Cohere.Answer(Rich, Cohere.Dialect, Cohere.Dialect);
        Assert.Empty(losses);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Rich), body), body.ToJsonString());
    }

    [Fact]
    public void A_chat_client_reads_plan_thinking_calls_sources_and_tokens()
    {
        var (body, _) = Cohere.Answer(Rich, Cohere.Dialect, new OpenAIChatDialect());
        var message = body["choices"]![0]!["message"]!;
        Assert.Equal("I will look.It is Quack.", (string?)message["content"]);
        Assert.Equal("hm", (string?)message["reasoning_content"]);
        Assert.Equal("f", (string?)message["tool_calls"]![0]!["function"]!["name"]);
        Assert.Equal("https://q.test/", (string?)message["annotations"]![0]!["url_citation"]!["url"]);
        Assert.Equal("tool_calls", (string?)body["choices"]![0]!["finish_reason"]);
        Assert.Equal(30, (int)body["usage"]!["prompt_tokens"]!);
        Assert.Equal(8, (int)body["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Fact]
    public void An_answer_of_anthropic_reaches_a_cohere_client()
    {
        var (body, losses) = Cohere.Answer("""
            {"id":"m1","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"so"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}],
             "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"cache_read_input_tokens":2,"output_tokens":4}}
            """, new AnthropicMessagesDialect(), Cohere.Dialect);
        Assert.Equal("""[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so"}]""", body["message"]!["content"]!.ToJsonString());
        Assert.Equal("""{"a":1}""", (string?)body["message"]!["tool_calls"]![0]!["function"]!["arguments"]);
        Assert.Equal("TOOL_CALL", (string?)body["finish_reason"]);
        Assert.Equal(5, (int)body["usage"]!["tokens"]!["input_tokens"]!);
        Assert.EndsWith("~cw1.b.s", (string?)body["message"]!["tool_calls"]![0]!["id"], StringComparison.Ordinal);
        Assert.Empty(losses);
    }

    [Theory]
    [InlineData("COMPLETE", StopReason.End)]
    [InlineData("MAX_TOKENS", StopReason.Length)]
    [InlineData("STOP_SEQUENCE", StopReason.StopSequence)]
    [InlineData("ERROR_TOXIC", StopReason.Filter)]
    [InlineData("SOMETHING_NEW", StopReason.Other)]
    public void The_reason_to_stop_is_read(string word, StopReason expected) => Assert.Equal(expected, Decode(Answer(word)).Value!.Stop);

    [Theory]
    [InlineData("ERROR", ErrorKind.Internal)]
    [InlineData("TIMEOUT", ErrorKind.Timeout)]
    public void An_answer_that_broke_off_is_an_error(string word, ErrorKind expected) => Assert.Equal(expected, Decode(Answer(word)).Error!.Kind);

    [Theory]
    [InlineData("""{"message":"no such thing"}""", "no such thing")]
    [InlineData("""{"id":"x"}""", "no message")]
    [InlineData("[]", "no message")]
    [InlineData("<html>", "cannot be read")]
    public void What_is_no_answer_is_an_error(string body, string message) => Assert.Contains(message, Decode(body).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_glance_finds_the_tokens_and_whether_the_answer_is_coheres_own()
    {
        var own = Cohere.Dialect.Glance(Encoding.UTF8.GetBytes(Rich)).Value!;
        Assert.True(own.Conforms);
        Assert.Equal(40, own.Usage!.OutputTokens);
        Assert.False(Cohere.Dialect.Glance(Encoding.UTF8.GetBytes(Answer("stop"))).Value!.Conforms);
    }

    [Fact]
    public void An_answer_cut_anywhere_is_an_error()
    {
        var whole = Encoding.UTF8.GetBytes(Rich);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(Cohere.Dialect.DecodeResponse(whole.AsMemory(0, length), Translation.None).IsOk);
            Assert.False(Cohere.Dialect.Glance(whole.AsMemory(0, length)).IsOk);
        }
    }

    [Theory]
    [InlineData(401, ErrorKind.Authentication)]
    [InlineData(498, ErrorKind.Authentication)]
    [InlineData(429, ErrorKind.RateLimited)]
    [InlineData(422, ErrorKind.InvalidRequest)]
    public void An_error_keeps_its_status_and_words(int status, ErrorKind kind)
    {
        var error = Cohere.Dialect.DecodeError(status, """{"id":"x","message":"invalid api token"}"""u8.ToArray());
        Assert.Equal((kind, status, "invalid api token"), (error.Kind, error.Status, error.Message));
        var output = new ArrayBufferWriter<byte>();
        Cohere.Dialect.EncodeError(error, output);
        Assert.Equal("invalid api token", (string?)JsonNode.Parse(output.WrittenSpan)!["message"]);
    }

    private static string Answer(string reason) => $$"""{"id":"a","message":{"role":"assistant","content":[{"type":"text","text":"x"}]},"finish_reason":"{{reason}}"}""";

    private static Decoded<ChatResponse> Decode(string body) => Cohere.Dialect.DecodeResponse(Encoding.UTF8.GetBytes(body), Translation.None);
}
