using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Recording;

public sealed class GatewayMetricsTests
{
    private const string Providers = """ "providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b"}]}} """;

    private static readonly VirtualKey Ada = new() { Name = "ada", Id = "ada", Hash = new byte[32], TeamId = "web" };

    private readonly MetricRegistry _registry = new();
    private readonly GatewayMetrics _metrics;

    public GatewayMetricsTests() => _metrics = new GatewayMetrics(_registry);

    private static async Task<Exchange> ExchangeAsync(string model, string config = Providers)
    {
        var exchange = await TestExchange.OfAsync(TestExchange.Gateway("{" + config + "}"), DialectId.OpenAIChat, $$"""{"model":"{{model}}"}""");
        exchange.Candidates = [Target(exchange, model)];
        exchange.Answering = exchange.Candidates[0];
        return exchange;
    }

    private static Candidate Target(Exchange exchange, string name) => new(exchange.Gateway.Find(name.Split('/')[0])!, name.Split('/', 2)[1], exchange.Gateway.Catalog);

    private static Attempt Attempt(Candidate target, int status, Usage? usage = null, string? why = null) => new(target, null, status, TimeSpan.FromSeconds(1), why, usage);

    private void End(Exchange exchange)
    {
        _metrics.Begin();
        exchange.Bill = Bill.Of(exchange);
        _metrics.End(exchange, TimeSpan.FromSeconds(2), Outcome.StatusOf(exchange));
    }

