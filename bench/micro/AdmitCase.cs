using System.Globalization;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Bench;

/// <summary>Requests of many virtual keys through Admit, each of which has limits of its own.</summary>
internal static class AdmitCase
{
    private const int Keys = 100_000;

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="name">What limits there are.</param>
    /// <param name="takeTurns">true: each request is of another key, whose meters are in no cache.</param>
    /// <param name="limit">The limit of a key; null: there are none.</param>
    public static void Run(string name, bool takeTurns, Func<string, RateLimit>? limit)
    {
        var keys = Array.ConvertAll(Enumerable.Range(0, Keys).ToArray(), i => new VirtualKey { Name = $"key-{i}", Id = $"key-{i}", Hash = BitConverter.GetBytes(i) });
        var config = ConfigLoader.Parse(Encoding.UTF8.GetBytes("""{"providers":{"openai":{"keys":[{"value":"a"}]}}}"""), "bench", _ => null).Config!;
        var gateway = new GatewayRuntime(config with { VirtualKeys = keys, RateLimits = limit is null ? [] : [.. keys.Select(key => limit(key.Id))] });
        var admit = new Admit(TimeProvider.System);
        foreach (var key in keys) Enter(gateway, key);   // what a key has to do with is found once
        var next = 0;
        ExchangeDelegate end = _ => ValueTask.CompletedTask;
        var (median, best, bytes) = Measure.Of(
            () => new Exchange(new DefaultHttpContext(), DialectRegistry.Client(DialectId.OpenAIChat), gateway) { Caller = keys[takeTurns ? (next += 7919) % Keys : 0] },
            exchange =>
            {
                if (!IsDone(admit.InvokeAsync(exchange, end)) || exchange.Error is not null) throw new InvalidOperationException(exchange.Error?.Message);
                exchange.Limits?.Settle(exchange.Trail);
            });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {(takeTurns ? "take turns" : "one asks")} | {median:F2} | {best:F2} | {bytes} |"));
    }

    private static void Enter(GatewayRuntime gateway, VirtualKey key)
    {
        using var exchange = new Exchange(new DefaultHttpContext(), DialectRegistry.Client(DialectId.OpenAIChat), gateway) { Caller = key };
        gateway.Limits.Enter(exchange, TimeProvider.System);
        exchange.Limits?.Settle(exchange.Trail);
    }

    private static bool IsDone(ValueTask work) => work.IsCompletedSuccessfully;
}
