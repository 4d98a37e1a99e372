using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>
/// Reads a streamed answer. Parts are told apart by output index and content index; an item is whole again in its last event, which
/// fills in what its deltas left out.
/// </summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.OpenAIResponses;

    private readonly Dictionary<(long Item, long Content), int> _open = [];
    private readonly Dictionary<long, OpenItem> _items = [];
    private JsonTree? _tree;
    private StreamMender? _mender = new();   // null: nobody gets the frames
    private int _nextPart;
    private bool _started;
    private bool _ended;
    private bool _calls;

    public bool Conforms => _mender?.Conforms ?? false;

    public ReadOnlyMemory<byte> Mended => _mender?.Mended ?? default;

    public void StopWatching() => _mender = null;

    public bool IsEnding => false;   // the last event ends the answer by itself

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended || frame.Data.IsEmpty) return;
        _tree?.Dispose();
        _tree = JsonInput.TryParse(frame.Data, out _);
        if (_tree?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            if (frame.Data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8)) End(events);
            else Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider sent an event that is not a JSON object"));
            return;
        }

        var type = ((RawJson)RequestReader.Get(root, "type"u8)).AsString() ?? "";
        _mender?.Look(frame, root, type);
        if (type.StartsWith("response.", StringComparison.Ordinal)) Read(type.AsSpan(9), root, events);
        else if (type == "error" || RequestReader.Get(root, "error"u8).ValueKind == JsonValueKind.Object) Fail(events, ErrorOf(root));
    }

    public void End(List<StreamEvent> events)
    {
        if (!_ended) Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider closed the stream before the answer was complete"));
    }

    public void Dispose() => _tree?.Dispose();

    private void Read(ReadOnlySpan<char> type, JsonView root, List<StreamEvent> events)
    {
        if (RequestReader.Get(root, "response"u8) is { ValueKind: JsonValueKind.Object } response) Start(response, events);
        var item = ((RawJson)RequestReader.Get(root, "output_index"u8)).AsInteger() ?? 0;
        var delta = RequestReader.Get(root, "delta"u8);
        switch (type)
        {
            case "output_item.added": ItemAdded(item, RequestReader.Get(root, "item"u8), events); break;
            case "output_item.done": ItemDone(item, RequestReader.Get(root, "item"u8), events); break;
            case "content_part.added" when JsonText.Is(RequestReader.Get(RequestReader.Get(root, "part"u8), "type"u8), "refusal"u8):
                Open(item, Content(root), new RefusalPart(RawJson.EmptyString), events);
                break;
            case "output_text.delta": Text(item, Content(root), delta, new TextPart(RawJson.EmptyString), events); break;
            case "refusal.delta": Text(item, Content(root), delta, new RefusalPart(RawJson.EmptyString), events); break;
            case "output_text.annotation.added" when RequestReader.Get(root, "annotation"u8).ValueKind == JsonValueKind.Object:
                var citation = ContentDecoder.Citation(RequestReader.Get(root, "annotation"u8));
                if (Open(item, Content(root), new TextPart(RawJson.EmptyString), events) is >= 0 and var cited) events.Add(new PartDelta(cited, DeltaKind.Citation, citation.Raw) { Citation = citation });
                break;
            case "content_part.done": Close((item, Content(root)), events); break;
            case "reasoning_summary_part.added" when _items.TryGetValue(item, out var thought) && thought is { HasText: true, IsDone: false }:
                events.Add(new PartDelta(thought.Part, DeltaKind.Text, RawJson.FromText("\n\n"u8)));
                break;
            case "reasoning_summary_text.delta" or "reasoning_text.delta": Thought(item, delta, events); break;
            case "function_call_arguments.delta" or "custom_tool_call_input.delta": Arguments(item, delta, events); break;
            case "completed" or "incomplete": Finish(RequestReader.Get(root, "response"u8), events); break;
            case "failed" or "cancelled": Fail(events, ErrorOf(RequestReader.Get(root, "response"u8))); break;
        }
    }

    private static long Content(JsonView root) => ((RawJson)RequestReader.Get(root, "content_index"u8)).AsInteger() ?? 0;

    private void Start(JsonView response, List<StreamEvent> events)
    {
        if (_started) return;
        _started = true;
        events.Add(new Started(
            ((RawJson)RequestReader.Get(response, "id"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(response, "model"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(response, "created_at"u8)).AsInteger()));
    }

    private void ItemAdded(long index, JsonView item, List<StreamEvent> events)
    {
        if (_items.ContainsKey(index)) return;
        switch (((RawJson)RequestReader.Get(item, "type"u8)).AsString())
        {
            case "function_call": Begin(index, ResponseDecoder.Call(item, freeText: false, translation), events); break;
            case "custom_tool_call": Begin(index, ResponseDecoder.Call(item, freeText: true, translation), events); break;
        }
    }

    private OpenItem Begin(long index, Part header, List<StreamEvent> events)
    {
        var open = new OpenItem(_nextPart++);
        _items[index] = open;
        _calls |= header is ToolCallPart;
        if (header is ToolCallPart call) header = new ToolCallPart { Id = call.Id, Name = call.Name, IsFreeText = call.IsFreeText };
        events.Add(new PartStarted(open.Part, header));
        return open;
    }

    /// <summary>The part, begun now if it is new; -1 if it has ended.</summary>
    private int Open(long item, long content, Part header, List<StreamEvent> events)
    {
        if (_open.TryGetValue((item, content), out var part)) return part;
        _open[(item, content)] = part = _nextPart++;
        Seen(item);
        events.Add(new PartStarted(part, header));
        return part;
    }

    private void Text(long item, long content, JsonView delta, Part header, List<StreamEvent> events)
    {
        if (delta.ValueKind != JsonValueKind.String || ((RawJson)delta).IsNullOrEmpty) return;
        if (Open(item, content, header, events) is >= 0 and var part) events.Add(new PartDelta(part, DeltaKind.Text, delta));
    }

    private void Thought(long item, JsonView delta, List<StreamEvent> events)
    {
        if (delta.ValueKind != JsonValueKind.String || ((RawJson)delta).IsNullOrEmpty) return;
        if (!_items.TryGetValue(item, out var open)) open = Begin(item, new ReasoningPart { Origin = Origin, Text = RawJson.EmptyString }, events);
        if (open.IsDone) return;
        open.HasText = true;
        events.Add(new PartDelta(open.Part, DeltaKind.Text, delta));
    }

    private void Arguments(long item, JsonView delta, List<StreamEvent> events)
    {
        if (!_items.TryGetValue(item, out var open) || open.IsDone || delta.ValueKind != JsonValueKind.String || ((RawJson)delta).IsNullOrEmpty) return;
        open.HasText = true;
        events.Add(new PartDelta(open.Part, DeltaKind.Arguments, delta));
    }

    private void Close((long Item, long Content) key, List<StreamEvent> events)
    {
        if (_open.TryGetValue(key, out var part) && part >= 0) events.Add(new PartEnded(part));
        _open[key] = -1;
    }

    /// <summary>The whole item: its parts that were not streamed are added, and all are ended.</summary>
    private void ItemDone(long index, JsonView item, List<StreamEvent> events)
    {
        var parts = new List<Part>();
        ResponseDecoder.ReadItem(item, translation, parts);
        if (_items.TryGetValue(index, out var open))
        {
            if (open.IsDone) return;
            foreach (var part in parts) Complete(open, part, events);
            End(open, events);
            return;
        }

        foreach (var key in _open.Keys.Where(key => key.Item == index).ToList()) Close(key, events);
        if (_seen.Contains(index)) return;
        _items[index] = new OpenItem(-1) { IsDone = true };
        foreach (var part in parts) Whole(part, events);
    }

    private readonly HashSet<long> _seen = [];

    private void Seen(long item) => _seen.Add(item);

    private static void Complete(OpenItem open, Part part, List<StreamEvent> events)
    {
        switch (part)
        {
            case ReasoningPart thought:
                if (!open.HasText && !thought.Text.IsNullOrEmpty) events.Add(new PartDelta(open.Part, DeltaKind.Text, thought.Text));
                if (!thought.Signature.IsNullOrEmpty) events.Add(new PartDelta(open.Part, DeltaKind.Signature, thought.Signature));
                break;
            case ToolCallPart call when !open.HasText && !call.Arguments.IsMissing:
                events.Add(new PartDelta(open.Part, DeltaKind.Arguments, RawJson.FromText(call.Arguments.Utf8)));
                break;
        }
    }

    private static void End(OpenItem open, List<StreamEvent> events)
    {
        if (!open.IsDone) events.Add(new PartEnded(open.Part));
        open.IsDone = true;
    }

    /// <summary>A part that came at once.</summary>
    private void Whole(Part part, List<StreamEvent> events)
    {
        var index = _nextPart++;
        _calls |= part is ToolCallPart;
        Part header = part switch
        {
            TextPart => new TextPart(RawJson.EmptyString),
            RefusalPart => new RefusalPart(RawJson.EmptyString),
            ReasoningPart { Encrypted.IsMissing: true } thought => new ReasoningPart { Origin = thought.Origin, Text = RawJson.EmptyString },
            ToolCallPart call => new ToolCallPart { Id = call.Id, Name = call.Name, IsFreeText = call.IsFreeText },
            _ => part,
        };
        events.Add(new PartStarted(index, header));
        var text = part switch { TextPart words => words.Text, RefusalPart words => words.Text, ReasoningPart thought => thought.Text, _ => default };
        if (!text.IsNullOrEmpty) events.Add(new PartDelta(index, DeltaKind.Text, text));
        if (part is ToolCallPart whole) events.Add(new PartDelta(index, DeltaKind.Arguments, RawJson.FromText(whole.Arguments.Utf8)));
        if (part is ReasoningPart { Signature.IsNullOrEmpty: false } signed) events.Add(new PartDelta(index, DeltaKind.Signature, signed.Signature));
        foreach (var citation in (part as TextPart)?.Citations ?? []) events.Add(new PartDelta(index, DeltaKind.Citation, citation.Raw) { Citation = citation });
        events.Add(new PartEnded(index));
    }

    private void Finish(JsonView response, List<StreamEvent> events)
    {
        foreach (var key in _open.Keys.ToList()) Close(key, events);
        foreach (var open in _items.Values) End(open, events);
        if (UsageCodec.Decode(RequestReader.Get(response, "usage"u8)) is { } usage) events.Add(new UsageReported(usage with { Raw = usage.Raw.Own() }));
        _ended = true;
        events.Add(new Finished(ResponseDecoder.StopOf(response, _calls), default));
    }

    private static GatewayError ErrorOf(JsonView holder)
    {
        var error = RequestReader.Get(holder, "error"u8);
        if (Errors.FromChunk(holder) is { } known) return known;
        var message = ((RawJson)RequestReader.Get(error.ValueKind == JsonValueKind.Object ? error : holder, "message"u8)).AsString();
        return new GatewayError(ErrorKind.Internal, message is { Length: > 0 } ? message : "the provider reported a failure in mid-stream");
    }

    private void Fail(List<StreamEvent> events, GatewayError error)
    {
        _ended = true;
        events.Add(new Failed(error));
    }

    /// <summary>A call or reasoning under way.</summary>
    private sealed class OpenItem(int part)
    {
        public int Part { get; } = part;
        public bool HasText { get; set; }
        public bool IsDone { get; set; }
    }
}
