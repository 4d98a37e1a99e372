using System.Globalization;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;

namespace Causeway.Bench;

/// <summary>What a budget adds to a request: its virtual key is found, the worst case reserved on all budgets that cover it, the cost settled.</summary>
internal static class BooksCase
{
    private const int Keys = 100_000;

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="size">Bytes of the request.</param>
    /// <param name="window">The window of the keys' budgets.</param>
    /// <param name="withWorst">The worst case is found, too, and not given.</param>
    public static void Run(int size, string window, bool withWorst)
    {
        var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes(Config(window)), "bench", _ => null);
        var gateway = new GatewayRuntime(load.Config ?? throw new InvalidOperationException(string.Join('\n', load.Errors)));
        var (reading, authenticate, time) = (new ReadRequest(), new Authenticate(TimeProvider.System), TimeProvider.System);
        var body = Encoding.UTF8.GetBytes(RoutingCase.Body(size, picture: false));
        var target = new Core.Routing.Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog);
        var given = new Worst(0.01m, 0.00001m, 5000, 32_000);
        ExchangeDelegate book = exchange =>
        {
            var worst = withWorst ? WorstCase.Of(exchange, target, null) : given;
            var reservation = gateway.Books.Reserve(exchange.Caller, "openai", "gpt-4o", worst, time.GetUtcNow(), out _);
            if (reservation is null || reservation.Dollars is null || !gateway.Books.Settle(reservation, 0.000001m, 10, time.GetUtcNow())) throw new InvalidOperationException("nothing was reserved");
            return ValueTask.CompletedTask;
        };
        var turn = 0;
        var (median, best, bytes) = Measure.Of(() => RoutingCase.Read(gateway, reading, body, $"sk-{turn++ % Keys}"), exchange =>
        {
            if (!RoutingCase.IsDone(authenticate.InvokeAsync(exchange, book)) || exchange.Error is not null) throw new InvalidOperationException(exchange.Error?.Message);
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {body.Length / 1000.0:F0} KB | {window} | {(withWorst ? "found" : "given")} | {median:F2} | {best:F2} | {bytes} |"));
    }

    /// <summary>Each key has a budget, and so have its team, the provider, and models by a pattern.</summary>
    private static string Config(string window)
    {
        var text = new StringBuilder("""{"providers":{"openai":{"keys":[{"value":"a"}]}},"governance":{"providers":[{"name":"openai","budget":{"max_budget":1e9}}],""");
        text.Append("""{"model_configs":[{"model_name":"gpt-5*","budget":{"max_budget":1}},{"model_name":"gpt-4*","budget":{"max_tokens":1000000000000}}],"teams":["""[1..]);
        for (var i = 0; i < 100; i++) text.Append(CultureInfo.InvariantCulture, $$$"""{{{(i > 0 ? "," : "")}}}{"id":"team-{{{i}}}","budget":{"max_budget":1e6}}""");
        text.Append("""],"virtual_keys":[""");
        for (var i = 0; i < Keys; i++)
            text.Append(CultureInfo.InvariantCulture, $$$"""{{{(i > 0 ? "," : "")}}}{"name":"key-{{{i}}}","value":"sk-{{{i}}}","team_id":"team-{{{i % 100}}}","budget":{"max_budget":100,"budget_duration":"{{{window}}}"}}""");
        return text.Append("]}}").ToString();
    }
}
