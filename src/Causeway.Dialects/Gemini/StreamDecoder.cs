using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Reads a streamed answer: chunks in the form of whole answers. Texts go on from chunk to chunk; all else comes at once.</summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.Gemini;

    private readonly List<Part> _parts = [];
    private JsonTree? _tree;
    private int _nextPart;
    private int _text = -1;
    private int _thought = -1;
    private bool _thoughtIsSigned;
    private bool _started;
    private bool _ended;
    private bool _calls;
    private bool _hasUsage;
    private StopReason? _stop;

    public bool Conforms { get; private set; } = true;

    public bool IsEnding => _stop is not null;

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended || frame.Data.IsEmpty) return;
        _tree?.Dispose();
        _tree = JsonInput.TryParse(frame.Data, out _);
        if (_tree?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            Conforms = false;
            if (!frame.Data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8)) Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider sent an event that is not a JSON object"));
            return;
        }

        if (_stop is null && Errors.FromChunk(root) is { } error)
        {
            Fail(events, error);
            return;
        }

        if (!frame.Event.IsEmpty || !ResponseDecoder.HasNoEmptyPart(root)) Conforms = false;
        Start(root, events);
        var candidate = ResponseDecoder.Candidate(root);
        if (candidate.ValueKind == JsonValueKind.Object) ReadCandidate(candidate, events);
        else if (RequestReader.Get(RequestReader.Get(root, "promptFeedback"u8), "blockReason"u8).ValueKind == JsonValueKind.String) _stop = StopReason.Filter;
        if (UsageCodec.Decode(RequestReader.Get(root, "usageMetadata"u8)) is not { } usage) return;
        _hasUsage = true;
        events.Add(new UsageReported(usage with { Raw = usage.Raw.Own() }));
    }

    public void End(List<StreamEvent> events)
    {
        if (_ended) return;
        if (_stop is not { } stop)
        {
            Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider closed the stream before the answer was complete"));
            return;
        }

        _ended = true;
        if (!_hasUsage) Conforms = false;
        CloseAll(events);
        events.Add(new Finished(stop, default));
    }

    public void Dispose() => _tree?.Dispose();

    private void Start(JsonView root, List<StreamEvent> events)
    {
        if (_started) return;
        _started = true;
        events.Add(new Started(
            ((RawJson)RequestReader.Get(root, "responseId"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(root, "modelVersion"u8)).AsString() ?? "", null));
    }

    private void ReadCandidate(JsonView candidate, List<StreamEvent> events)
    {
        foreach (var part in Fields.Parts(RequestReader.Get(candidate, "content"u8)))
        {
            if (_stop is not null) Conforms = false;
            _parts.Clear();
            ResponseDecoder.ReadPart(part, translation, _parts);
            foreach (var read in _parts) Take(read, events);
        }

        foreach (var source in ResponseDecoder.Sources(candidate))
            events.Add(new PartDelta(Text(events), DeltaKind.Citation, source.Raw) { Citation = source });
        var reason = RequestReader.Get(candidate, "finishReason"u8);
        if (reason.ValueKind != JsonValueKind.String) return;
        if (_stop is not null) Conforms = false;
        _stop = FinishReasons.Decode(reason, _calls);
    }

    private void Take(Part part, List<StreamEvent> events)
    {
        switch (part)
        {
            case TextPart text:
                Close(ref _thought, events);
                events.Add(new PartDelta(Text(events), DeltaKind.Text, text.Text));
                break;
            case ReasoningPart thought: Thought(thought, events); break;
            case ToolCallPart call:
                _calls = true;
                CloseAll(events);
                events.Add(new PartStarted(_nextPart, new ToolCallPart { Id = call.Id, Name = call.Name }));
                events.Add(new PartDelta(_nextPart, DeltaKind.Arguments, RawJson.FromText(call.Arguments.Utf8)));
                events.Add(new PartEnded(_nextPart++));
                break;
            default:
                CloseAll(events);
                events.Add(new PartStarted(_nextPart, part));
                events.Add(new PartEnded(_nextPart++));
                break;
        }
    }

    private int Text(List<StreamEvent> events)
    {
        if (_text < 0)
        {
            _text = _nextPart++;
            events.Add(new PartStarted(_text, new TextPart(RawJson.EmptyString)));
        }

        return _text;
    }

    /// <summary>Thinking goes on until it is signed: a signature ends it.</summary>
    private void Thought(ReasoningPart thought, List<StreamEvent> events)
    {
        Close(ref _text, events);
        if (_thought >= 0 && _thoughtIsSigned) Close(ref _thought, events);
        if (!thought.Encrypted.IsMissing)
        {
            events.Add(new PartStarted(_nextPart, thought));
            events.Add(new PartEnded(_nextPart++));
            return;
        }

        if (_thought < 0)
        {
            _thought = _nextPart++;
            _thoughtIsSigned = false;
            events.Add(new PartStarted(_thought, new ReasoningPart { Origin = thought.Origin, Text = RawJson.EmptyString }));
        }

        if (!thought.Text.IsNullOrEmpty) events.Add(new PartDelta(_thought, DeltaKind.Text, thought.Text));
        if (thought.Signature.IsNullOrEmpty) return;
        _thoughtIsSigned = true;
        events.Add(new PartDelta(_thought, DeltaKind.Signature, thought.Signature));
    }

    private void CloseAll(List<StreamEvent> events)
    {
        Close(ref _text, events);
        Close(ref _thought, events);
    }

    private static void Close(ref int open, List<StreamEvent> events)
    {
        if (open >= 0) events.Add(new PartEnded(open));
        open = -1;
    }

    private void Fail(List<StreamEvent> events, GatewayError error)
    {
        _ended = true;
        events.Add(new Failed(error));
    }
}
