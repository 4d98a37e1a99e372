using Causeway.Core.Recording.Live;

namespace Causeway.Core.Pipeline;

/// <summary>Tells who watches that an exchange begins. <see cref="Record"/> tells that it is over.</summary>
/// <param name="live">Who watches; null: of these nobody is told.</param>
public sealed class Announce(LiveHub? live) : IStage
{
    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        live?.Begin(exchange);
        return next(exchange);
    }
}
