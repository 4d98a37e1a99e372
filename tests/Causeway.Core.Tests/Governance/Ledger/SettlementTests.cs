using Causeway.Core.Catalog;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Governance.Ledger;

public sealed class SettlementTests
{
    private const string Config = """
        {"providers":{"openai":{"keys":[{"value":"a"}]},"mystery":{"keys":[{"value":"b"}],"custom_provider_config":{"base_provider_type":"openai"}}},
         "governance":{"virtual_keys":[{"id":"vk-1","name":"tests","value":"sk-cw-1","team_id":"t1"}],"teams":[{"id":"t1","name":"team"}]}}
        """;

    private static readonly Usage Thousand = new() { InputTokens = 1000, CacheReadTokens = 100, OutputTokens = 100, ReasoningTokens = 10 };

    private readonly List<LedgerEntry> _rows = [];

    private async Task<Exchange> ExchangeAsync(string model, bool isFull = false)
    {
        var gateway = TestExchange.Gateway(Config);
        var exchange = await TestExchange.OfAsync(gateway, new Sink(_rows, isFull), DialectId.OpenAIChat, $$"""{"model":"{{model}}"}""");
        exchange.Caller = gateway.Config.VirtualKeys[0] with { CustomerId = "c1", UserId = "u1" };
        await new Route(TimeProvider.System).InvokeAsync(exchange, _ => ValueTask.CompletedTask);
        Assert.Null(exchange.Error);
        return exchange;
    }

    private static Attempt Attempt(Exchange exchange, int status, Usage? usage) => new(exchange.Candidates[0], "main", status, TimeSpan.Zero, null, usage);

    [Fact]
    public async Task An_answer_is_written_down_with_its_payers_and_its_cost()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        Assert.Null(Settlement.Settle(exchange, Attempt(exchange, 200, Thousand), TimeProvider.System));
        var row = Assert.Single(_rows);
        Assert.Equal(("vk-1", "t1", "c1", "u1"), (row.VirtualKey, row.Team, row.Customer, row.User));
        Assert.Equal(("openai", "main", "gpt-4o", "openai/gpt-4o", 200), (row.Provider, row.Key, row.Model, row.Asked, row.Status));
        Assert.Equal((1000, 100, null, 100, 10, false), (row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens, row.IsEstimate));
        Assert.Equal(exchange.Gateway.Prices.PriceOf(null, "openai", null, "gpt-4o")!.CostOf(Thousand), row.Dollars);
        Assert.Equal(12, row.PriceVersion!.Length);
        Assert.Equal((7, 7, exchange.Id), (row.Id.Version, row.Exchange.Version, row.Exchange));
    }

    [Fact]
    public async Task Each_attempt_that_a_provider_worked_for_is_written_down_once()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        exchange.Trail.AddRange([Attempt(exchange, 503, null), Attempt(exchange, 502, Thousand), Attempt(exchange, 499, null)]);
        Settlement.Settle(exchange, Attempt(exchange, 200, Thousand), TimeProvider.System);
        Assert.Equal([502, 499, 200], _rows.Select(row => row.Status));
        Assert.True(_rows[1] is { InputTokens: > 0, OutputTokens: 0, IsEstimate: true, Dollars: > 0 });
        exchange.Trail.Add(Attempt(exchange, 200, Thousand) with { IsSettled = true });
        exchange.Trail.Add(Attempt(exchange, 499, Thousand));   // noted late
        for (var i = 0; i < 3; i++) Settlement.Finish(exchange, TimeProvider.System);
        Assert.Equal([502, 499, 200, 499], _rows.Select(row => row.Status));
        Assert.Single(_rows.Select(row => row.Exchange).Distinct());
        Assert.Equal(4, _rows.Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_is_not_known_stays_unknown()
    {
        using var unpriced = await ExchangeAsync("mystery/some-model");
        Settlement.Settle(unpriced, Attempt(unpriced, 200, Thousand), TimeProvider.System);
        Assert.True(_rows[0] is { Dollars: null, PriceVersion: null, InputTokens: 1000 });
        using var uncounted = await ExchangeAsync("openai/gpt-4o");
        Settlement.Settle(uncounted, Attempt(uncounted, 200, null), TimeProvider.System);
        Assert.True(_rows[1] is { Dollars: null, PriceVersion: not null, InputTokens: null, OutputTokens: null });
    }

    [Fact]
    public async Task When_it_cannot_be_written_the_answer_is_refused_and_nothing_counts_as_written()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o", isFull: true);
        exchange.Trail.Add(Attempt(exchange, 502, Thousand));
        var error = Settlement.Settle(exchange, Attempt(exchange, 200, Thousand), TimeProvider.System);
        Assert.True(error is { Status: 503, Code: Settlement.Unavailable });
        Assert.False(exchange.Trail[0].IsSettled);
        Assert.True(Settlement.Check(exchange) is { Status: 503, Code: Settlement.Unavailable });
        exchange.Trail.Add(Attempt(exchange, 503, Thousand));   // the answer that was refused
        for (var i = 0; i < 2; i++) Settlement.Finish(exchange, TimeProvider.System);
        Assert.Equal([502, 503], _rows.Select(row => row.Status));   // it was paid for: later is better than never
    }

    [Fact]
    public async Task A_name_of_megabytes_is_cut()
    {
        using var exchange = await ExchangeAsync("openai/" + new string('x', 3000));
        Settlement.Settle(exchange, Attempt(exchange, 200, Thousand), TimeProvider.System);
        Assert.Equal((512, 512), (_rows[0].Model.Length, _rows[0].Asked.Length));
    }

    [Fact]
    public void Prices_have_a_version_that_is_their_own_and_stays()
    {
        var price = new Price { Input = 2.5m, Output = 10m };
        Assert.Equal(price.Version, new Price { Input = 2.50m, Output = 10.000m }.Version);
        Price[] others =
        [
            price, price with { Input = 2.4m }, price with { Input = 25m }, price with { Output = 9m }, price with { CacheRead = 2.5m }, price with { CacheRead = 0 },
            price with { CacheWrite = 2.5m }, price with { CacheWriteHour = 2.5m }, price with { Tiers = [new PriceTier(200_000, price)] }, price with { Tiers = [new PriceTier(100_000, price)] },
        ];
        Assert.Equal(others.Length, others.Select(other => other.Version).Distinct().Count());
        Assert.Equal("e3c1df3daa59", price.Version);   // it is in databases
    }

    private sealed class Sink(List<LedgerEntry> rows, bool isFull) : ILedger
    {
        public bool HasRoom => !isFull;

        public void AppendLate(IReadOnlyList<LedgerEntry> entries) => rows.AddRange(entries);

        public void Append(IReadOnlyList<LedgerEntry> entries)
        {
            if (isFull) throw new IOException("no space left on device");
            rows.AddRange(entries);
        }
    }
}
