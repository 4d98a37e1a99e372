using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>
/// Relays a streamed answer, event by event. What comes before the first content is held back, so that a failure until then
/// can still be retried. Events of the client's own dialect pass as the bytes they came in while they keep to the dialect's
/// grammar; from the first that does not, the encoder's output goes out instead.
/// </summary>
internal sealed class StreamRelay(Exchange exchange, PreparedRequest prepared, TimeSpan idleLimit, TimeProvider time) : IDisposable
{
    private readonly IStreamEncoder _encoder = exchange.Client.CreateStreamEncoder(
        new AnswerEncoding(exchange.Answering!.Model, prepared.IsSameDialect || exchange.DecodeRequest() is { IsOk: true, Value.StreamUsage: true }, exchange.Said), exchange.AnswerLosses);

    private readonly List<StreamEvent> _events = [];
    private readonly ToolBridge? _bridge = prepared.Translation.HasBridges ? new(prepared.Translation) : null;
    private readonly PooledBuffer _tail = new();          // the upstream's bytes from the finish on: they go out if all of them conform,
    private readonly PooledBuffer _encodedTail = new();   // else what the encoder made of the same events
    private bool _raw = prepared.IsSameDialect && exchange.Client.TakesUpstreamFrames;
    private bool _content;    // content is in the output: no way back
    private bool _sent;       // the client has some of it: what is sent stays sent
    private bool _finished;
    private GatewayError? _failure;

    /// <summary>
    /// Null once the client has all it will get; else why there is no content, and the client has seen none.
    /// </summary>
    public async ValueTask<GatewayError?> RunAsync(HttpResponseMessage reply, TimeSpan firstLimit, CancellationToken cancel)
    {
        await using var stream = UpstreamBody.Open(reply);
        var upstream = DialectRegistry.Upstream(prepared.Endpoint.Dialect);
        if (!upstream.IsStream(UpstreamBody.MediaType(reply))) return await RelayWholeAsync(upstream, stream, cancel);
        using var decoder = upstream.CreateStreamDecoder(prepared.Translation);
        if (!_raw) decoder.StopWatching();
        using var reader = upstream.CreateFrameReader();
        using var held = new PooledBuffer();
        using var discarded = new PooledBuffer();
        var clock = new SilenceClock(exchange, time, Min(firstLimit, idleLimit));
        while (!_finished && _failure is null)
        {
            var count = await ReadAsync(stream, reader.GetMemory(), clock, cancel);
            if (count > 0) reader.Advance(count);
            while (!_finished && _failure is null && reader.TryRead(out var frame, atEnd: count <= 0))
            {
                decoder.Decode(frame, _events);
                Take(decoder, frame.Raw, held, discarded);
            }

            if (reader.IsTooLong) _failure = UpstreamFailure.Unreadable(exchange, "sent an event without end");
            if (count <= 0 && !_finished && _failure is null) TakeEnd(decoder, held, discarded);

            if (!_content) continue;
            if (_failure is not null) _encoder.Encode(new Failed(_failure), held);
            await SendAsync(held);
            clock.Limit = idleLimit;
        }

        if (!_content || _failure is null) return _failure;
        (exchange.Error, exchange.ErrorIsSaid) = (_failure, true);
        return null;
    }

    /// <summary>Passes on one frame: its bytes, or what the encoder makes of its events.</summary>
    private void Take(IStreamDecoder decoder, ReadOnlyMemory<byte> raw, PooledBuffer output, PooledBuffer discarded)
    {
        KeepRaw(decoder.Conforms, output, discarded);
        _bridge?.Restore(_events);
        Note();
        if (_failure is null)
        {
            if (_raw) (decoder.IsEnding ? _tail : output).Write((decoder.Mended.IsEmpty ? raw : decoder.Mended).Span);
            Encode(!_raw ? output : decoder.IsEnding ? _encodedTail : discarded);
            if (_raw && _finished) output.Write(_tail.Span);
        }

        if (_sent) discarded.Clear();
        _events.Clear();
    }

