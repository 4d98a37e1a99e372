using System.Globalization;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Bench;

/// <summary>What is counted of an exchange when it is over: an answer of one attempt, or of three.</summary>
internal static class RecordCase
{
    private const string Config = """{"providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b"}]}},"client":{"prometheus_labels":["virtual_key","team"]}}""";

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="attempts">Upstream calls; all but the last failed.</param>
    /// <param name="keys">Virtual keys that take turns.</param>
    public static void Run(int attempts, int keys)
    {
        var gateway = new GatewayRuntime(ConfigLoader.Parse(Encoding.UTF8.GetBytes(Config), "bench", _ => null).Config!);
        var metrics = new GatewayMetrics(new MetricRegistry());
        var callers = Array.ConvertAll(Enumerable.Range(0, keys).ToArray(), i => new VirtualKey { Name = $"key-{i}", Id = $"key-{i}", TeamId = "team", Hash = BitConverter.GetBytes(i) });
        Candidate[] targets = [new(gateway.Find("groq")!, "llama-3.3-70b-versatile", gateway.Catalog), new(gateway.Find("openai")!, "gpt-4o", gateway.Catalog)];
        var usage = new Usage { InputTokens = 1234, CacheReadTokens = 1000, OutputTokens = 567, ReasoningTokens = 89 };
        var turn = 0;
        Func<Exchange> make = () =>
        {
            var exchange = new Exchange(new DefaultHttpContext(), DialectRegistry.Client(DialectId.OpenAIChat), gateway) { Caller = callers[turn++ % keys], Answering = targets[1], HasContent = true };
            for (var i = 1; i < attempts; i++) exchange.Trail.Add(new Attempt(targets[0], "b", 503, TimeSpan.FromMilliseconds(20), "down"));
            _ = exchange.ClientGone;   // the test's HTTP context makes what has it when first asked; the server's does not
            exchange.Trail.Add(new Attempt(targets[1], "a", 200, TimeSpan.FromSeconds(2), null, usage));
            return exchange;
        };
        Action<Exchange> record = exchange =>
        {
            metrics.Begin();
            exchange.Bill = Bill.Of(exchange);
            metrics.End(exchange, TimeSpan.FromSeconds(2), 200);
        };
        Measure.Of(make, record);   // so short that the compiler has not yet done its best when the first runs are over
        var (median, best, bytes) = Measure.Of(make, record);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {attempts} | {keys} | {median:F2} | {best:F2} | {bytes} |"));
    }
}
