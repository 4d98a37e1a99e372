using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Reads a streamed answer: message_start, blocks one after another, message_delta, message_stop (guide "Streaming messages").
/// </summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const string Incomplete = "the upstream closed the stream before the answer was complete";

    private static readonly byte[][] KnownOfMessage =
        Fields.Names("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage");

    private static readonly byte[][] KnownOfDelta = Fields.Names("stop_reason", "stop_sequence");
    private static readonly byte[][] KnownOfDeltaEvent = Fields.Names("type", "delta", "usage");

    private readonly Dictionary<int, (Part Part, int Index)> _open = [];   // by the provider's index
    private int _nextPart;
    private JsonTree? _document;
    private Usage? _usage;
    private StopReason? _stop;
    private RawJson _stopSequence;
    private bool _started;
    private bool _callsTools;
    private bool _done;

    /// <inheritdoc/>
    public bool Conforms { get; private set; } = true;

    /// <inheritdoc/>
    public bool IsEnding => false;   // copies of this API do not end it in ways of their own

    /// <inheritdoc/>
    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (frame.Data.IsEmpty || _done) return;
        if (frame.Data.Span.SequenceEqual("[DONE]"u8))   // some copies of the API end as OpenAI's does
        {
            Conforms = false;
            return;
        }

        _document?.Dispose();
        _document = JsonInput.TryParse(frame.Data, out var problem);
        if (_document is null) Fail(problem.Replace("the body", "an event", StringComparison.Ordinal), events);
        else if (_document.RootElement.ValueKind != JsonValueKind.Object) Fail("an event is no object", events);
        else DecodeEvent(_document.RootElement, events);
    }

    /// <inheritdoc/>
    public void End(List<StreamEvent> events)
    {
        if (_done) return;
        if (_stop is not null) Finish(events);
        else Fail(new GatewayError(ErrorKind.UpstreamUnavailable, Incomplete), events);
    }

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    private void DecodeEvent(JsonView root, List<StreamEvent> events)
    {
        var type = RequestReader.Get(root, "type"u8);
        if (type.ValueKind != JsonValueKind.String)
        {
            if (RequestReader.Get(root, "error"u8).ValueKind == JsonValueKind.Undefined) Fail("an event without type", events);
            else Fail(Errors.OfEvent(root), events);
            return;
        }

        if (JsonText.Is(type, "content_block_delta"u8)) Delta(root, events);
        else if (JsonText.Is(type, "content_block_start"u8)) BlockStart(root, events);
        else if (JsonText.Is(type, "content_block_stop"u8)) BlockStop(root, events);
        else if (JsonText.Is(type, "message_start"u8)) MessageStart(root, events);
        else if (JsonText.Is(type, "message_delta"u8)) MessageDelta(root, events);
        else if (JsonText.Is(type, "message_stop"u8)) Finish(events);
        else if (JsonText.Is(type, "error"u8)) Fail(Errors.OfEvent(root), events);
        else if (!JsonText.Is(type, "ping"u8))
            events.Add(new OpaqueEvent(DialectId.AnthropicMessages, ((RawJson)type).AsString()!, root));
    }

    private void MessageStart(JsonView root, List<StreamEvent> events)
    {
        if (_started) return;
        _started = true;
        var message = RequestReader.Get(root, "message"u8);
        var id = ResponseDecoder.Text(message, "id"u8);
        var model = ResponseDecoder.Text(message, "model"u8);
        var extras = message.ValueKind == JsonValueKind.Object ? Fields.Rest(message, KnownOfMessage) : null;
        events.Add(new Started(id, model, null) { Extras = extras });
        ReportUsage(message, events);
    }

    private void BlockStart(JsonView root, List<StreamEvent> events)
    {
        EnsureStarted(events);
        var block = RequestReader.Get(root, "content_block"u8);
        if (Index(root) is not { } index || block.ValueKind != JsonValueKind.Object)
        {
            Fail("content_block_start without an index or a block", events);
            return;
        }

        var reader = new RequestReader(block);
        var part = BlockDecoder.Block(reader, block, translation);
        if (reader.Error is { } error || part is null)
        {
            Fail($"content_block_start: {reader.Error?.Message}", events);
            return;
        }

        BlockStop(root, events);   // one of the same index that was never stopped
        _open[index] = (part, _nextPart);
        _callsTools |= part is ToolCallPart;
        StreamBlocks.Start(_nextPart++, part, events);
    }

    private void Delta(JsonView root, List<StreamEvent> events)
    {
        if (Index(root) is not { } index || !_open.TryGetValue(index, out var open))
        {
            Fail("content_block_delta for a block that has not started", events);
            return;
        }

        var delta = RequestReader.Get(root, "delta"u8);
        if (delta.ValueKind != JsonValueKind.Object) Fail("content_block_delta without a delta", events);
        else if (StreamBlocks.Delta(open.Index, open.Part, delta, events) is { } problem) Fail(problem, events);
    }

    private void BlockStop(JsonView root, List<StreamEvent> events)
    {
        if (Index(root) is { } index && _open.Remove(index, out var open)) events.Add(new PartEnded(open.Index));
    }

    private void MessageDelta(JsonView root, List<StreamEvent> events)
    {
        EnsureStarted(events);
        var delta = RequestReader.Get(root, "delta"u8);
        var reason = RequestReader.Get(delta, "stop_reason"u8);
        if (reason.ValueKind != JsonValueKind.Undefined) _stop = StopReasons.Decode(reason);
        RawJson sequence = RequestReader.Get(delta, "stop_sequence"u8);
        if (sequence.IsString) _stopSequence = sequence.Own();
        ReportUsage(root, events);
        var saysMore = StopReasons.IsOwnWord(reason) || Fields.Rest(root, KnownOfDeltaEvent) is not null
            || (delta.ValueKind == JsonValueKind.Object && Fields.Rest(delta, KnownOfDelta) is not null);
        if (saysMore) events.Add(new OpaqueEvent(DialectId.AnthropicMessages, "message_delta", root));
    }

    private void ReportUsage(JsonView owner, List<StreamEvent> events)
    {
        if (UsageCodec.Decode(RequestReader.Get(owner, "usage"u8), _usage) is not { } usage) return;
        _usage = usage with { Raw = default };   // the raw object goes with its frame
        events.Add(new UsageReported(usage));
    }

    private void EnsureStarted(List<StreamEvent> events)
    {
        if (_started) return;
        _started = true;
        Conforms = false;
        events.Add(new Started("", "", null));
    }

    private void Finish(List<StreamEvent> events)
    {
        EnsureStarted(events);
        if (_stop is null) Conforms = false;   // the last message_delta must say why
        foreach (var (_, index) in _open.Values) events.Add(new PartEnded(index));
        _open.Clear();
        _done = true;
        events.Add(new Finished(_stop ?? (_callsTools ? StopReason.ToolUse : StopReason.End), _stopSequence));
    }

    private void Fail(string problem, List<StreamEvent> events)
    {
        Conforms = false;
        Fail(new GatewayError(ErrorKind.UpstreamUnavailable, $"the upstream's stream cannot be understood: {problem}"), events);
    }

    private void Fail(GatewayError error, List<StreamEvent> events)
    {
        _done = true;
        events.Add(new Failed(error));
    }

    private static int? Index(JsonView root)
    {
        var value = RequestReader.Get(root, "index"u8);
        return value.TryGetInt64(out var index) && index is >= 0 and <= int.MaxValue ? (int)index : null;
    }
}
