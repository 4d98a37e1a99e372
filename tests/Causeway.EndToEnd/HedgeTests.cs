using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The next candidate is asked as well when the first shows nothing for a while.</summary>
public sealed class HedgeTests
{
    private const string Failure = """{"error":{"message":"no","type":"server_error"}}""";

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, int after) => GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
        $$$"""{"routing":{"rules":[{"name":"hedged","when":{},"to":["openai/gpt-4o","groq/llama-3.3-70b-versatile","anthropic/claude-sonnet-4-5"],"hedge_after_ms":{{{after}}}}]}}""", "openai", "groq", "anthropic"));

    private static string Model(Reply reply) => reply.Headers["x-causeway-model"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_faster_one_answers_and_the_other_is_let_go_and_paid(bool stream)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        upstream.Script("groq", stream ? Answer.Stream("quick") : Answer.Whole("quick"));
        await using var gateway = await StartAsync(upstream, 100);
        var reply = await gateway.PostAsync(Ask.Chat, stream ? Ask.Stream("x", ""","stream_options":{"include_usage":true}""") : Ask.For("x"));
        Assert.Equal("groq/llama-3.3-70b-versatile", Model(reply));
        Assert.Equal("openai/gpt-4o 499", reply.Headers["x-causeway-attempts"]);
        Assert.Contains("quick", reply.Text, StringComparison.Ordinal);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0 && upstream.Closed == 1);

        // The winner: 11 and 3 tokens; of the other at least the prompt.
        var dollars = (decimal)(await gateway.SendAsync(HttpMethod.Get, "/api/routing")).Json["rules"]![0]!["dollars"]!;
        Assert.True(dollars > (11 * 0.59m / 1e6m) + (3 * 0.79m / 1e6m), $"{dollars}");
    }

    [Fact]
    public async Task Who_is_quick_is_asked_alone()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("quick"));
        await using var gateway = await StartAsync(upstream, 20_000);
        var watch = Stopwatch.StartNew();
        Assert.Equal("openai/gpt-4o", Model(await gateway.PostAsync(Ask.Chat, Ask.For("x"))));
        Assert.Single(upstream.Paths);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task A_failure_wins_no_race()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Stream("slow but sure").After(800));
        upstream.Script("groq", Answer.Error(503, Failure));
        await using var gateway = await StartAsync(upstream, 100);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("x"));
        Assert.Equal("openai/gpt-4o", Model(reply));
        Assert.Contains("slow but sure", reply.Text, StringComparison.Ordinal);
        Assert.Equal(2, upstream.Paths.Count);
    }

    [Fact]
    public async Task When_both_fail_the_next_one_is_asked()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Error(500, Failure).After(500));
        upstream.Script("groq", Answer.Error(503, Failure).After(500));
        upstream.Script("anthropic", Speech.Of("third"));
        await using var gateway = await StartAsync(upstream, 50);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("x"));
        Assert.Equal("anthropic/claude-sonnet-4-5", Model(reply));
        Assert.Contains("third", reply.Text, StringComparison.Ordinal);
        Assert.Equal(2, reply.Headers["x-causeway-attempts"].Split(", ").Length);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_both()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        upstream.Script("groq", Answer.Never);
        await using var gateway = await StartAsync(upstream, 50);
        using var leave = new CancellationTokenSource();
        var asked = gateway.OpenAsync(Ask.Chat, Ask.Stream("x"), leave.Token);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 2);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0 && upstream.Closed == 2);
        Assert.DoesNotContain("failed inside", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Races_that_end_at_the_same_moment_mix_nothing_up()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var openai = Enumerable.Range(0, 40).Select(i => i % 5 == 4 ? Answer.Error(500, Failure).After(60) : Speech.Of("from ", "openai", " alone").After(40 + (i % 7 * 8))).ToArray();
        upstream.Script("openai", openai);
        upstream.Script("groq", Speech.Of("from ", "groq", " alone").After(20));
        upstream.Script("anthropic", Speech.Of("from ", "anthropic", " alone"));
        await using var gateway = await StartAsync(upstream, 30);
        for (var round = 0; round < 4; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => gateway.PostAsync(i % 2 == 0 ? Ask.Chat : Ask.Messages, Ask.Stream("x", ",\"max_tokens\":9"))));
            foreach (var reply in replies)
            {
                Assert.Equal(200, reply.Status);
                var name = Model(reply).Split('/')[0];
                var text = string.Concat(reply.Events.Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!).Select(data =>
                    (data["choices"] is JsonArray { Count: > 0 } choices ? (string?)choices[0]!["delta"]?["content"] : (string?)data["delta"]?["text"]) ?? ""));
                Assert.Equal($"from {name} alone", text);
            }
        }

        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
        Assert.DoesNotContain("failed inside", gateway.Log, StringComparison.Ordinal);
    }
}