    /// <summary>Once a frame does not conform, the encoder's output takes over, first of all for the frames held back.</summary>
    private void KeepRaw(bool conforms, PooledBuffer output, PooledBuffer encoded)
    {
        if (!_raw || conforms) return;
        _raw = false;
        if (!_sent)
        {
            output.Clear();
            output.Write(encoded.Span);
        }

        output.Write(_encodedTail.Span);
    }

    /// <summary>The upstream has no more to say.</summary>
    private void TakeEnd(IStreamDecoder decoder, PooledBuffer output, PooledBuffer discarded)
    {
        decoder.End(_events);
        KeepRaw(decoder.Conforms, output, discarded);
        _bridge?.Restore(_events);
        Note();
        if (_failure is null)
        {
            Encode(_raw ? discarded : output);
            if (_raw && _finished)
            {
                output.Write(_tail.Span);
                _encoder.EncodeEndMark(output);   // the upstream left it out
            }
        }

        _events.Clear();
    }

    private void Encode(PooledBuffer output)
    {
        foreach (var item in _events) _encoder.Encode(item, output);
    }

    private void Note()
    {
        foreach (var item in _events)
        {
            switch (item)
            {
                case PartDelta or PartStarted { Header: ToolCallPart or OpaquePart or MediaPart }: _content = true; break;
                case Started { Id.Length: > 0 } started: exchange.AnswerId = started.Id; break;
                case UsageReported report: exchange.Usage = report.Usage.Over(exchange.Usage); break;
                case Finished: _finished = _content = true; break;
                case Failed failed: _failure = failed.Error; break;
            }
        }
    }

    /// <summary>A read that gives up after the silence limit; a broken connection counts as a failure, not an exception, once content flowed.</summary>
    private async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, SilenceClock clock, CancellationToken cancel)
    {
        try
        {
            return await clock.WaitAsync(stream.ReadAsync(buffer, cancel));
        }
        catch (TimeoutException)
        {
            _failure = UpstreamFailure.TimedOut(exchange.Answering!, clock.Limit);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            exchange.ClientGone.ThrowIfCancellationRequested();
            _failure = UpstreamFailure.From(exchange.Answering!, broken);
        }

        return 0;
    }

    private async ValueTask SendAsync(PooledBuffer output)
    {
        if (output.Length == 0) return;
        OpenStream(exchange);
        _sent = true;
        if (!prepared.IsSameDialect) exchange.Copy?.Write(output.Span);
        await exchange.Http.Response.BodyWriter.WriteAsync(output.Memory, exchange.ClientGone);
        output.Clear();
    }

    /// <summary>Some upstreams answer with one JSON object although a stream was asked for.</summary>
    private async ValueTask<GatewayError?> RelayWholeAsync(IUpstreamDialect upstream, Stream stream, CancellationToken cancel)
    {
        using var body = new PooledBuffer();
        using var output = new PooledBuffer();
        var error = await WholeRelay.ReadAsync(exchange, stream, body, cancel);
        if (error is not null) return error;
        var decoded = upstream.DecodeResponse(body.Memory, prepared.Translation);
        if (!decoded.IsOk) return decoded.Error;
        using var answer = decoded.Value;
        exchange.Usage = answer.Usage is { } usage ? usage with { Raw = default } : null;
        ToolBridge.Restore(answer.Parts, prepared.Translation);
        StreamUnfold.Into(answer, _events);
        Encode(output);
        await SendAsync(output);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tail.Dispose();
        _encodedTail.Dispose();
    }

    /// <summary>Sends the 200 and the headers of a stream, once.</summary>
    internal static void OpenStream(Exchange exchange)
    {
        if (exchange.StreamOpened) return;
        exchange.StreamOpened = true;
        var response = exchange.Http.Response;
        response.StatusCode = 200;
        response.ContentType = exchange.Client.StreamContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no";   // proxies in front must not collect events
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
