using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;
using Causeway.Storage.Contract.Postgres;

namespace Causeway.EndToEnd;

/// <summary>Three gateways on one PostgreSQL have one rate limit: together they admit no more than it says in any stretch of its length, and nearly all of it.</summary>
[Collection(nameof(LoadTests))]
public sealed class ClusterLimitTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int Limit = 60;
    private const int Seconds = 4;

    [Fact]
    public async Task A_rate_limit_holds_over_three_gateways_in_every_window()
    {
        var database = await server.CreateAsync();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        var gateways = new List<GatewayProcess>();
        for (var i = 0; i < 3; i++)
        {
            var config = GatewayProcess.ConfigOf(upstream.Address, "openai");
            config["governance"] = JsonNode.Parse($$$"""{"virtual_keys":[{"name":"few","value":"vk-few","rate_limit":{"request_max_limit":{{{Limit}}},"request_reset_duration":"{{{Seconds}}}s"}}]}""");
            gateways.Add(await GatewayProcess.StartAsync(ClusterBudgetTests.On(config, database)));
        }

        var body = JsonNode.Parse("""{"model":"openai/gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""")!;
        var (admitted, wrong) = (new ConcurrentQueue<(long From, long To)>(), new ConcurrentQueue<string>());
        var (refused, over) = (0, Stopwatch.GetTimestamp() + (4 * Seconds * Stopwatch.Frequency));
        await Task.WhenAll(Enumerable.Range(0, 24).Select(client => Task.Run(async () =>
        {
            for (var dice = new Dice(client, 1); Stopwatch.GetTimestamp() < over;)
            {
                var from = Stopwatch.GetTimestamp();
                var reply = await gateways[client % 3].PostAsync("/v1/chat/completions", body, ("x-api-key", "vk-few"));
                if (reply.Status == 200) admitted.Enqueue((from, Stopwatch.GetTimestamp()));
                else if (reply.Status == 429) Interlocked.Increment(ref refused);
                else wrong.Enqueue(reply.Text);
                await Task.Delay(10 + dice.Next(60));
            }
        })));
        Problems.AreNone(wrong);
        var all = admitted.OrderBy(one => one.From).ToList();
        var window = Seconds * Stopwatch.Frequency;
        var (most, spanned) = (all.Max(first => all.Count(one => one.From >= first.From && one.To < first.From + window)), (all[^1].To - all[0].From) / (double)window);
        output.WriteLine($"{all.Count} admitted in {spanned:0.00} windows, {refused} refused; at most {most} of {Limit} within a window");
        Assert.InRange(most, 1, Limit);
        Assert.InRange(all.Count, Limit * 3, Limit * 5);
        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }
}
