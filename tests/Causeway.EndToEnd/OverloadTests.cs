using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>More requests than a provider has room for.</summary>
public sealed class OverloadTests
{
    private const string Room = """{"providers":{"openai":{"concurrency_and_buffer_size":{"concurrency":CONCURRENCY,"buffer_size":BUFFER}}}MORE}""";

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, int concurrency, int buffer, string more = "") => GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
        Room.Replace("CONCURRENCY", $"{concurrency}", StringComparison.Ordinal).Replace("BUFFER", $"{buffer}", StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal), "openai", "groq"));

    private static async Task<(int InFlight, int Waiting)> LoadAsync(GatewayProcess gateway)
    {
        var openai = (await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["providers"]![0]!;
        return ((int)openai["in_flight"]!, (int)openai["waiting"]!);
    }

    private static async Task UntilAsync(GatewayProcess gateway, int inFlight, int waiting)
    {
        for (var i = 0; i < 400 && await LoadAsync(gateway) != (inFlight, waiting); i++) await Task.Delay(25);
        Assert.Equal((inFlight, waiting), await LoadAsync(gateway));
    }

    [Fact]
    public async Task No_more_than_allowed_are_at_the_provider_and_the_others_wait_their_turn()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var most = 0;
        upstream.Script("openai", new Answer(async http =>
        {
            lock (upstream) most = Math.Max(most, upstream.InFlight);
            await Task.Delay(30);
            await Answer.Whole("ok").Write(http);
        }));
        await using var gateway = await StartAsync(upstream, 3, 100);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.InRange(most, 1, 3);
        await UntilAsync(gateway, 0, 0);
    }

    public static TheoryData<string> Apis => [.. Ask.Apis];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Who_finds_no_room_is_told_when_to_come_back_in_its_own_dialect(string api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        await using var gateway = await StartAsync(upstream, 1, 100, ""","client":{"drop_excess_requests":true} """);
        using var leave = new CancellationTokenSource();
        var first = gateway.OpenAsync(Ask.Chat, Ask.For("openai/gpt-4o"), leave.Token);
        await UntilAsync(gateway, 1, 0);
        var (path, body) = Ask.StreamIn(api, "openai/gpt-4o");
        var reply = await gateway.PostAsync(path, body);
        Assert.Equal((503, "1"), (reply.Status, reply.Headers["retry-after"]));
        Assert.Contains("concurrency_and_buffer_size", (string?)(reply.Json["error"]?["message"] ?? reply.Json["message"]), StringComparison.Ordinal);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await UntilAsync(gateway, 0, 0);
    }

    [Fact]
    public async Task A_full_provider_is_left_for_another_and_not_tried_again()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        upstream.Script("groq", Answer.Whole("room here"));
        await using var gateway = await StartAsync(upstream, 1, 0, ""","fallbacks":{"*":["groq/llama-3.3-70b-versatile"]} """);
        using var leave = new CancellationTokenSource();
        var first = gateway.OpenAsync(Ask.Chat, Ask.For("openai/gpt-4o"), leave.Token);
        await UntilAsync(gateway, 1, 0);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
        Assert.Equal((200, "groq/llama-3.3-70b-versatile", "openai/gpt-4o 503"), (reply.Status, reply.Headers["x-causeway-model"], reply.Headers["x-causeway-attempts"]));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_leaves_the_queue()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Never);
        await using var gateway = await StartAsync(upstream, 1, 100);
        using var leave = new CancellationTokenSource();
        using var leaveQueue = new CancellationTokenSource();
        var first = gateway.OpenAsync(Ask.Chat, Ask.For("openai/gpt-4o"), leave.Token);
        await UntilAsync(gateway, 1, 0);
        var queued = Enumerable.Range(0, 10).Select(i => gateway.OpenAsync(Ask.Chat, i % 2 == 0 ? Ask.For("openai/gpt-4o") : Ask.Stream("openai/gpt-4o"), leaveQueue.Token)).ToList();
        await UntilAsync(gateway, 1, 10);
        await leaveQueue.CancelAsync();
        foreach (var one in queued) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await UntilAsync(gateway, 1, 0);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await UntilAsync(gateway, 0, 0);
        Assert.Single(upstream.Paths);
    }

    [Fact]
    public async Task One_that_asks_a_lot_does_not_make_another_wait_for_all_of_it()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("ok").After(60));
        await using var gateway = await StartAsync(upstream, 1, 100);
        var many = Enumerable.Range(0, 20).Select(_ => gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("authorization", "Bearer greedy"))).ToList();
        await UntilAsync(gateway, 1, 15);
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("authorization", "Bearer modest"));
        Assert.InRange(many.Count(one => !one.IsCompleted), 5, 20);
        Assert.All(await Task.WhenAll(many), reply => Assert.Equal(200, reply.Status));
    }

    [Fact]
    public async Task A_pause_before_a_retry_takes_no_room()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Error(503, "{}", ("retry-after", "3")), Answer.Whole("ok"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address,
            """{"providers":{"openai":{"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":0},"network_config":{"max_retries":1}}}}""", "openai"));
        var waits = gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));
        await ScriptedUpstream.UntilAsync(() => upstream.Paths.Count == 1);
        await UntilAsync(gateway, 0, 0);
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"))).Status);
        Assert.Equal(200, (await waits).Status);
    }
}
