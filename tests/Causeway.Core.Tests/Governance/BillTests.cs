using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Governance;

public sealed class BillTests
{
    private const string Providers = """ "providers":{"openai":{"keys":[{"value":"a"}]},"mystery":{"keys":[{"value":"b"}],"custom_provider_config":{"base_provider_type":"openai"}}} """;
    private const string Cheap = """ "routing":{"rules":[{"name":"cheap","when":{"tokens":{"below":1000}},"to":"openai/gpt-4o-mini"}]} """;

    private static readonly Usage Thousand = new() { InputTokens = 1000, OutputTokens = 100 };

    private static async Task<Exchange> ExchangeAsync(string model, string config = Providers)
    {
        var exchange = await TestExchange.OfAsync(TestExchange.Gateway("{" + config + "}"), DialectId.OpenAIChat, $$"""{"model":"{{model}}"}""");
        await new Route(TimeProvider.System).InvokeAsync(exchange, _ => ValueTask.CompletedTask);
        Assert.Null(exchange.Error);
        exchange.Answering = exchange.Candidates[0];
        return exchange;
    }

    private static Attempt Attempt(Exchange exchange, int status, Usage? usage) => new(exchange.Candidates[0], null, status, TimeSpan.Zero, null, usage);

    [Fact]
    public async Task Every_attempt_that_used_something_is_paid()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        exchange.Trail.AddRange([Attempt(exchange, 503, null), Attempt(exchange, 499, Thousand), Attempt(exchange, 200, Thousand)]);
        Assert.Equal(2 * (0.0025m + 0.001m), Bill.Of(exchange).Dollars);   // gpt-4o: 2.50 and 10 dollars a million
    }

    [Fact]
    public async Task What_has_no_price_or_was_not_counted_makes_the_cost_unknown_not_zero()
    {
        using var unpriced = await ExchangeAsync("mystery/some-model");
        unpriced.Trail.Add(Attempt(unpriced, 200, Thousand));
        Assert.Null(Bill.Of(unpriced).Dollars);
        using var uncounted = await ExchangeAsync("openai/gpt-4o");
        uncounted.Trail.Add(Attempt(uncounted, 200, null));
        Assert.Null(Bill.Of(uncounted).Dollars);
        using var failed = await ExchangeAsync("openai/gpt-4o");
        failed.Trail.Add(Attempt(failed, 503, null));
        Assert.Equal(0, Bill.Of(failed).Dollars);
    }

    [Fact]
    public async Task An_answer_that_nobody_counted_costs_what_budgets_had_set_aside_and_the_ledger_says_so()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        var books = new Books([BooksTests.Of("b", 1)]);
        var funds = books.Reserve(null, "openai", "gpt-4o", new Worst(0.02m, 0.000_02m, 800, 1000), DateTimeOffset.UnixEpoch, out _)!;
        var row = Assert.Single(LedgerEntries.Of(exchange, [Attempt(exchange, 200, null) with { Funds = funds }], TimeProvider.System));
        Assert.Equal((0.04m, 800, 1000, true), (row.Dollars, row.InputTokens, row.OutputTokens, row.IsEstimate));
        Assert.Empty(row.Bookings);   // there is one node only
    }

    [Fact]
    public async Task The_input_of_an_answer_that_nobody_waited_for_is_estimated()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        exchange.Trail.AddRange([Attempt(exchange, 503, null), Attempt(exchange, 499, new Usage { OutputTokens = 7, IsEstimate = true }), Attempt(exchange, 499, null)]);
        Bill.Estimate(exchange, TimeProvider.System);
        Assert.Null(exchange.Trail[0].Usage);
        Assert.True(exchange.Trail[1].Usage is { InputTokens: > 0, OutputTokens: 7, IsEstimate: true });
        Assert.True(exchange.Trail[2].Usage is { InputTokens: > 0, OutputTokens: 0, IsEstimate: true });
        Assert.True(Bill.Of(exchange).Dollars > 0);
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("claude-sonnet-4-5")]   // of a vendor that is not configured: its own price
    public async Task The_saving_of_a_rule_is_told(string asked)
    {
        using var exchange = await ExchangeAsync(asked, Providers + "," + Cheap);
        Assert.Equal("openai/gpt-4o-mini", exchange.Candidates[0].ToString());
        exchange.Usage = Thousand;
        exchange.Trail.Add(Attempt(exchange, 200, Thousand));
        var cost = 0.00015m + 0.00006m;                       // gpt-4o-mini: 0.15 and 0.60 dollars a million
        var would = asked == "openai/gpt-4o" ? 0.0025m + 0.001m : 0.003m + 0.0015m;   // claude-sonnet-4-5: 3 and 15
        var bill = Bill.Of(exchange);
        Assert.Equal((cost, would - cost), (bill.Dollars, bill.SavedDollars));
    }

    [Fact]
    public async Task Without_a_rule_nothing_is_saved()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o-mini");
        exchange.Usage = Thousand;
        exchange.Trail.Add(Attempt(exchange, 200, Thousand));
        Assert.Null(Bill.Of(exchange).SavedDollars);
    }
}
