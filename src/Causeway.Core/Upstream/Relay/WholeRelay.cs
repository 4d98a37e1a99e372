using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>Relays an answer that is not streamed: as it came if it may pass so, else written anew.</summary>
internal sealed class WholeRelay(Exchange exchange, Candidate candidate, PreparedRequest prepared) : IAnswerRelay
{
    private const int MaxBody = 32 << 20;
    private const int BytesPerToken = 4;

    private readonly LossReport _losses = new();
    private PooledBuffer? _body;
    private PooledBuffer? _written;
    private AnswerCapture? _capture;

    /// <inheritdoc/>
    public Usage? Usage { get; private set; }

    /// <inheritdoc/>
    public string? Id { get; private set; }

    /// <inheritdoc/>
    public string? Model { get; private set; }

    /// <inheritdoc/>
    public StopReason? Stop { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<GatewayError?> OpenAsync(HttpResponseMessage reply, CallClock clock)
    {
        _body = new PooledBuffer((int)Math.Clamp(reply.Content.Headers.ContentLength ?? 0, 4096, MaxBody));
        await using var stream = UpstreamBody.Open(reply);
        if (await ReadAsync(exchange, candidate, stream, _body, clock.Token) is { } tooLarge) return tooLarge;
        var upstream = DialectRegistry.Upstream(prepared.Endpoint.Dialect);
        var isStream = upstream.IsStream(UpstreamBody.MediaType(reply));
        _capture = AnswerCapture.Begin(exchange, prepared, isStream);
        _capture?.Write(_body.Span);
        var conforms = false;
        if (prepared.IsSameDialect && !isStream && exchange.WriteAnswer is null)
        {
            var glance = upstream.Glance(_body.Memory);
            if (!glance.IsOk) return glance.Error;
            (Usage, Id) = (glance.Value.Usage?.Believed(), glance.Value.Id);
            conforms = glance.Value.Conforms;
            if (conforms && exchange.Policy.FilterFallbacks.Count == 0)
            {
                if (exchange.Trace is { IsRecorded: true }) Look(upstream, _body.Memory);
                return null;
            }
        }

        var decoded = isStream ? Fold(upstream, _body.Memory) : upstream.DecodeResponse(_body.Memory, prepared.Translation);
        if (!decoded.IsOk) return decoded.Error;
        using var answer = decoded.Value;
        (Model, Stop) = (answer.Model, answer.Stop);
        if (answer is { Stop: StopReason.Filter, Parts.Count: 0 } && exchange.Policy.FilterFallbacks.Count > 0) return UpstreamFailure.Filtered(candidate);
        if (!conforms) Write(answer);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<GatewayError?> RelayAsync(CallClock clock, Func<GatewayError?> settle)
    {
        if (Usage?.OutputTokens is null) Usage = (Usage ?? new Usage()) with { OutputTokens = _body!.Length / BytesPerToken, IsEstimate = true };   // unknown is not nothing
        if (settle() is { } refused) return refused;
        if (_capture is not null) exchange.Add(_capture);
        _capture = null;
        var body = _written ?? _body!;
        if (_written is not null && !prepared.IsSameDialect) exchange.Copy?.Write(body.Span);
        exchange.AnswerLosses = _losses;
        var response = exchange.Http.Response;
        if (_losses.Losses.Count > 0) response.Headers[LossPolicy.Header] = HeaderText.Losses(exchange.RequestLosses, _losses);
        response.StatusCode = 200;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.Memory, exchange.ClientGone);
        return null;
    }

    /// <summary>Reads a whole answer into <paramref name="body"/>; the error if it is too large.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(Exchange exchange, Candidate candidate, Stream stream, PooledBuffer body, CancellationToken cancel)
    {
        using var wait = exchange.Waits.Begin();
        while (await stream.ReadAsync(body.GetMemory(4096), cancel) is > 0 and var count)
        {
            body.Advance(count);
            if (body.Length > MaxBody) return UpstreamFailure.Unreadable(candidate, $"sent an answer of more than {MaxBody >> 20} MB");
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body?.Dispose();
        _written?.Dispose();
        _capture?.Dispose();
    }

    /// <summary>What a span says and a glance does not; nothing if it cannot be read: the answer passes all the same.</summary>
    private void Look(IUpstreamDialect upstream, ReadOnlyMemory<byte> body)
    {
        var decoded = upstream.DecodeResponse(body, prepared.Translation);
        if (!decoded.IsOk) return;
        using var answer = decoded.Value;
        (Id, Model, Stop) = (Id ?? answer.Id, answer.Model, answer.Stop);
    }

    private void Write(ChatResponse answer)
    {
        ToolBridge.Restore(answer.Parts, prepared.Translation);
        Usage = answer.Usage is { } usage ? usage.Believed() with { Raw = default } : null;
        Id = answer.Id;
        _written = new PooledBuffer(_body!.Length + 1024);
        if (exchange.WriteAnswer is { } write) write(answer, _written);
        else exchange.Client.EncodeResponse(answer, new AnswerEncoding(candidate.Model, Said: exchange.Said), _written, _losses);
    }

    /// <summary>Some upstreams stream although they were not asked to.</summary>
    private Decoded<ChatResponse> Fold(IUpstreamDialect upstream, ReadOnlyMemory<byte> body)
    {
        var fold = AnswerReader.Fold(upstream, body, prepared.Translation);
        return fold.Error is { } error ? error : fold.ToResponse();
    }
}
