using System.Text;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Pipeline;

/// <summary>
/// Reads the body into one pooled buffer and finds the model, without parsing what need not be parsed: of a 100 KB request
/// only the outermost object's members are looked at.
/// </summary>
public sealed class ReadRequest : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var error = await ReadBodyAsync(exchange.Http.Request, exchange.Body, exchange.Gateway.Config.Client.MaxRequestBodyBytes, exchange.ClientGone)
            ?? FindModel(exchange);
        if (error is null) await next(exchange);
        else exchange.Error = error;
    }

    /// <summary>Reads a request's whole body; the error if it is too large or encoded.</summary>
    public static async ValueTask<GatewayError?> ReadBodyAsync(HttpRequest request, PooledBuffer body, long limit, CancellationToken cancel)
    {
        if (request.Headers.ContentEncoding is [var coding, ..] && !"identity".Equals(coding, StringComparison.OrdinalIgnoreCase))
            return new GatewayError(ErrorKind.InvalidRequest, $"content-encoding '{Shorten(coding)}' is not supported: send the body as plain JSON") { Status = 415 };
        if (request.ContentLength > limit) return TooLarge(limit);
        body.GetSpan((int)(request.ContentLength ?? 0));
        var reader = request.BodyReader;
        while (true)
        {
            System.IO.Pipelines.ReadResult result;
            try
            {
                result = await reader.ReadAsync(cancel);
            }
            catch (Exception broken) when (broken is not (BadHttpRequestException or OperationCanceledException))
            {
                // Kestrel throws whatever it stumbles over in a broken chunk, such as an overflow of its size.
                return GatewayError.Invalid(null, "the body's framing is broken");
            }

            foreach (var segment in result.Buffer) body.Write(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (body.Length > limit) return TooLarge(limit);
            if (result.IsCompleted) return null;
        }
    }

    private static GatewayError? FindModel(Exchange exchange)
    {
        var body = exchange.Body.Span;
        if (body.IsEmpty) return GatewayError.Invalid(null, "the body is empty: send a JSON object");
        if (!System.Text.Unicode.Utf8.IsValid(body)) return GatewayError.Invalid(null, "the body is not valid UTF-8");
        if (!TopLevelScan.TryScan(exchange.Body.Memory, exchange.Fields, out var problem)) return GatewayError.Invalid(null, problem);
        if (!exchange.Fields.TryGet("model"u8, out var model) || body[model.Value] is not [(byte)'"', .., (byte)'"'] raw || !JsonText.IsValid(raw))
            return GatewayError.Invalid("model", "model: must be text such as \"openai/gpt-4o\"");
        exchange.RequestedModel = Encoding.UTF8.GetString(JsonText.Decode(raw));
        exchange.Stream = exchange.Fields.TryGet("stream"u8, out var stream) && body[stream.Value].SequenceEqual("true"u8);
        return null;
    }

    private static GatewayError TooLarge(long limit) =>
        new(ErrorKind.RequestTooLarge, $"the body is larger than {limit >> 20} MB: raise client.max_request_body_size_mb to allow it");

    private static string Shorten(string? text) => text is { Length: > 40 } ? text[..40] + "..." : text ?? "";
}
