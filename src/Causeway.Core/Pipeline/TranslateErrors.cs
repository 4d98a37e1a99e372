using System.Globalization;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Pipeline;

/// <summary>Answers the client's error in the client's own dialect: as a body, or as an event once a stream is open.</summary>
public sealed class TranslateErrors(ILogger<TranslateErrors> log) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        try
        {
            await next(exchange);
        }
        catch (OperationCanceledException) when (exchange.ClientGone.IsCancellationRequested)
        {
            return;   // nobody is there to be told
        }
        catch (BadHttpRequestException broken)
        {
            exchange.Error = new GatewayError(GatewayError.KindOf(broken.StatusCode), broken.Message) { Status = broken.StatusCode };
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Expected failures are values; this is none. The client gets an error it can read, the log the whole story.
            log.LogError(bug, "{Path} {Model} failed inside the gateway", exchange.Http.Request.Path.Value, exchange.RequestedModel);
            exchange.Error = new GatewayError(ErrorKind.Internal, "the gateway failed inside; its log has more");
        }

        if (exchange.Error is not { } error || exchange.ErrorIsSaid || (exchange.Http.Response.HasStarted && !exchange.StreamOpened)) return;
        exchange.Limits?.Settle(exchange.Trail);   // before the client hears of it, and asks again
        using var body = new PooledBuffer();
        var response = exchange.Http.Response;
        if (exchange.StreamOpened)
        {
            exchange.Client.CreateStreamEncoder(new AnswerEncoding(exchange.RequestedModel), exchange.AnswerLosses)
                .Encode(new Failed(error), body);
        }
        else
        {
            if (exchange.NativeError.IsEmpty) exchange.Client.EncodeError(error, body);
            else body.Write(exchange.NativeError.Span);
            if (exchange.Trail.Count > 0) response.Headers[Attempt.Header] = HeaderText.Attempts(exchange.Trail);
            WriteHead(response, error, body.Length);
        }

        await response.BodyWriter.WriteAsync(body.Memory, exchange.ClientGone);
    }

    /// <summary>Tells Anthropic's and OpenAI's SDKs, and agents such as Claude Code, not to try again.</summary>
    private const string ShouldRetry = "x-should-retry";

    /// <summary>Status and headers of an error answer whose JSON body is <paramref name="length"/> bytes long.</summary>
    public static void WriteHead(HttpResponse response, GatewayError error, int length)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.ContentLength = length;
        if (error.IsFinal) response.Headers[ShouldRetry] = "false";
        if (error.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = Math.Ceiling(seconds).ToString(CultureInfo.InvariantCulture);
    }
}
