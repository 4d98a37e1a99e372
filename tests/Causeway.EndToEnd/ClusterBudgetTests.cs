using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;
using Causeway.Storage.Contract.Postgres;

namespace Causeway.EndToEnd;

/// <summary>Three gateways on one PostgreSQL spend one budget: together no cent more than there is, and nearly all of it, whoever is killed.</summary>
[Collection(nameof(LoadTests))]
public sealed class ClusterBudgetTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int Clients = 200;
    private const decimal Cap = 1.00m;
    private const decimal Usable = 0.97m;

    private static readonly string TooMuch = ClientVoice.All[0].Body("steady/m-0", RawUpstream.Prompt(0) + new string('x', 20_000), stream: false);

    internal static JsonObject On(JsonObject config, PostgresStoreConfig database, int leaseSeconds = 60)
    {
        config["config_store"] = new JsonObject
        {
            ["enabled"] = true, ["type"] = "postgres",
            ["config"] = new JsonObject
            {
                ["host"] = database.Host, ["port"] = database.Port, ["user"] = database.User, ["password"] = database.Password, ["db_name"] = database.Database, ["ssl_mode"] = "disable",
                ["max_open_conns"] = 8, ["lease_seconds"] = leaseSeconds,
            },
        };
        return config;
    }

    private async Task<List<GatewayProcess>> StartAsync(Func<JsonObject> config)
    {
        var gateways = new List<GatewayProcess>();
        for (var i = 0; i < 3; i++) gateways.Add(await GatewayProcess.StartAsync(config()));
        return gateways;
    }

    /// <summary>What the database has: the sum of the rows, what is used, what is held, and how many rows there are twice.</summary>
    private async Task<(decimal Rows, decimal Used, decimal Held)> TotalsAsync(PostgresStoreConfig database)
    {
        var lines = await server.LinesAsync(database.Database, """
            SELECT coalesce(sum(dollars), 0)::text FROM ledger UNION ALL SELECT coalesce(sum(dollars), 0)::text FROM budget_use
            UNION ALL SELECT coalesce(sum(greatest(granted_dollars - reported_dollars, 0)), 0)::text FROM budget_lease
            """);
        var numbers = lines.Select(line => decimal.Parse(line, CultureInfo.InvariantCulture)).ToList();
        return (numbers[0], numbers[1], numbers[2]);
    }

    [Fact]
    public async Task Two_hundred_clients_of_three_gateways_spend_the_budget_and_not_more()
    {
        var database = await server.CreateAsync();
        await using var upstream = new FlakyUpstream();
        var gateways = await StartAsync(() => On(BudgetTests.Config(upstream), database));
        var spenders = new Spenders(client => gateways[client % 3].Port, mayWait: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await spenders.RunAsync(Clients);
        var trips = (await server.LinesAsync(database.Database, $"SELECT xact_commit::text FROM pg_stat_database WHERE datname = '{database.Database}'")).Single();
        output.WriteLine($"{spenders.Answers} answers and {spenders.Left} clients that left in {watch.Elapsed}, {spenders.ToldToComeAgain} told to come again, with {trips} transactions of the database");
        Problems.AreNone(spenders.Wrong);
        var shown = new List<decimal>();
        foreach (var gateway in gateways)
        {
            var late = await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", TooMuch, ("x-bf-vk", "vk-spender"));
            Assert.Equal((402, "budget_exceeded"), (late.Status, (string?)late.Json["error"]!["code"]));
        }

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);   // what is held goes back, and all hear what others have spent
        foreach (var gateway in gateways)
        {
            var status = Assert.Single((await gateway.SendAsync(HttpMethod.Get, "/api/budgets")).Json["budgets"]!.AsArray())!;
            Assert.Equal(0, (decimal)status["reserved_dollars"]!);
            shown.Add((decimal)status["dollars"]!);
        }

        foreach (var gateway in gateways) Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)), "it did not stop: " + gateway.Log);
        var (rows, used, held) = await TotalsAsync(database);
        output.WriteLine($"{rows} of {Cap} dollars in the ledger, {used} used, {held} held; the gateways show {string.Join(", ", shown)}; {spenders.Refusals.Count} were refused");
        Assert.InRange(rows, Usable, Cap);
        Assert.Equal((rows, 0m), (used, held));
        Assert.All(shown, dollars => Assert.Equal(rows, dollars));
        Assert.Equal(Clients, spenders.Refusals.Count);
        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_that_is_killed_and_started_again_spends_nothing_twice()
    {
        var database = await server.CreateAsync();
        await using var upstream = new FlakyUpstream();
        var gateways = await StartAsync(() => On(BudgetTests.Config(upstream), database));
        var spenders = new Spenders(client => gateways[client % 3].Port, mayBreak: true, mayWait: true);
        var spending = spenders.RunAsync(Clients);
        var kills = 0;
        for (; !spending.IsCompleted && kills < 8; kills++)
        {
            await Task.WhenAny(spending, Task.Delay(300, TestContext.Current.CancellationToken));
            await gateways[kills % 3].KillAndRestartAsync();
            Assert.InRange((await TotalsAsync(database)) is var (_, used, held) ? used + held : 0, 0, Cap);
        }

        await spending;
        Problems.AreNone(spenders.Wrong);
        foreach (var gateway in gateways) Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)), "it did not stop: " + gateway.Log);
        var (rows, after, left) = await TotalsAsync(database);
        output.WriteLine($"{kills} kills, {spenders.Answers} answers, {spenders.Cut} cut off: {rows} of {Cap} dollars in the ledger, {after} used, {left} held");
        Assert.InRange(rows, Usable, Cap);
        Assert.Equal((rows, 0m), (after, left));
        Assert.True(kills > 1 && spenders.Cut > kills, "the kills came when nothing was under way");
        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_database_a_gateway_spends_what_it_holds_then_refuses_and_goes_on_when_it_is_back()
    {
        var database = await server.CreateAsync();
        await using var upstream = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(On(BudgetTests.Config(upstream), database, leaseSeconds: 4));
        async Task<(int, string?)> AskAsync()
        {
            var reply = await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", ClientVoice.All[0].Body("steady/m-1", RawUpstream.Prompt(1), stream: false), ("x-bf-vk", "vk-spender"));
            return (reply.Status, reply.Status == 200 ? null : (string?)reply.Json["error"]!["code"]);
        }

        for (var i = 0; i < 20; i++) Assert.Equal((200, null), await AskAsync());   // so that it holds something for the next ones
        await server.FreezeAsync(true);
        try
        {
            var (served, last) = (0, (Status: 200, Code: (string?)null));
            for (; last.Status == 200 && served < 10_000; served++) last = await AskAsync();
            output.WriteLine($"{served - 1} answers without the database, then {last}");
            Assert.True(served > 1, "nothing was served from the lease");
            Assert.Equal((503, "budget_store_unavailable"), last);
            Assert.Equal((503, "budget_store_unavailable"), await AskAsync());
        }
        finally
        {
            await server.FreezeAsync(false);
        }

        var back = await AskAsync();
        for (var tries = 0; back.Item1 != 200 && tries < 100; tries++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            back = await AskAsync();
        }

        Assert.Equal((200, null), back);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)), "it did not stop: " + gateway.Log);
        var (rows, used, held) = await TotalsAsync(database);
        Assert.Equal((rows, 0m), (used, held));
    }
}
