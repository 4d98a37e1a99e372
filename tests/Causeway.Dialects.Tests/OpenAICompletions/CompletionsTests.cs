using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAICompletions;
using Causeway.Dialects.Tests.CohereChat;

namespace Causeway.Dialects.Tests.OpenAICompletions;

/// <summary>The legacy completions API in front of a chat model.</summary>
public sealed class CompletionsTests
{
    private static readonly OpenAICompletionsDialect Dialect = new();

    [Theory]
    [InlineData("\"Say hi\"")]
    [InlineData("[\"Say hi\"]")]
    public void A_prompt_becomes_a_message(string prompt)
    {
        var (body, losses) = Cohere.Translate(
            $$"""{"model":"m","prompt":{{prompt}},"max_tokens":5,"stop":"x","temperature":0.5,"n":1,"echo":false,"suffix":null,"best_of":1,"logprobs":2}""", Dialect, new AnthropicMessagesDialect());
        Assert.Equal("""[{"role":"user","content":[{"type":"text","text":"Say hi"}]}]""", Texts(body["messages"]!).ToJsonString());
        Assert.Equal(5, (int)body["max_tokens"]!);
        Assert.Equal("x", (string?)body["stop_sequences"]![0]);
        Assert.Equal(["logprobs"], losses);
    }

    [Theory]
    [InlineData("""{"model":"m"}""", "prompt")]
    [InlineData("""{"model":"m","prompt":["a","b"]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[1,2]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[[1,2]]}""", "prompt[0]")]
    [InlineData("""{"prompt":"a"}""", "model")]
    [InlineData("""{"model":"m","prompt":"a","n":2}""", "n")]
    [InlineData("""{"model":"m","prompt":"a","best_of":3}""", "best_of")]
    [InlineData("""{"model":"m","prompt":"a","echo":true}""", "echo")]
    [InlineData("""{"model":"m","prompt":"a","suffix":"b"}""", "suffix")]
    public void What_a_chat_model_cannot_do_is_refused(string request, string param)
    {
        var decoded = Dialect.DecodeRequest(Encoding.UTF8.GetBytes(request));
        Assert.False(decoded.IsOk);
        Assert.Equal((param, 400), (decoded.Error.Param, decoded.Error.Status));
    }

    [Fact]
    public void An_answer_is_one_text()
    {
        var (body, losses) = Cohere.Answer("""
            {"id":"m1","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"a\n"},{"type":"text","text":"b"}],
             "stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4}}
            """, new AnthropicMessagesDialect(), Dialect);
        Assert.Equal(("text_completion", "c"), ((string?)body["object"], (string?)body["model"]));
        Assert.Equal(("a\nb", "length"), ((string?)body["choices"]![0]!["text"], (string?)body["choices"]![0]!["finish_reason"]));
        Assert.Equal(7, (int)body["usage"]!["total_tokens"]!);
        Assert.Contains("content.thinking", losses);
    }

    [Fact]
    public void A_stream_ends_with_the_reason_the_usage_and_the_mark()
    {
        var chunks = Stream(true,
            new Started("c1", "m", 1), new PartStarted(0, new TextPart(RawJson.EmptyString)), new PartDelta(0, DeltaKind.Text, RawJson.FromString("Hé")),
            new PartEnded(0), new UsageReported(new Usage { InputTokens = 1, OutputTokens = 2 }), new Finished(StopReason.End, default));
        Assert.Equal(4, chunks.Length);
        Assert.Equal("Hé", (string?)JsonNode.Parse(chunks[0])!["choices"]![0]!["text"]);
        Assert.Null(JsonNode.Parse(chunks[0])!["choices"]![0]!["finish_reason"]);
        Assert.Equal("stop", (string?)JsonNode.Parse(chunks[1])!["choices"]![0]!["finish_reason"]);
        Assert.Equal(3, (int)JsonNode.Parse(chunks[2])!["usage"]!["total_tokens"]!);
        Assert.Equal("[DONE]", chunks[3]);
    }

    [Fact]
    public void A_stream_that_breaks_off_ends_with_an_error()
    {
        var chunks = Stream(false, new Started("c1", "m", 1), new Failed(new GatewayError(ErrorKind.Overloaded, "too busy")));
        Assert.Equal("too busy", (string?)JsonNode.Parse(Assert.Single(chunks))!["error"]!["message"]);
    }

    private static string[] Stream(bool usage, params StreamEvent[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        var encoder = Dialect.CreateStreamEncoder(new AnswerEncoding("m", usage), new LossReport());
        foreach (var item in events) encoder.Encode(item, output);
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame["data: ".Length..])];
    }

    /// <summary>Messages with their content as a list, in whichever of the two forms it came.</summary>
    private static JsonNode Texts(JsonNode messages)
    {
        foreach (var message in messages.AsArray())
        {
            if (message!["content"] is JsonValue text) message["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text.DeepClone() });
        }

        return messages;
    }
}
