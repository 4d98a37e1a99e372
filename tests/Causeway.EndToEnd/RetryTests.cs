using System.Diagnostics;
using System.Globalization;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>What is tried again, with which key, and how often.</summary>
public sealed class RetryTests
{
    private const string TwoKeys = """{"providers":{"openai":{"keys":[{"name":"a","value":"sk-a"},{"name":"b","value":"sk-b"}],"network_config":{"max_retries":MAX,"retry_backoff_initial":20,"retry_backoff_max":400}}}}""";
    private const string Failure = """{"error":{"message":"no","type":"server_error"}}""";

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(int retries, params Answer[] answers)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", answers);
        upstream.Script("groq", Answer.Whole("from groq"));
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, TwoKeys.Replace("MAX", retries.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "openai", "groq")), upstream);
    }

    /// <summary>Answers by the key that came.</summary>
    private static Answer ByKey(Answer a, Answer b) => new(http => (http.Request.Headers.Authorization == "Bearer sk-a" ? a : b).Write(http));

    [Fact]
    public async Task A_network_fault_is_tried_again_with_the_same_key()
    {
        var (gateway, upstream) = await StartAsync(2, Answer.Reset, Answer.Reset, Answer.Whole("third time lucky"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("openai/gpt-4o 502, openai/gpt-4o 502", reply.Headers["x-causeway-attempts"]);
        Assert.Equal(3, upstream.Keys.Count);
        Assert.Single(upstream.Keys.Distinct());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_refusal_of_the_key_goes_to_the_other_key_at_once(int status)
    {
        var (gateway, upstream) = await StartAsync(0, Answer.Error(status, Failure), Answer.Whole("ok"));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        var keys = upstream.Keys;
        Assert.Equal(["sk-a", "sk-b"], keys.Order());
        for (var i = 0; i < 6; i++) Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.All(upstream.Keys.Skip(1), key => Assert.Equal(keys[1], key));   // the refused one rests
    }

    [Theory]
    [InlineData("openai/gpt-4o", """{"error":{"message":"Billing hard limit has been reached","type":"invalid_request_error","code":"billing_hard_limit_reached"}}""")]
    [InlineData("anthropic/claude-sonnet-4-5", """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""")]
    [InlineData("gemini/gemini-2.5-flash", """{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}""")]
    public async Task A_refusal_of_the_key_that_looks_like_a_wrong_request_is_known(string model, string body)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var name = model.Split('/')[0];
        upstream.Script(name, Answer.Error(400, body), Speech.Of("ok"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
            $$$"""{"providers":{"{{{name}}}":{"keys":[{"name":"a","value":"sk-a"},{"name":"b","value":"sk-b"}]} } }""", name));
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream(model));
        Assert.Contains("ok", reply.Text, StringComparison.Ordinal);
        Assert.Equal(2, upstream.Paths.Count);
    }

    [Fact]
    public async Task A_key_that_was_refused_is_not_used_again_while_another_is_waited_for()
    {
        var limited = 0;
        var second = new Answer(http => (Interlocked.Increment(ref limited) < 3 ? Answer.Error(429, Failure, ("retry-after-ms", "30")) : Answer.Whole("ok")).Write(http));
        var (gateway, upstream) = await StartAsync(3, ByKey(Answer.Error(401, Failure), second));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.InRange(upstream.Keys.Count(key => key == "sk-a"), 0, 1);
        Assert.Equal(3, upstream.Keys.Count(key => key == "sk-b"));
    }

    [Fact]
    public async Task An_hour_of_patience_is_never_slept_and_the_keys_rest()
    {
        var (gateway, upstream) = await StartAsync(5, Answer.Error(429, Failure, ("retry-after", "3600")));
        await using var _ = gateway;
        await using var __ = upstream;
        var watch = Stopwatch.StartNew();
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
        Assert.Equal((429, "3600"), (reply.Status, reply.Headers["retry-after"]));
        Assert.Equal(["sk-a", "sk-b"], upstream.Keys.Order());
        Assert.Equal(429, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.Equal(3, upstream.Keys.Count);   // both rest: one is asked for want of others, and that is that
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":["groq/llama-3.3-70b-versatile"]"""))).Status);
        Assert.EndsWith("groq", upstream.Paths.Last().Split('/')[1], StringComparison.Ordinal);
        Assert.Equal(4, upstream.Paths.Count);   // with another to ask they are not asked at all
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task A_short_wait_is_waited_for_only_if_there_is_nobody_else()
    {
        var (gateway, upstream) = await StartAsync(1, Answer.Error(429, Failure, ("retry-after-ms", "300")), Answer.Error(429, Failure, ("retry-after-ms", "300")), Answer.Whole("ok"));
        await using var _ = gateway;
        await using var __ = upstream;
        var other = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":["groq/llama-3.3-70b-versatile"]"""));
        Assert.Equal("groq/llama-3.3-70b-versatile", other.Headers["x-causeway-model"]);
        Assert.Equal(3, upstream.Paths.Count);
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);

        var (alone, busy) = await StartAsync(1, Answer.Error(429, Failure, ("retry-after-ms", "300")), Answer.Error(429, Failure, ("retry-after-ms", "300")), Answer.Whole("ok"));
        await using var ___ = alone;
        await using var ____ = busy;
        var watch = Stopwatch.StartNew();
        Assert.Equal(200, (await alone.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.True(watch.ElapsedMilliseconds >= 290, $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData(500, 2)]
    [InlineData(502, 2)]
    [InlineData(503, 2)]
    [InlineData(529, 2)]
    [InlineData(408, 2)]
    [InlineData(409, 2)]
    [InlineData(425, 2)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(413, 1)]
    [InlineData(422, 1)]
    [InlineData(501, 1)]
    public async Task What_may_pass_is_tried_again_and_what_does_not_is_told(int status, int calls)
    {
        var (gateway, upstream) = await StartAsync(1, Answer.Error(status, Failure));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Equal(status, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.Equal(calls, upstream.Paths.Count);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("Infinity")]
    [InlineData("soon")]
    [InlineData("-1")]
    public async Task Garbage_for_a_time_does_no_harm(string patience)
    {
        var (gateway, upstream) = await StartAsync(1, Answer.Error(503, Failure, ("retry-after", patience)), Answer.Whole("ok"));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
    }

    [Fact]
    public async Task The_budget_bounds_the_retries_of_all_requests_together()
    {
        var (gateway, upstream) = await StartAsync(20, Answer.Error(503, Failure));
        await using var _ = gateway;
        await using var __ = upstream;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))));
        var allowed = 40 + 100 + (0.2 * 40) + (10 * watch.Elapsed.TotalSeconds) + 2;
        Assert.InRange(upstream.Paths.Count, 100, (int)allowed);
    }

    [Fact]
    public async Task A_stream_that_fails_before_the_client_has_seen_a_byte_is_tried_again()
    {
        var oneRead = new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Half\"},\"finish_reason\":null}]}\n\n"
                + "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n");
        });
        var (gateway, upstream) = await StartAsync(1, oneRead, Answer.Stream("whole"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o"));
        Assert.DoesNotContain("Half", reply.Text, StringComparison.Ordinal);
        Assert.Contains("whole", reply.Text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_tried_again_after_the_client_has_seen_a_byte()
    {
        var (gateway, upstream) = await StartAsync(5, Speech.CutOff("Half an ans"), Answer.Stream("never"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o", ""","fallbacks":["groq/llama-3.3-70b-versatile"]"""));
        Assert.Contains("Half an ans", reply.Text, StringComparison.Ordinal);
        Assert.Contains("\"error\":{", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", reply.Text, StringComparison.Ordinal);
        Assert.Single(upstream.Paths);
    }
}
