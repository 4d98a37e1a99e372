using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Live;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// Relays a streamed answer, event by event. What comes before the first content is held back, so that a failure until then
/// can still be retried. Events of the client's own dialect pass as the bytes they came in while they keep to the dialect's
/// grammar; from the first that does not, the encoder's output goes out instead.
/// </summary>
internal sealed class StreamRelay : IAnswerRelay
{
    private const int MostHeldBack = 16 << 20;   // bytes before the first content
    private const int LongestTail = 1 << 20;     // bytes behind the finish

    private readonly Exchange _exchange;
    private readonly Candidate _candidate;
    private readonly PreparedRequest _prepared;
    private readonly ClientStream _client;
    private readonly StreamSplice? _splice;
    private readonly ToolBridge? _bridge;
    private readonly StreamTally _tally = new();
    private readonly List<StreamEvent> _events = [];
    private readonly PooledBuffer _discarded = new();     // what the encoder made of events whose own bytes go out
    private readonly PooledBuffer _tail = new();          // the upstream's bytes from the finish on: they go out if all of them conform,
    private readonly PooledBuffer _encodedTail = new();   // else what the encoder made of the same events
    private Stream? _stream;
    private IStreamDecoder? _decoder;
    private IFrameReader? _reader;
    private bool _raw;
    private bool _content;    // content is in the output: no way back
    private bool _ending;     // the model has stopped, the stream has not ended
    private bool _finished;
    private StopReason _stop;
    private Func<GatewayError?>? _settle;   // null before the answer is chosen
    private GatewayError? _failure;
    private AnswerCapture? _capture;
    private bool _isGivenOut;
    private LiveParts? _unheard;   // what was said before the answer was chosen, for who listens

    /// <summary>Relays the answer of <paramref name="candidate"/> to <paramref name="client"/>; with a <paramref name="splice"/> it goes on with another's.</summary>
    public StreamRelay(Exchange exchange, Candidate candidate, PreparedRequest prepared, ClientStream client, StreamSplice? splice)
    {
        (_exchange, _candidate, _prepared, _client, _splice) = (exchange, candidate, prepared, client, splice);
        _bridge = prepared.Translation.HasBridges ? new(prepared.Translation) : null;
        _raw = splice is null && prepared.IsSameDialect && exchange.Client.TakesUpstreamFrames;
    }

    /// <inheritdoc/>
    public Usage? Usage => _tally.Usage;

    /// <inheritdoc/>
    public string? Id { get; private set; }

    /// <inheritdoc/>
    public string? Model { get; private set; }

    /// <inheritdoc/>
    public StopReason? Stop => _finished ? _stop : null;

    /// <inheritdoc/>
    public async ValueTask<GatewayError?> OpenAsync(HttpResponseMessage reply, CallClock clock)
    {
        _stream = UpstreamBody.Open(reply);
        var upstream = DialectRegistry.Upstream(_prepared.Endpoint.Dialect);
        if (!upstream.IsStream(UpstreamBody.MediaType(reply))) return await ReadWholeAsync(upstream, clock.Token);
        _capture = AnswerCapture.Begin(_exchange, _prepared, isStream: true);
        _decoder = upstream.CreateStreamDecoder(_prepared.Translation);
        if (!_raw) _decoder.StopWatching();
        _reader = upstream.CreateFrameReader();
        while (!_content && _failure is null) await ReadAsync(clock, pulse: null);
        if (_failure is not null && (_splice is null || !_content)) return _failure;   // also what came with content at once: the client has seen none of it
        return Refused();
    }

    /// <inheritdoc/>
    public async ValueTask<GatewayError?> RelayAsync(CallClock clock, Func<GatewayError?> settle)
    {
        var keep = !_prepared.IsSameDialect || _splice is not null;   // no provider has the whole of an answer that others went on with
        if (_finished && settle() is { } refused)
        {
            _client.Output.Clear();
            return refused;
        }

        if (_capture is not null) _exchange.Add(_capture);   // from here on the exchange's own
        _isGivenOut = true;
        _settle = settle;
        if (_unheard is not null) _exchange.Live?.Take(_unheard);
        await _client.SendAsync(keep);
        _exchange.Pulse!.Watch(clock);
        while (!_finished && _failure is null)
        {
            await ReadAsync(clock, _exchange.Pulse);
            await _client.SendAsync(keep);
        }

        return _failure;
    }

    /// <summary>Reads all frames that <paramref name="count"/> more bytes complete; 0: the upstream has closed the stream.</summary>
    private void Take(int count, CallClock clock)
    {
        if (count > 0) _reader!.Advance(count);
        while (!_finished && _failure is null && _reader!.TryRead(out var frame, atEnd: count <= 0))
        {
            _decoder!.Decode(frame, _events);
            Take(IsStray(frame) ? default : frame.Raw);
        }

        if (_finished || _failure is not null) return;
        if (_reader!.IsTooLong) _failure = UpstreamFailure.Unreadable(_candidate, "sent an event without end");
        else if (!_content && _client.Output.Length + _discarded.Length > MostHeldBack) _failure = UpstreamFailure.Unreadable(_candidate, "sent megabytes without content");
        else if (count <= 0) TakeEnd();
        else if (_tail.Length > LongestTail) TakeEnd(UpstreamFailure.Unreadable(_candidate, "sent a stream that does not end"));
        else if (_decoder!.IsEnding && !_ending)
        {
            _ending = true;
            clock.BeginEnd();
        }
    }

