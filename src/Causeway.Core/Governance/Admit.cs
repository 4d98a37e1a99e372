using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;

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
        exchange.Error = exchange.Gateway.Limits.Enter(exchange, time);
        if (exchange.Limits is { } limits) LimitHeaders.Write(exchange.Http.Response.Headers, exchange.Client.Id, limits, time);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }
}
