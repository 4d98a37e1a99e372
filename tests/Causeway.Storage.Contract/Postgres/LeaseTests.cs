using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;
using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;

namespace Causeway.Storage.Contract.Postgres;

/// <summary>Several nodes on one real database: whatever they do and whoever dies, a budget is never passed, and what is used is the sum of the rows.</summary>
public sealed class LeaseTests(PostgresServer server, ITestOutputHelper output) : IAsyncLifetime
{
    private const decimal Cap = 1;

    private static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(60));

    private PostgresStoreConfig? _config;
    private PostgresDatabase? _database;

    private static Budget Hard(string id, decimal? dollars, string window = "monthly", long? tokens = null) =>
        new() { Id = id, Scope = new Scope(), Dollars = dollars, Tokens = tokens, Window = BudgetWindow.Parse(window)!.Value };

    public async ValueTask InitializeAsync()
    {
        _config = await server.CreateAsync();
        _database = await PostgresDatabase.OpenAsync(_config, Migration.Postgres, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _database!.DisposeAsync();
        await server.DropAsync(_config!.Database);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Four_nodes_of_which_one_is_always_killed_never_pass_a_budget_and_use_nearly_all_of_it(int seed)
    {
        Budget[] budgets = [Hard("month", Cap), Hard("rolling", 1.2m, "1h"), Hard("tokens", null, "1d", 100_000_000), Hard("soft", 0.1m) with { IsHard = false }];
        var (nodes, journals) = (new LeaseNode[4], Enumerable.Range(0, 4).Select(_ => new List<LedgerEntry>()).ToArray());
        var ids = nodes.Select(_ => Guid.NewGuid()).ToArray();
        for (var i = 0; i < 4; i++) nodes[i] = new LeaseNode(_database!, ids[i], Terms, budgets, journals[i]);
        using var over = new CancellationTokenSource();
        var watch = Task.Run(() => WatchAsync(over.Token));
        var (refused, settled, kills) = (0, 0, 0);
        var workers = Enumerable.Range(0, 48).Select(worker => Task.Run(() => WorkAsync(worker))).ToList();
        var random = new Random(seed);
        while (Volatile.Read(ref refused) == 0)
        {
            await Task.Delay(random.Next(20, 200), TestContext.Current.CancellationToken);
            var victim = random.Next(4);
            var dead = nodes[victim];
            dead.Kill();
            await dead.DisposeAsync();
            nodes[victim] = new LeaseNode(_database!, ids[victim], Terms, budgets, journals[victim]);
            kills++;
        }

        await Task.WhenAll(workers);
        foreach (var node in nodes) await node.DisposeAsync();
        await over.CancelAsync();
        var looks = await watch;
        var ledger = new PostgresLedgerStore(_database!, new Lazy<Guid>(Guid.Empty));
        var rows = await ledger.ListAsync();
        var spent = rows.Sum(row => row.Dollars!.Value);
        output.WriteLine($"{kills} kills, {settled} calls settled, {refused} refused, {spent} of {Cap} dollars spent; {looks} looks at the database");
        Assert.InRange(spent, 0.97m * Cap, Cap);
        foreach (var budget in budgets) Assert.Equal((spent, rows.Sum(row => row.InputTokens!.Value)), await UsedAsync(budget.Id));
        Assert.Equal("0", (await server.LinesAsync(_config!.Database, "SELECT coalesce(sum(greatest(granted_dollars - reported_dollars, 0)), 0)::float8::text FROM budget_lease")).Single());
        Assert.True(kills > 2 && looks > 5, "too little happened to say something");

        async Task WorkAsync(int worker)
        {
            var dice = new Random((seed * 1000) + worker);
            while (true)
            {
                var node = nodes[dice.Next(4)];
                var worst = 0.0005m * dice.Next(1, 10);
                var outcome = await node.ReserveAsync(new Worst(worst, 0, 100, 0), TimeSpan.FromSeconds(2));
                if (outcome.Refusal is { } refusal)
                {
                    if (refusal.Kind == RefusalKind.Over && worst < 0.001m)
                    {
                        Interlocked.Increment(ref refused);
                        return;
                    }

                    await Task.Delay(5);
                    continue;
                }

                if (dice.Next(3) == 0) await Task.Delay(dice.Next(30));
                if (dice.Next(8) == 0) outcome.Reservation!.Dispose();
                else if (node.Settle(outcome.Reservation!, worst * dice.Next(20, 101) / 100, dice.Next(100))) Interlocked.Increment(ref settled);
            }
        }
    }

    [Fact]
    public async Task What_a_lost_node_holds_goes_to_the_others_and_what_it_spent_is_counted_when_it_comes_back()
    {
        var terms = new LeaseTerms(TimeSpan.FromSeconds(2));
        await using var lost = new LeaseNode(_database!, Guid.NewGuid(), terms, [Hard("b", 1)], []);
        await using var other = new LeaseNode(_database!, Guid.NewGuid(), terms, [Hard("b", 1)], []);
        await Task.WhenAll(lost.Ready, other.Ready);
        var call = (await lost.ReserveAsync(new Worst(0.8m, 0, 0, 0))).Reservation!;
        lost.IsCut = true;
        Assert.NotNull((await other.ReserveAsync(new Worst(0.9m, 0, 0, 0))).Reservation);
        Assert.Equal(RefusalKind.CutOff, (await lost.ReserveAsync(new Worst(0.01m, 0, 0, 0))).Refusal!.Kind);
        lost.IsCut = false;
        Assert.True(lost.Settle(call, 0.05m, 7));
        while ((await UsedAsync("b")).Dollars == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal((0.05m, 7), await UsedAsync("b"));
        while (lost.Problem is not null) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.NotNull((await lost.ReserveAsync(new Worst(0.05m, 0, 0, 0))).Reservation);   // it goes on by itself
    }

    [Fact]
    public async Task Of_two_processes_of_one_node_the_later_one_spends()
    {
        var id = Guid.NewGuid();
        await using var first = new LeaseNode(_database!, id, Terms, [Hard("b", 1)], []);
        await first.Ready;
        Assert.NotNull((await first.ReserveAsync(new Worst(0.6m, 0, 0, 0))).Reservation);
        await using var second = new LeaseNode(_database!, id, Terms, [Hard("b", 1)], []);
        await second.Ready;
        Assert.NotNull((await second.ReserveAsync(new Worst(0.9m, 0, 0, 0))).Reservation);
        while (first.Problem is null) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Contains("another gateway has started as the node", first.Problem, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.CutOff, (await first.ReserveAsync(new Worst(0.01m, 0, 0, 0))).Refusal!.Kind);
    }

    [Fact]
    public async Task A_budget_that_is_new_or_other_than_before_or_rated_anew_is_counted_from_the_ledger()
    {
        var ledger = new PostgresLedgerStore(_database!, new Lazy<Guid>(Guid.Empty));
        var now = TimeProvider.System.GetUtcNow();
        var rows = Enumerable.Range(0, 4).Select(i => Entries.Number(i) with { Time = now.AddSeconds(-i), Model = i == 3 ? "other" : "gpt-4o" }).ToArray();
        await ledger.AddAsync(rows);
        var store = new PostgresLeaseStore(_database!, new Lazy<Guid>(Guid.NewGuid()));
        Budget[] budgets = [Hard("all", 10), Hard("model", 10, "1h") with { Scope = new Scope { Model = "gpt-*" } }];
        await CountAsync();
        Assert.Equal(((1m, 52L), (0.75m, 39L)), (await UsedAsync("all"), await UsedAsync("model")));
        await CountAsync();
        Assert.Equal((1m, 52L), await UsedAsync("all"));
        budgets[1] = budgets[1] with { Scope = new Scope { Model = "other" } };
        await CountAsync();
        Assert.Equal((0.25m, 13L), await UsedAsync("model"));
        await ledger.RateAsync([new LedgerRating(rows[3].Id, 2, null)], TestContext.Current.CancellationToken);
        await CountAsync();
        Assert.Equal(((2.75m, 52L), (2m, 13L)), (await UsedAsync("all"), await UsedAsync("model")));
        await store.CountAsync([budgets[0]], TestContext.Current.CancellationToken);   // the other one is counted by nobody
        await ledger.AddAsync(Entries.Number(9) with { Time = now, Model = "other" });
        await CountAsync();
        Assert.Equal((2.25m, 26L), await UsedAsync("model"));

        Task CountAsync() => store.CountAsync(budgets, TestContext.Current.CancellationToken);
    }

    private async Task<(decimal Dollars, long Tokens)> UsedAsync(string budget)
    {
        var line = (await server.LinesAsync(_config!.Database, $"SELECT coalesce(sum(dollars), 0) || ' ' || coalesce(sum(tokens), 0) FROM budget_use WHERE budget = '{budget}'")).Single().Split(' ');
        return (decimal.Parse(line[0], System.Globalization.CultureInfo.InvariantCulture), long.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Looks again and again at what is used and leased of all budgets in one moment; how often.</summary>
    private async Task<int> WatchAsync(CancellationToken over)
    {
        const string Totals = """
            SELECT budget || ': ' || sum(dollars) FROM (
              SELECT budget, dollars FROM budget_use UNION ALL SELECT budget, greatest(granted_dollars - reported_dollars, 0) FROM budget_lease) AS parts
            GROUP BY budget HAVING sum(dollars) > CASE budget WHEN 'month' THEN 1 WHEN 'rolling' THEN 1.2 ELSE 1000 END
            """;
        for (var looks = 0; ; looks++)
        {
            Assert.Empty(await server.LinesAsync(_config!.Database, Totals));
            if (over.IsCancellationRequested) return looks;
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