    /// <summary>What is not 0 of what begins so, without that.</summary>
    private string[] Of(string name)
    {
        using var body = new PooledBuffer();
        _registry.Write(body, MetricsFormat.Text);
        return [.. Encoding.UTF8.GetString(body.Span).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)).Select(line => line[name.Length..])];
    }

    [Fact]
    public async Task Each_attempt_counts_and_costs_what_the_ledger_says()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        var (first, second) = (exchange.Candidates[0], Target(exchange, "groq/llama-3.3-70b-versatile"));
        var usage = new Usage { InputTokens = 1000, OutputTokens = 100, CacheReadTokens = 300, CacheWriteTokens = 20, ReasoningTokens = 7 };
        exchange.Trail.AddRange([Attempt(first, 503), Attempt(first, 499, usage), Attempt(second, 200, usage)]);
        exchange.Answering = second;
        exchange.RequestLosses.Add("a", "b");
        exchange.RequestLosses.Add("a", "b");
        End(exchange);
        Assert.Equal(["{provider=\"openai\",model=\"gpt-4o\",outcome=\"server_error\"} 1", "{provider=\"openai\",model=\"gpt-4o\",outcome=\"abandoned\"} 1", "{provider=\"groq\",model=\"llama-3.3-70b-versatile\",outcome=\"ok\"} 1"], Of("causeway_upstream_attempts_total"));
        Assert.Equal(
            ["input\"} 1000", "output\"} 100", "cache_read\"} 300", "cache_write\"} 20", "reasoning\"} 7"],
            Of("causeway_tokens_total{provider=\"openai\",model=\"gpt-4o\",direction=\""));
        var rows = LedgerEntries.Of(exchange, exchange.Trail, TimeProvider.System);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal([$" {row.Dollars:0.############}"], Of($"causeway_cost_dollars_total{{provider=\"{row.Provider}\",model=\"{row.Model}\"}}")));
        Assert.Equal(["{provider=\"openai\"} 1"], Of("causeway_retries_total"));
        Assert.Equal(["{provider=\"groq\"} 1"], Of("causeway_fallbacks_total"));
        Assert.Equal(["{dialect=\"openai-chat\",direction=\"request\"} 1"], Of("causeway_losses_total"));
        Assert.Equal(["{dialect=\"openai-chat\",provider=\"groq\",model=\"llama-3.3-70b-versatile\",status=\"200\"} 1"], Of("causeway_requests_total"));
        Assert.Empty(Of("causeway_cost_unknown_total"));
        Assert.Empty(Of("causeway_requests_in_flight"));
        Assert.Empty(Of("causeway_time_to_first_token_seconds_count"));
    }

    [Fact]
    public async Task An_unknown_cost_is_no_cost_of_nothing()
    {
        using var exchange = await ExchangeAsync("groq/of-my-own");
        exchange.Trail.Add(Attempt(exchange.Candidates[0], 200, new Usage { InputTokens = 5 }));
        End(exchange);
        Assert.Equal(["{provider=\"groq\",model=\"of-my-own\"} 1"], Of("causeway_cost_unknown_total"));
        Assert.Empty(Of("causeway_cost_dollars_total"));
    }

    [Fact]
    public async Task Names_that_clients_make_up_take_no_series()
    {
        for (var i = 0; i < 20; i++)
        {
            using var exchange = await ExchangeAsync($"openai/made-up-{i}");
            exchange.Trail.Add(Attempt(exchange.Candidates[0], 404, why: "no such model"));
            exchange.Error = new GatewayError(ErrorKind.NotFound, "no such model");
            End(exchange);
        }

        Assert.Equal(["{dialect=\"openai-chat\",provider=\"openai\",model=\"other\",status=\"404\"} 20"], Of("causeway_requests_total"));
        Assert.Equal(["{provider=\"openai\",model=\"other\",outcome=\"client_error\"} 20"], Of("causeway_upstream_attempts_total"));
    }

    [Fact]
    public async Task However_many_models_answer_there_is_a_bound()
    {
        var gateway = TestExchange.Gateway("{" + Providers + "}");
        using var exchange = await TestExchange.OfAsync(gateway, DialectId.OpenAIChat, "{}");
        for (var i = 0; i < 2 * MetricRegistry.MostSeries; i++)
        {
            exchange.Answering = Target(exchange, $"openai/model-{i}");
            exchange.Trail.Clear();
            exchange.Trail.Add(Attempt(exchange.Answering, 200));
            End(exchange);
        }

        Assert.Equal(MetricRegistry.MostSeries + 1, Of("causeway_requests_total").Length);
        Assert.Equal([$" {MetricRegistry.MostSeries}"], Of("causeway_requests_total{dialect=\"openai-chat\",provider=\"other\",model=\"other\",status=\"200\"}"));
        Assert.Equal([$" {MetricRegistry.MostSeries}"], Of("causeway_upstream_attempts_total{provider=\"other\",model=\"other\",outcome=\"ok\"}"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\"virtual_key\"", ",virtual_key=\"ada\"")]
    [InlineData("\"team\"", ",team=\"web\"")]
    [InlineData("\"virtual_key\",\"team\",\"environment\"", ",virtual_key=\"ada\",team=\"web\"")]
    public async Task Who_asked_is_a_label_only_if_that_is_wanted(string labels, string written)
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o", Providers + $$""", "client":{"prometheus_labels":[{{labels}}]} """);
        exchange.Caller = Ada;
        exchange.Trail.Add(Attempt(exchange.Candidates[0], 200, new Usage { InputTokens = 1_000_000, OutputTokens = 0 }));
        End(exchange);
        Assert.Equal([$"{{dialect=\"openai-chat\",provider=\"openai\",model=\"gpt-4o\",status=\"200\"{written}}} 1"], Of("causeway_requests_total"));
        Assert.Equal([$"{{provider=\"openai\",model=\"gpt-4o\"{written}}} 2.5"], Of("causeway_cost_dollars_total"));
    }

    [Theory]
    [InlineData("request_limited", false, "causeway_rate_limited_total{limit=\"requests\"}")]
    [InlineData("token_limited", false, "causeway_rate_limited_total{limit=\"tokens\"}")]
    [InlineData("rate_limited", false, "causeway_rate_limited_total{limit=\"concurrency\"}")]
    [InlineData("rate_limited", true, null)]
    [InlineData("budget_exceeded", false, "causeway_budget_refused_total{reason=\"exceeded\"}")]
    [InlineData("budget_exceeded", true, null)]
    public async Task What_the_gateway_refuses_is_not_what_a_provider_refuses(string code, bool isProviders, string? counted)
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        exchange.Error = new GatewayError(ErrorKind.RateLimited, "not now") { Code = code };
        if (isProviders) exchange.Trail.Add(Attempt(exchange.Candidates[0], 429, why: "not now"));
        End(exchange);
        var all = Of("causeway_rate_limited_total").Concat(Of("causeway_budget_refused_total"));
        if (counted is null) Assert.Empty(all);
        else Assert.Equal([" 1"], Of(counted));
        Assert.Single(Of("causeway_requests_total"), line => line.Contains("status=\"429\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overhead_is_what_is_left_when_nobody_is_waited_for()
    {
        using var exchange = await ExchangeAsync("openai/gpt-4o");
        var waits = exchange.Waits;
        using (waits.Begin())
        {
            using (waits.Begin()) await Task.Delay(30, TestContext.Current.CancellationToken);
            Assert.Equal(TimeSpan.Zero, waits.Total);   // one of the two goes on
        }

        var total = waits.Total;
        Assert.True(total > TimeSpan.FromMilliseconds(20), $"{total}");
        _metrics.Begin();
        exchange.Bill = Bill.Of(exchange);
        _metrics.End(exchange, total + TimeSpan.FromTicks(1234), 200);
        Assert.Equal([" 0.0001234"], Of("causeway_overhead_seconds_sum{dialect=\"openai-chat\"}"));
    }

    [Fact]
    public void The_guide_has_every_metric_and_no_other()
    {
        var gateway = TestExchange.Gateway("{" + Providers + """, "governance":{"budget":{"max_budget":5,"max_tokens":100,"id":"all"}} """ + "}");
        StandingMetrics.AddTo(_registry, () => gateway, () => new LedgerStatus(3, 0, null), () => new AlertStatus(1, 2, 3, 4), () => new LogStatus(5, 6, 7, 8, 9, null), TimeProvider.System);
        ProcessMetrics.AddTo(_registry, "1.2.3");
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Causeway.slnx"))) at = Path.GetDirectoryName(at)!;
        var rows = File.ReadLines(Path.Combine(at, "docs", "metrics.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')).ToList();
        Assert.Equal(_registry.Infos.Select(info => info.FullName).Order(), rows.Select(cells => cells[1].Trim().Trim('`')).Order());
        foreach (var info in _registry.Infos)
        {
            var cells = rows.Single(row => row[1].Trim().Trim('`') == info.FullName);
            Assert.Equal((info.FullName, info.Kind.ToString().ToLowerInvariant()), (info.FullName, cells[2].Trim()));
            Assert.Equal($"{info.FullName}: {string.Join(", ", info.Labels.Select(label => $"`{label.Name}`"))}", $"{info.FullName}: {cells[3].Trim()}");
            Assert.True(info.Unit.Length == 0 || info.Name.EndsWith('_' + info.Unit, StringComparison.Ordinal), info.Name);
        }

        Assert.Equal(["{budget=\"all\"} 5"], Of("causeway_budget_limit_dollars"));
        Assert.Equal(["{provider=\"openai\"} 1", "{provider=\"groq\"} 1"], Of("causeway_provider_up"));
        Assert.Equal([" 3"], Of("causeway_ledger_pending"));
        Assert.Equal([" 4"], Of("causeway_alerts_dropped_total"));
        Assert.Equal(["{version=\"1.2.3\"} 1"], Of("causeway_build_info"));
        Assert.NotEmpty(Of("process_resident_memory_bytes"));
    }
}
