using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Governance.Limits;

/// <summary>Gateways with limits, and requests that ask them.</summary>
internal static class Limited
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public static readonly VirtualKey Dev = Key("dev") with { TeamId = "web", CustomerId = "acme", UserId = "ann" };

    public static VirtualKey Key(string id) => new() { Name = id, Id = id, Hash = new byte[32] };

    public static RateLimit Of(string id, Scope? scope = null) => new() { Id = id, Scope = scope ?? new Scope() };

    public static GatewayRuntime Gateway(params RateLimit[] limits) => Gateway(null, limits);

    public static GatewayRuntime Gateway(GatewayRuntime? previous, params RateLimit[] limits)
    {
        var plain = previous ?? TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b"}]}}}""");
        return new GatewayRuntime(plain.Config with { RateLimits = limits }, plain);
    }

    /// <summary>An exchange of a caller, as it is after Authenticate.</summary>
    public static async Task<Exchange> ByAsync(GatewayRuntime gateway, VirtualKey? caller, DialectId dialect = DialectId.OpenAIChat, string more = "{}")
    {
        var exchange = await TestExchange.OfAsync(gateway, dialect, more);
        exchange.Caller = caller;
        return exchange;
    }

    /// <summary>Asks the caller's limits with a new exchange; its error's code, or null.</summary>
    public static async Task<string?> AskAsync(GatewayRuntime gateway, TimeProvider time, VirtualKey? caller = null)
    {
        using var exchange = await ByAsync(gateway, caller);
        return gateway.Limits.Enter(exchange, time)?.Code;
    }

    /// <summary>What an exchange's only call used.</summary>
    public static List<Attempt> Trail(Exchange exchange, long? input, long? output, int status = 200) =>
        [new Attempt(Core.Routing.ModelResolver.Resolve("openai/gpt-4o", exchange.Gateway).Value![0], "a", status, TimeSpan.Zero, null, input is null && output is null ? null : new Usage { InputTokens = input, OutputTokens = output })];

    public static string? Header(this Exchange exchange, string name) => exchange.Http.Response.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
