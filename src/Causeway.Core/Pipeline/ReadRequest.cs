using System.Text;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Pipeline;

/// <summary>
/// Reads the body and finds the model, without parsing what need not be parsed: of a 100 KB request
/// only the outermost object's members are looked at.
/// </summary>
public sealed class ReadRequest : IStage
{
    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var read = exchange.Body.ReadAsync(exchange.Http.Request, exchange.Gateway.Config.Client.MaxRequestBodyBytes, exchange.ClientGone);
        return read.IsCompletedSuccessfully ? GoOn(exchange, read.Result, next) : WaitAsync(exchange, read, next);
    }

    private static async ValueTask WaitAsync(Exchange exchange, ValueTask<GatewayError?> read, ExchangeDelegate next) =>
        await GoOn(exchange, await read, next);

    private static ValueTask GoOn(Exchange exchange, GatewayError? error, ExchangeDelegate next)
    {
        exchange.Error = error ?? FindModel(exchange);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }

    private static GatewayError? FindModel(Exchange exchange)
    {
        var body = exchange.Body.Span;
        if (body.IsEmpty) return GatewayError.Invalid(null, "the body is empty: send a JSON object");
        if (!System.Text.Unicode.Utf8.IsValid(body)) return GatewayError.Invalid(null, "the body is not valid UTF-8");
        if (!TopLevelScan.TryScan(exchange.Body.Memory, exchange.Fields, out var problem)) return GatewayError.Invalid(null, problem);
        if (exchange.PathModel is { } named)
        {
            exchange.RequestedModel = named;
            if (!exchange.Client.NamesModelInBody) return null;
            if (PathRequest.Complete(exchange, named) is { } wrong) return wrong;
            body = exchange.Body.Span;
        }

        if (!exchange.Fields.TryGet("model"u8, out var model) || body[model.Value] is not [(byte)'"', .., (byte)'"'] raw || !JsonText.IsValid(raw))
            return GatewayError.Invalid("model", "model: must be text such as \"openai/gpt-4o\"");
        exchange.RequestedModel = Encoding.UTF8.GetString(JsonText.Decode(raw));
        exchange.Stream |= exchange.Fields.TryGet("stream"u8, out var stream) && body[stream.Value].SequenceEqual("true"u8);
        return null;
    }
}
