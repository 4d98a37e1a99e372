using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream;

/// <summary>Relays an answer that is not streamed.</summary>
internal static class WholeRelay
{
    private const int MaxBody = 32 << 20;

    /// <summary>Null once the client has its answer; else why there is none, and nothing was sent.</summary>
    public static async ValueTask<GatewayError?> RunAsync(Exchange exchange, PreparedRequest prepared, HttpResponseMessage reply, CancellationToken cancel)
    {
        using var body = new PooledBuffer((int)Math.Clamp(reply.Content.Headers.ContentLength ?? 0, 4096, MaxBody));
        await using var stream = UpstreamBody.Open(reply);
        if (await ReadAsync(exchange, stream, body, cancel) is { } tooLarge) return tooLarge;
        var upstream = DialectRegistry.Upstream(prepared.Endpoint.Dialect);
        var isStream = upstream.IsStream(UpstreamBody.MediaType(reply));
        if (prepared.IsSameDialect && !isStream && exchange.WriteAnswer is null)
        {
            var glance = upstream.Glance(body.Memory);
            if (!glance.IsOk) return glance.Error;
            if (glance.Value.Conforms)
            {
                exchange.Usage = glance.Value.Usage;
                exchange.AnswerId = glance.Value.Id;
                await SendAsync(exchange, body.Memory);
                return null;
            }
        }

        var decoded = isStream ? Fold(upstream, prepared.Translation, body.Memory) : upstream.DecodeResponse(body.Memory, prepared.Translation);
        if (!decoded.IsOk) return decoded.Error;
        using var answer = decoded.Value;
        ToolBridge.Restore(answer.Parts, prepared.Translation);
        exchange.Usage = answer.Usage is { } usage ? usage with { Raw = default } : null;
        using var output = new PooledBuffer(body.Length + 1024);
        if (exchange.WriteAnswer is { } write) write(answer, output);
        else exchange.Client.EncodeResponse(answer, new AnswerEncoding(exchange.Answering!.Model, Said: exchange.Said), output, exchange.AnswerLosses);
        exchange.AnswerId = answer.Id;
        if (!prepared.IsSameDialect) exchange.Copy?.Write(output.Span);
        if (exchange.AnswerLosses.Losses.Count > 0)
            exchange.Http.Response.Headers[LossPolicy.Header] = HeaderText.Losses(exchange.RequestLosses, exchange.AnswerLosses);
        await SendAsync(exchange, output.Memory);
        return null;
    }

    /// <summary>Reads a whole answer into <paramref name="body"/>; the error if it is too large.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(Exchange exchange, Stream stream, PooledBuffer body, CancellationToken cancel)
    {
        while (await stream.ReadAsync(body.GetMemory(4096), cancel) is > 0 and var count)
        {
            body.Advance(count);
            if (body.Length > MaxBody) return UpstreamFailure.Unreadable(exchange, $"sent an answer of more than {MaxBody >> 20} MB");
        }

        return null;
    }

    /// <summary>Some upstreams stream although they were not asked to.</summary>
    private static Decoded<ChatResponse> Fold(IUpstreamDialect upstream, Translation translation, ReadOnlyMemory<byte> body)
    {
        using var reader = upstream.CreateFrameReader();
        using var decoder = upstream.CreateStreamDecoder(translation);
        var fold = new StreamFold(upstream.Id);
        var events = new List<StreamEvent>();
        reader.Append(body.Span);
        while (reader.TryRead(out var frame, atEnd: true))
        {
            decoder.Decode(frame, events);
            fold.AddAll(events);
        }

        decoder.End(events);
        fold.AddAll(events);
        return fold.Error is { } error ? error : fold.ToResponse();
    }

    private static async ValueTask SendAsync(Exchange exchange, ReadOnlyMemory<byte> body)
    {
        var response = exchange.Http.Response;
        response.StatusCode = 200;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, exchange.ClientGone);
    }
}
