using System.Diagnostics;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>How long things may take: the head, the first content, silence, the end, and the whole.</summary>
public sealed class TimeoutTests
{
    private const string Fallback = """,  "fallbacks":["groq/llama-3.3-70b-versatile"]""";

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, string network, string more = "") =>
        GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, $$$"""{"providers":{"openai":{"network_config":{{{network}}} } }{{{more}}} }""", "openai", "groq"));

    /// <summary>Signs of life without end and no content.</summary>
    private static readonly Answer Chatter = new(async http =>
    {
        http.Response.ContentType = "text/event-stream";
        while (true)
        {
            await http.Response.WriteAsync(": still thinking\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(50, http.RequestAborted);
        }
    });

    [Fact]
    public async Task The_first_content_must_come_in_time_whatever_else_comes()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never, Chatter);
        upstream.Script("groq", Answer.Stream("quick"));
        await using var gateway = await StartAsync(upstream, """{"first_token_timeout_in_seconds":0.4}""");
        for (var i = 0; i < 2; i++)
        {
            var watch = Stopwatch.StartNew();
            var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o", Fallback));
            Assert.Equal("groq/llama-3.3-70b-versatile", reply.Headers["x-causeway-model"]);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        }

        var alone = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o"));
        Assert.Equal(504, alone.Status);
        Assert.Contains("no content within 0.4 s", alone.Text, StringComparison.Ordinal);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_must_come_in_time()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        await using var gateway = await StartAsync(upstream, """{"default_request_timeout_in_seconds":0.4,"first_token_timeout_in_seconds":0.1}""");
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
        Assert.Equal(504, reply.Status);
        Assert.Contains("did not answer within 0.4 s", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_in_the_middle_ends_the_stream_with_an_error()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Speech.Halting(60_000, atOnce: false, "Well, ", "and then"));
        await using var gateway = await StartAsync(upstream, """{"stream_idle_timeout_in_seconds":0.4}""");
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o"));
        Assert.Equal(200, reply.Status);
        Assert.Contains("was silent for 0.4 s", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", reply.Text, StringComparison.Ordinal);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
    }

    [Fact]
    public async Task The_deadline_covers_all_attempts_and_the_wait_for_room()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        upstream.Script("groq", Answer.Never);
        await using var gateway = await StartAsync(upstream, """{"max_retries":3}""", ""","routing":{"deadline_in_seconds":1} """);
        var watch = Stopwatch.StartNew();
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o", Fallback));
        Assert.Equal((504, "deadline_exceeded"), (reply.Status, (string)reply.Json["error"]!["code"]!));
        Assert.InRange(watch.ElapsedMilliseconds, 900, 20_000);
        Assert.Single(upstream.Paths);   // there was no time left for others

        await using var crowded = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
            """{"providers":{"openai":{"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":5}}},"routing":{"rules":[{"name":"hurry","when":{"headers":{"x-hurry":"*"}},"to":"openai/gpt-4o","deadline_in_seconds":0.5}]}}""", "openai"));
        using var leave = new CancellationTokenSource();
        var first = crowded.OpenAsync(Ask.Chat, Ask.For("openai/gpt-4o"), leave.Token);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 1);
        var late = await crowded.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("x-hurry", "yes"));
        Assert.Equal((504, "deadline_exceeded"), (late.Status, (string)late.Json["error"]!["code"]!));
        Assert.Equal(2, upstream.Paths.Count);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task The_deadline_is_met_by_the_first_content()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Speech.Halting(2500, atOnce: false, "Well, ", "here it is."));
        await using var gateway = await StartAsync(upstream, "{}", ""","routing":{"deadline_in_seconds":1.5} """);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/gpt-4o"));
        Assert.Contains("here it is.", reply.Text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_whose_finish_has_come_is_complete_whether_its_stream_ends_or_not(bool dies)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var choice in (string[])["{\"role\":\"assistant\",\"content\":\"All of it.\"},\"finish_reason\":null", "{},\"finish_reason\":\"stop\""])
                await http.Response.WriteAsync("data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + choice + "}]}\n\n");
            await http.Response.Body.FlushAsync();
            await Task.Delay(100);
            if (dies) http.Abort();
            else await Chatter.Write(http);
        }));
        await using var gateway = await StartAsync(upstream, "{}");
        foreach (var (path, body, end) in new[] { (Ask.Chat, Ask.Stream("openai/gpt-4o"), "[DONE]"), (Ask.Messages, Ask.Stream("openai/gpt-4o", ",\"max_tokens\":9"), "message_stop") })
        {
            var reply = await gateway.PostAsync(path, body);
            Assert.Contains("All of it.", reply.Text, StringComparison.Ordinal);
            Assert.Contains(end, reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("error", reply.Text, StringComparison.Ordinal);
        }

        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
    }
}
