namespace Causeway.Core.Pipeline;

/// <summary>The rest of the pipeline, seen from one stage.</summary>
public delegate ValueTask ExchangeDelegate(Exchange exchange);

/// <summary>
/// One step of the pipeline. A stage that calls <c>next</c> lets the exchange go on; one that sets
/// <see cref="Exchange.Error"/> and returns ends it. Stages are shared by all exchanges and hold no state of one.
/// </summary>
public interface IStage
{
    /// <summary>Does the stage's work on <paramref name="exchange"/>.</summary>
    ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next);
}