    /// <summary>Passes on one frame: its bytes, or what the encoder makes of its events.</summary>
    private void Take(ReadOnlyMemory<byte> raw)
    {
        var (output, decoder) = (_client.Output, _decoder!);
        KeepRaw(decoder.Conforms);
        Note();
        if (_failure is null)
        {
            var frame = decoder.Mended.IsEmpty ? raw : decoder.Mended;
            if (_raw) (decoder.IsEnding ? _tail : output).Write(frame.Span);
            _client.Encode(_events, !_raw ? output : decoder.IsEnding ? _encodedTail : _discarded);
            if (_raw) _client.Follow(frame);
            if (_raw && _finished) output.Write(_tail.Span);
        }

        if (_client.IsSent) _discarded.Clear();
        _events.Clear();
    }

    /// <summary>Is it no event at all, such as what a proxy in between writes into the stream when it fails? Clients make nothing of it, and it may say anything.</summary>
    private static bool IsStray(SseFrame frame) => frame.Data.IsEmpty
        && frame.Raw.Span is var raw && !raw.StartsWith(":"u8) && !raw.StartsWith("event:"u8) && !raw.StartsWith("id:"u8) && !raw.StartsWith("retry:"u8);

    /// <summary>Once a frame does not conform, the encoder's output takes over, first of all for the frames held back.</summary>
    private void KeepRaw(bool conforms)
    {
        if (!_raw || conforms) return;
        _raw = false;
        if (!_client.IsSent)
        {
            _client.Output.Clear();
            _client.Output.Write(_discarded.Span);
        }

        _client.Output.Write(_encodedTail.Span);
    }

    /// <summary>The upstream has no more to say. If the answer is not complete without it, <paramref name="failure"/> or the decoder says why.</summary>
    private void TakeEnd(GatewayError? failure = null)
    {
        _decoder!.End(_events);
        if (failure is not null && !_events.Exists(static item => item is Finished))
        {
            _events.Clear();
            _failure = failure;
            return;
        }

        KeepRaw(_decoder.Conforms);
        Note();
        if (_failure is null)
        {
            _client.Encode(_events, _raw ? _discarded : _client.Output);
            if (_raw && _finished)
            {
                _client.Output.Write(_tail.Span);
                _client.EncodeEndMark();   // the upstream left it out
            }
        }

        _events.Clear();
    }

    private void Note()
    {
        _bridge?.Restore(_events);
        foreach (var item in _events)
        {
            _tally.Note(item);
            switch (item)
            {
                case PartDelta or PartStarted { Header: ToolCallPart or OpaquePart or MediaPart }: _content = true; break;
                case Started started: (Id, Model) = (started.Id is { Length: > 0 } id ? id : Id, started.Model is { Length: > 0 } model ? model : Model); break;
                case Finished end: (_finished, _content, _stop) = (true, true, end.Reason); break;
                case Failed failed: _failure = failed.Error; break;
            }
        }

        if (_finished && _failure is null) _failure = _settle?.Invoke();   // before the finish is written
        _splice?.Apply(_events);
        if (_exchange.Live is { IsHeard: true } live) Tell(live);
    }

    /// <summary>Who listens hears of the answer that was chosen only: others may be asked beside it, and what came before may be tried again elsewhere.</summary>
    private void Tell(LiveExchange live)
    {
        if (_settle is null) (_unheard ??= new LiveParts(ContentEdit.None)).Take(_events, tell: null);
        else live.Take(_events);
    }

    /// <summary>A stream whose first content is that a filter refused it can go to another candidate, if one is permitted.</summary>
    private GatewayError? Refused() =>
        _finished && _stop == StopReason.Filter && _tally.Usage?.OutputTokens is null or 0 && _exchange.Policy.FilterFallbacks.Count > 0
            ? UpstreamFailure.Filtered(_candidate) : null;

    /// <summary>
    /// Reads once. It gives up when a time is up; a broken connection counts as a failure, not an exception. An answer whose finish has come is
    /// complete in either case.
    /// </summary>
    private async ValueTask ReadAsync(CallClock clock, Pulse? pulse)
    {
        try
        {
            if (pulse is not null) pulse.BeginRead(clock);
            else if (!_ending) clock.BeginRead();
            int count;
            var room = _reader!.GetMemory();
            using (_exchange.Waits.Begin()) count = await _stream!.ReadAsync(room, clock.Token);
            pulse?.EndRead();
            _capture?.Write(room.Span[..count]);
            Take(count, clock);
        }
        catch (OperationCanceledException) when (clock.IsUp)
        {
            TakeEnd(clock.WhatIsUp());
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            clock.ThrowIfAbandoned();
            TakeEnd(UpstreamFailure.From(_candidate, broken));
        }
        finally
        {
            pulse?.EndRead();
        }
    }

    /// <summary>Some upstreams answer with one JSON object although a stream was asked for.</summary>
    private async ValueTask<GatewayError?> ReadWholeAsync(IUpstreamDialect upstream, CancellationToken cancel)
    {
        using var body = new PooledBuffer();
        if (await WholeRelay.ReadAsync(_exchange, _candidate, _stream!, body, cancel) is { } error) return error;
        _capture = AnswerCapture.Begin(_exchange, _prepared, isStream: false);
        _capture?.Write(body.Span);
        var decoded = upstream.DecodeResponse(body.Memory, _prepared.Translation);
        if (!decoded.IsOk) return decoded.Error;
        using var answer = decoded.Value;
        ToolBridge.Restore(answer.Parts, _prepared.Translation);
        StreamUnfold.Into(answer, _events);
        _raw = false;
        Note();
        _client.Encode(_events, _client.Output);
        return Refused();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder?.Dispose();
        _reader?.Dispose();
        _stream?.Dispose();
        _discarded.Dispose();
        _tail.Dispose();
        _encodedTail.Dispose();
        if (!_isGivenOut) _capture?.Dispose();
        _unheard?.Clear();
    }
}
