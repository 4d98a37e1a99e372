using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.AnthropicMessages;

public sealed class AnswerTests
{
    [Fact]
    public void Usage_counts_the_cached_input_too()
    {
        var usage = Exchange.DecodeResponse(Samples.Answer).Usage!;

        Assert.Equal((33, 20, 3, 30, 7), (usage.InputTokens, usage.CacheReadTokens, usage.CacheWriteTokens, usage.OutputTokens, usage.ReasoningTokens));
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":""", """{"__unparsedToolInput":{"raw":"{\"a\":"}}""")]
    public void Tool_input_is_always_an_object(string arguments, string expected)
    {
        var encoded = Exchange.Encode(new ChatResponse
        {
            Origin = DialectId.OpenAIChat,
            Parts = [new ToolCallPart { Id = "a", Name = "f", Arguments = Exchange.Raw(arguments) }],
        });

        Exchange.AssertSame(JsonNode.Parse(expected), encoded["content"]![0]!["input"]);
        Assert.Equal("tool_use", (string)encoded["stop_reason"]!);
        Assert.True(encoded.AsObject().ContainsKey("stop_sequence"));
    }

    [Fact]
    public void Calls_with_one_id_get_ids_of_their_own()
    {
        var call = new ToolCallPart { Id = "a", Name = "f" };
        var encoded = Exchange.Encode(new ChatResponse { Origin = DialectId.OpenAIChat, Parts = [call, call, new ToolCallPart { Id = "", Name = "f" }] });

        Assert.Equal(3, encoded["content"]!.AsArray().Select(block => (string)block!["id"]!).Distinct().Count());
    }

    [Fact]
    public void What_an_answer_cannot_hold_is_declared()
    {
        var losses = new LossReport();
        var extras = new Extras(DialectId.OpenAIChat);
        extras.Add("logprobs", RawJson.EmptyObject);

        Exchange.Encode(new ChatResponse
        {
            Origin = DialectId.OpenAIChat,
            Parts = [new MediaPart { Kind = MediaKind.Audio, Form = MediaForm.Base64, Data = RawJson.EmptyString }],
            Extras = extras,
        }, losses);

        Assert.Equal(["content.media", "logprobs"], losses.Losses.Select(loss => loss.Key.Path));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"content":[{"type":"text"}]}""")]
    [InlineData("""{"content":[5]}""")]
    public void An_answer_that_is_none_is_an_upstream_error(string body)
    {
        var decoded = Exchange.Dialect.DecodeResponse(Encoding.UTF8.GetBytes(body), Translation.None);

        Assert.Equal(ErrorKind.UpstreamUnavailable, decoded.Error?.Kind);
    }

    [Fact]
    public void Any_value_anywhere_in_an_answer_is_read_or_an_upstream_error() => Mutation.Of(Samples.Answer).Sample(body =>
    {
        var decoded = Exchange.Dialect.DecodeResponse(Encoding.UTF8.GetBytes(body), Translation.None);

        if (decoded.IsOk) Exchange.Encode(decoded.Value);
        return decoded.IsOk || decoded.Error.Kind == ErrorKind.UpstreamUnavailable;
    }, iter: 5_000);

    [Fact]
    public void Any_value_anywhere_in_a_stream_ends_it_once_and_cleanly() => Gen.Int[0, Samples.Events.Length - 1]
        .SelectMany(number => Mutation.Of(Samples.Events[number]).Select(item => (number, item)))
        .Sample(mutation =>
        {
            var stream = Samples.Stream.Replace(Samples.Events[mutation.number], mutation.item, StringComparison.Ordinal);

            var output = Exchange.Restream(Encoding.UTF8.GetBytes(stream), 4096);

            var ends = output.Split("event: message_stop").Length + output.Split("event: error").Length - 2;
            return ends == 1;
        }, iter: 5_000);

    [Theory]
    [InlineData(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ErrorKind.Overloaded, "Overloaded")]
    [InlineData(413, """{"type":"error","error":{"type":"invalid_request_error","message":"big"}}""", ErrorKind.RequestTooLarge, "big")]
    [InlineData(429, """{"error":{"message":"slow","type":"requests","code":"rate_limit"}}""", ErrorKind.RateLimited, "slow")]
    [InlineData(404, """{"error":"no model"}""", ErrorKind.NotFound, "no model")]
    [InlineData(422, """{"detail":[{"loc":["body"],"msg":"bad"}]}""", ErrorKind.InvalidRequest, "bad")]
    [InlineData(400, """[{"error":{"message":"listed"}}]""", ErrorKind.InvalidRequest, "listed")]
    [InlineData(502, "<html><head><title> Bad Gateway </title>", ErrorKind.UpstreamUnavailable, "Bad Gateway")]
    [InlineData(500, "oops\n", ErrorKind.Internal, "oops")]
    [InlineData(503, "", ErrorKind.UpstreamUnavailable, "the upstream answered with status 503 and no message")]
    public void Errors_are_read_in_any_envelope(int status, string body, ErrorKind kind, string message)
    {
        var error = Exchange.Dialect.DecodeError(status, Encoding.UTF8.GetBytes(body));

        Assert.Equal((kind, message, status), (error.Kind, error.Message, error.Status));
    }

    [Fact]
    public void Every_kind_of_error_has_a_type_that_clients_know()
    {
        string[] known =
        [
            "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
            "request_too_large", "rate_limit_error", "timeout_error", "api_error", "overloaded_error",
        ];
        foreach (var kind in Enum.GetValues<ErrorKind>())
        {
            var output = new ArrayBufferWriter<byte>();
            Exchange.Dialect.EncodeError(new GatewayError(kind, "m"), output);
            var body = JsonNode.Parse(output.WrittenSpan)!;
            Assert.Equal(("error", "m"), ((string)body["type"]!, (string)body["error"]!["message"]!));
            Assert.Contains((string)body["error"]!["type"]!, known);
        }
    }
}
