using System.Text;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.CohereChat;

public sealed class StreamTests
{
    private const string Done = "data: [DONE]\n\n";

    private static readonly string Rich = Event("message-start", "\"id\":\"a1\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_calls\":[],\"citations\":[],\"tool_plan\":\"\"}}")
        + Event("tool-plan-delta", Message("\"tool_plan\":\"I \"")) + Event("tool-plan-delta", Message("\"tool_plan\":\"look.\""))
        + Event("content-start", "\"index\":0," + Message("\"content\":{\"type\":\"thinking\",\"thinking\":\"\"}"))
        + Event("content-delta", "\"index\":0," + Message("\"content\":{\"thinking\":\"hm\"}")) + Event("content-end", "\"index\":0")
        + Event("content-start", "\"index\":1," + Message("\"content\":{\"type\":\"text\",\"text\":\"\"}"))
        + Event("content-delta", "\"index\":1," + Message("\"content\":{\"text\":\"Hé\"}") + ",\"logprobs\":{\"text\":\"Hé\"}") + Event("content-end", "\"index\":1")
        + Event("citation-start", "\"index\":0," + Message("\"citations\":{\"start\":0,\"end\":2,\"text\":\"Hé\",\"sources\":[],\"content_index\":1}")) + Event("citation-end", "\"index\":0")
        + Event("tool-call-start", "\"index\":0," + Message("\"tool_calls\":{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"))
        + Event("tool-call-delta", "\"index\":0," + Message("\"tool_calls\":{\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}")) + Event("tool-call-end", "\"index\":0")
        + Event("message-end", "\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"tokens\":{\"input_tokens\":3,\"output_tokens\":4}}}") + Done;

    private static string Event(string name, string rest) => $"event: {name}\ndata: {{\"type\":\"{name}\",{rest}}}\n\n";

    private static string Message(string what) => $"\"delta\":{{\"message\":{{{what}}}}}";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_stream_is_read_however_it_is_cut(int size)
    {
        var (response, error, conforms) = Cohere.Read(Rich, size);
        Assert.Null(error);
        Assert.True(conforms);
        Assert.Equal(4, response.Parts.Count);
        Assert.Equal("\"I look.\"", ((TextPart)response.Parts[0]).Text.ToString());
        Assert.Equal("\"hm\"", ((ReasoningPart)response.Parts[1]).Text.ToString());
        Assert.Single(((TextPart)response.Parts[2]).Citations!);
        Assert.Equal("{\"a\":1}", ((ToolCallPart)response.Parts[3]).Arguments.ToString());
        Assert.Equal((StopReason.ToolUse, 3L, 4L), (response.Stop, response.Usage!.InputTokens, response.Usage.OutputTokens));
    }

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads_as_the_same()
    {
        var again = Cohere.Restream(Rich, Cohere.Dialect, Cohere.Dialect);
        Assert.Equal(Sorted(Rich), Sorted(again));
        Assert.True(Cohere.Read(again).Conforms);

        // A text ends when its citations are known, which the API itself does before them.
        static List<string> Sorted(string stream) => [.. stream.Split("\n\n").Select(e => string.Concat(e.Order())).Order()];
    }

    [Fact]
    public void A_stream_of_cohere_reaches_clients_of_other_dialects()
    {
        var chat = Cohere.Restream(Rich, Cohere.Dialect, new OpenAIChatDialect());
        Assert.Contains("\"reasoning_content\":\"hm\"", chat, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"Hé\"", chat, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"tool_calls\"", chat, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"m\"", chat, StringComparison.Ordinal);
        var messages = Cohere.Restream(Rich, Cohere.Dialect, new AnthropicMessagesDialect());
        Assert.Contains("\"stop_reason\":\"tool_use\"", messages, StringComparison.Ordinal);
        Assert.Contains("\"output_tokens\":4", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_of_chat_completions_reaches_a_cohere_client()
    {
        const string Head = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":";
        var chat = Head + "{\"role\":\"assistant\",\"content\":\"Hé\"},\"finish_reason\":null}]}\n\n"
            + Head + "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n\n"
            + Head + "{},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}\n\n" + Done;
        var (response, error, conforms) = Cohere.Read(Cohere.Restream(chat, new OpenAIChatDialect(), Cohere.Dialect));
        Assert.Null(error);
        Assert.True(conforms);
        Assert.Equal("\"Hé\"", ((TextPart)response.Parts[0]).Text.ToString());
        Assert.Equal("{}", ((ToolCallPart)response.Parts[1]).Arguments.ToString());
        Assert.Equal((StopReason.ToolUse, 5L), (response.Stop, response.Usage!.InputTokens));
    }

    [Fact]
    public void A_stream_cut_anywhere_before_its_end_never_looks_complete()
    {
        var bytes = Encoding.UTF8.GetBytes(Rich);
        var end = Encoding.UTF8.GetByteCount(Rich[..Rich.IndexOf("event: message-end", StringComparison.Ordinal)]) + "event: message-end\ndata: {\"type\":\"message-end\"}".Length;
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = Cohere.Read(Encoding.UTF8.GetString(bytes, 0, length)).Error;
            if (length < end) Assert.NotNull(error);
        }
    }

    [Theory]
    [InlineData("event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"usage\":{},\"error\":\"no luck\"}}\n\n", "no luck")]
    [InlineData("data: {\"message\":\"too many requests\"}\n\n", "too many requests")]
    [InlineData("data: oops\n\n", "not a JSON object")]
    public void An_error_in_mid_stream_is_one(string frame, string message) => Assert.Contains(message, Cohere.Read(frame).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_client_is_told_of_a_failure_in_mid_stream()
    {
        var text = Cohere.Restream("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"too busy\"}}\n\n", new AnthropicMessagesDialect(), Cohere.Dialect);
        Assert.Contains("\"finish_reason\":\"ERROR\",\"error\":\"too busy\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_event_survives_and_spoils_conformance()
    {
        var stream = Rich.Replace(Done, "", StringComparison.Ordinal).Replace("event: message-end", "event: news\ndata: {\"type\":\"news\",\"x\":1}\n\nevent: message-end", StringComparison.Ordinal);
        Assert.False(Cohere.Read(stream).Conforms);
        Assert.Contains("event: news\ndata: {\"type\":\"news\",\"x\":1}", Cohere.Restream(stream, Cohere.Dialect, Cohere.Dialect), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_over_several_lines_goes_into_events_of_one()
    {
        var body = """
            {"id":"a","message":{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"new",
              "x":1}],"citations":[{"start":0,
              "end":1}]},"finish_reason":"COMPLETE","usage":{
              "tokens":{"input_tokens":1,"output_tokens":2}},"more":{
              "y":1}}
            """;
        var events = new List<StreamEvent>();
        StreamUnfold.Into(Cohere.Dialect.DecodeResponse(Encoding.UTF8.GetBytes(body), Translation.None).Value!, events);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var encoder = Cohere.Dialect.CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
        foreach (var item in events) encoder.Encode(item, output);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.All(text.Split('\n'), line => Assert.Matches("^(event: .*|data: .*|)$", line));
        Assert.Equal(2, Cohere.Read(text).Response.Usage!.OutputTokens);
    }
}
