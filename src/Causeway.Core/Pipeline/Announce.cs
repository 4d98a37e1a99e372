using Causeway.Core.Recording.Live;

namespace Causeway.Core.Pipeline;

/// <summary>Tells who watches that an exchange begins, and the client by what number it is found in the log. <see cref="Record"/> tells that it is over.</summary>
/// <param name="live">Who watches; null: of these nobody is told.</param>
public sealed class Announce(LiveHub? live) : IStage
{
    /// <summary>The header of the exchange's number in the request log.</summary>
    public const string Header = "x-causeway-id";

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        live?.Begin(exchange);
        if (exchange.Log is not null && live is not null) exchange.Http.Response.Headers[Header] = exchange.Id.ToString();
        return next(exchange);
    }
}
