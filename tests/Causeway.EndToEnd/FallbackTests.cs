using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>Who is asked when another fails.</summary>
public sealed class FallbackTests
{
    private const string Failure = """{"error":{"message":"no","type":"server_error"}}""";
    private const string Overflow = """{"error":{"message":"This model's maximum context length is 128000 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}""";
    private const string Filtered = """{"error":{"message":"The response was filtered","type":"invalid_request_error","code":"content_filter"}}""";

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, string more = "{}") =>
        GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, more, "openai", "groq", "anthropic"));

    private static IEnumerable<string> Asked(ScriptedUpstream upstream) => upstream.Paths.Zip(upstream.Requests, (path, body) => $"{path.Split('/')[1]}/{body["model"]}");

    [Fact]
    public async Task The_requests_own_come_first_then_those_of_the_model()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Error(503, Failure));
        upstream.Script("anthropic", Answer.Error(529, Failure));
        upstream.Script("groq", Answer.Whole("x"));
        await using var gateway = await StartAsync(upstream, """{"fallbacks":{"openai/*":["groq/llama-3.3-70b-versatile"]}}""");
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":["anthropic/claude-sonnet-4-5",{"provider":"openai","model":"gpt-4.1"}]"""));
        Assert.Equal(200, reply.Status);
        Assert.Equal(["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "openai/gpt-4.1", "groq/llama-3.3-70b-versatile"], Asked(upstream));
        Assert.Equal("openai/gpt-4o 503, anthropic/claude-sonnet-4-5 529, openai/gpt-4.1 503", reply.Headers["x-causeway-attempts"]);
    }

    [Fact]
    public async Task A_conversation_that_is_too_long_goes_to_a_larger_window_only()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Choose(body => (string)body["model"]! == "gpt-4.1" ? Answer.Whole("room enough") : Answer.Error(400, Overflow)));
        upstream.Script("groq", Answer.Whole("too small"));
        await using var gateway = await StartAsync(upstream);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":["groq/unheard-of","openai/gpt-4o-mini","openai/gpt-4.1"]"""));
        Assert.Equal(200, reply.Status);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4.1"], Asked(upstream));
        var told = await gateway.PostAsync(Ask.Messages, Ask.For("openai/gpt-4o", ""","max_tokens":5,"fallbacks":["openai/gpt-4o-mini"]"""));
        Assert.Equal(400, told.Status);
        Assert.Contains("prompt is too long", told.Text, StringComparison.Ordinal);   // upon which Claude Code compacts
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    public async Task What_a_filter_refuses_goes_to_permitted_ones_only(int status)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Error(status, Filtered));
        upstream.Script("anthropic", Answer.Error(status, Filtered));
        upstream.Script("groq", Answer.Whole("x"));
        await using (var strict = await StartAsync(upstream, """{"fallbacks":{"*":["groq/llama-3.3-70b-versatile"]}}"""))
        {
            var refused = await strict.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
            Assert.Equal(status, refused.Status);
            Assert.Equal(["openai/gpt-4o"], Asked(upstream));
        }

        await using var gateway = await StartAsync(upstream, """{"content_filter_fallbacks":{"*":["openai/gpt-4o","groq/llama-3.3-70b-versatile"]}}""");
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":["anthropic/claude-sonnet-4-5"]"""));
        Assert.Equal((200, "groq/llama-3.3-70b-versatile"), (reply.Status, reply.Headers["x-causeway-model"]));
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o", "groq/llama-3.3-70b-versatile"], Asked(upstream));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_down_after_five_times_and_asked_last()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Answer.Whole("x"));
        var nowhere = $"http://127.0.0.1:{ChildProcess.FreePort()}";
        await using var gateway = await StartAsync(upstream, $$$"""{"providers":{"openai":{"network_config":{"base_url":"{{{nowhere}}}"} } },"fallbacks":{"*":["groq/llama-3.3-70b-versatile"]}}""");
        for (var i = 0; i < 5; i++)
        {
            var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
            Assert.Equal((200, "openai/gpt-4o 502"), (reply.Status, reply.Headers["x-causeway-attempts"]));
        }

        var spared = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4.1"));
        Assert.DoesNotContain("x-causeway-attempts", spared.Headers.Keys);
        var health = (await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["providers"]!.AsArray();
        Assert.Equal("down", (string)health.First(provider => (string)provider!["name"]! == "openai")!["status"]!);
        var alone = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", ""","fallbacks":[]"""));
        Assert.Equal(200, alone.Status);
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    [InlineData("br", true)]
    [InlineData("deflate", true)]
    public async Task An_answer_that_is_not_compressed_as_it_says_is_none(string coding, bool stream)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", new Answer(async http =>
        {
            http.Response.ContentType = stream ? "text/event-stream" : "application/json";
            http.Response.Headers.ContentEncoding = coding;
            await http.Response.WriteAsync("this is not compressed at all, whatever the header says");
        }));
        upstream.Script("groq", stream ? Answer.Stream("well") : Answer.Whole("well"));
        await using var gateway = await StartAsync(upstream, """{"fallbacks":{"*":["groq/llama-3.3-70b-versatile"]}}""");
        var reply = await gateway.PostAsync(Ask.Chat, stream ? Ask.Stream("openai/gpt-4o") : Ask.For("openai/gpt-4o"));
        Assert.Equal((200, "groq/llama-3.3-70b-versatile"), (reply.Status, reply.Headers["x-causeway-model"]));
        Assert.DoesNotContain("failed inside", gateway.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    [InlineData("gemini-list")]
    [InlineData("converse")]
    public async Task A_stream_that_fails_before_its_first_content_is_taken_over_unseen(string api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("anthropic", Speech.CutOff());
        upstream.Script("groq", Speech.Of("All ", "well."));
        await using var gateway = await StartAsync(upstream, """{"fallbacks":{"*":["groq/llama-3.3-70b-versatile"]}}""");
        var (path, body) = Ask.StreamIn(api, "anthropic/claude-sonnet-4-5");
        var reply = await gateway.PostAsync(path, body);
        Assert.Equal((200, "groq/llama-3.3-70b-versatile"), (reply.Status, reply.Headers["x-causeway-model"]));
        Assert.Contains(Ask.EndOf(api), reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Ask.FailureOf(api), reply.Text, StringComparison.Ordinal);
    }
}
