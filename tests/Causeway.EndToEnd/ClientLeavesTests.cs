using System.Diagnostics;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Clients that leave: the upstream is let go at once, nobody is asked for nobody, and what was used is paid.</summary>
public sealed class ClientLeavesTests
{
    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream) => GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
        """{"providers":{"openai":{"network_config":{"max_retries":3}}},"routing":{"rules":[{"name":"all","when":{},"to":["openai/gpt-4o","groq/llama-3.3-70b-versatile"],"continue_streams":true}]}}""", "openai", "groq"));

    private static async Task<decimal> DollarsAsync(GatewayProcess gateway)
    {
        for (var i = 0; i < 200; i++)
        {
            var rule = (await gateway.SendAsync(HttpMethod.Get, "/api/routing")).Json["rules"]![0]!;
            if ((decimal)rule["dollars"]! > 0) return (decimal)rule["dollars"]!;
            await Task.Delay(25);
        }

        return 0;
    }

    [Theory]
    [InlineData(Ask.Chat)]
    [InlineData(Ask.Messages)]
    public async Task In_the_middle_of_a_stream(string path)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Speech.Halting(60_000, atOnce: false, "Once upon a time, there was", "never"));
        upstream.Script("groq", Speech.Of("never"));
        await using var gateway = await StartAsync(upstream);
        var watch = new Stopwatch();
        using (var answer = await gateway.OpenAsync(path, Ask.Stream("x", ",\"max_tokens\":99"), TestContext.Current.CancellationToken))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            Assert.True(await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken) > 0);
            watch.Start();
        }

        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");   // a hundredth of that on a machine at rest
        Assert.Single(upstream.Paths);
        var dollars = await DollarsAsync(gateway);
        Assert.True(dollars >= 5 * 10m / 1e6m, $"{dollars}");   // some tokens of the answer at ten dollars a million, and the prompt
        Assert.Equal("ok", (string)(await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["providers"]![0]!["status"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Before_there_is_anything(bool stream)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        upstream.Script("groq", Speech.Of("never"));
        await using var gateway = await StartAsync(upstream);
        using var leave = new CancellationTokenSource();
        var asked = gateway.OpenAsync(Ask.Chat, stream ? Ask.Stream("x") : Ask.For("x"), leave.Token);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 1);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
        Assert.True(await DollarsAsync(gateway) > 0);   // the prompt was sent
        Assert.Single(upstream.Paths);
        Assert.DoesNotContain("failed inside", gateway.Log, StringComparison.Ordinal);
    }
}
