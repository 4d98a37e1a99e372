using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance;

/// <summary>
/// Refuses what the limits of the caller do not allow, before it has cost anything. Limits of providers and models are asked with each call, in
/// <see cref="Upstream.Dispatch"/>: there a refusal means that the next candidate is asked.
/// </summary>
public sealed class Admit(TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        if (exchange.Gateway.Limits.IsEmpty || DryRun.IsWanted(exchange)) return next(exchange);   // nobody is asked
        var entering = exchange.Gateway.Limits.EnterAsync(exchange, time);
        return entering.IsCompletedSuccessfully ? GoOn(exchange, next, entering.Result) : WaitAsync(exchange, next, entering);
    }

    private async ValueTask WaitAsync(Exchange exchange, ExchangeDelegate next, ValueTask<GatewayError?> entering) => await GoOn(exchange, next, await entering);

    private ValueTask GoOn(Exchange exchange, ExchangeDelegate next, GatewayError? error)
    {
        exchange.Error = error;
        if (exchange.Limits is { } limits) LimitHeaders.Write(exchange.Http.Response.Headers, exchange.Client.Id, limits, time);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }
}
