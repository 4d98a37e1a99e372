using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Reads a streamed answer. Only tool calls announce their block; texts and thinking begin with their first delta.</summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.BedrockConverse;

    private readonly Dictionary<long, int> _open = [];
    private JsonTree? _tree;
    private int _nextPart;
    private bool _started;
    private bool _ended;
    private StopReason? _stop;

    public bool Conforms { get; private set; } = true;

    public bool IsEnding => _stop is not null;

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended) return;
        _tree?.Dispose();
        _tree = JsonInput.TryParse(frame.Data, out _);
        var root = _tree?.RootElement ?? default;
        if (frame.Event.Span is [(byte)'!', .. var exception])
        {
            Fail(events, Errors.FromException(exception, root));
            return;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            Conforms = false;
            Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider sent an event that is not a JSON object"));
            return;
        }

        var index = ((RawJson)RequestReader.Get(root, "contentBlockIndex"u8)).AsInteger() ?? 0;
        if (!_started)
        {
            _started = true;
            events.Add(new Started("", "", null));
        }

        switch (Encoding.UTF8.GetString(frame.Event.Span))
        {
            case "contentBlockStart" when RequestReader.Get(RequestReader.Get(root, "start"u8), "toolUse"u8) is { ValueKind: JsonValueKind.Object } use && !BlockReader.IsHosted(use):
                Open(index, new ToolCallPart
                {
                    Id = RequestReader.Get(use, "toolUseId"u8).GetString() ?? "",
                    Name = translation.OriginalToolName(RequestReader.Get(use, "name"u8).GetString() ?? ""),
                }, events);
                break;
            case "contentBlockDelta": Delta(index, RequestReader.Get(root, "delta"u8), events); break;
            case "contentBlockStop":
                if (_open.Remove(index, out var ended)) events.Add(new PartEnded(ended));
                break;
            case "messageStop": _stop = StopReasons.Decode(RequestReader.Get(root, "stopReason"u8)); break;
            case "metadata":
                if (UsageCodec.Decode(RequestReader.Get(root, "usage"u8)) is { } usage) events.Add(new UsageReported(usage with { Raw = usage.Raw.Own() }));
                break;
        }
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
        foreach (var part in _open.Values) events.Add(new PartEnded(part));
        events.Add(new Finished(stop, default));
    }

    public void Dispose() => _tree?.Dispose();

    private int Open(long index, Part header, List<StreamEvent> events)
    {
        if (_open.TryGetValue(index, out var part)) return part;
        _open[index] = part = _nextPart++;
        events.Add(new PartStarted(part, header));
        return part;
    }

    private void Delta(long index, JsonView delta, List<StreamEvent> events)
    {
        var reasoning = RequestReader.Get(delta, "reasoningContent"u8);
        if (RequestReader.Get(delta, "text"u8) is { ValueKind: JsonValueKind.String } text)
        {
            if (!((RawJson)text).IsNullOrEmpty) events.Add(new PartDelta(Open(index, new TextPart(RawJson.EmptyString), events), DeltaKind.Text, text));
        }
        else if (RequestReader.Get(delta, "citation"u8) is { ValueKind: JsonValueKind.Object } note)
        {
            var citation = BlockReader.Citation(note);
            events.Add(new PartDelta(Open(index, new TextPart(RawJson.EmptyString), events), DeltaKind.Citation, citation.Raw) { Citation = citation });
        }
        else if (RequestReader.Get(RequestReader.Get(delta, "toolUse"u8), "input"u8) is { ValueKind: JsonValueKind.String } input)
        {
            if (_open.TryGetValue(index, out var call) && !((RawJson)input).IsNullOrEmpty) events.Add(new PartDelta(call, DeltaKind.Arguments, input));
        }
        else if (RequestReader.Get(reasoning, "redactedContent"u8) is { ValueKind: JsonValueKind.String } hidden)
        {
            Open(index, new ReasoningPart { Origin = Origin, Encrypted = hidden }, events);
        }
        else if (RequestReader.Get(reasoning, "text"u8) is { ValueKind: JsonValueKind.String } thought)
        {
            events.Add(new PartDelta(Thinking(), DeltaKind.Text, thought));
        }
        else if (RequestReader.Get(reasoning, "signature"u8) is { ValueKind: JsonValueKind.String } signature)
        {
            events.Add(new PartDelta(Thinking(), DeltaKind.Signature, signature));
        }

        int Thinking() => Open(index, new ReasoningPart { Origin = Origin, Text = RawJson.EmptyString }, events);
    }

    private void Fail(List<StreamEvent> events, GatewayError error)
    {
        _ended = true;
        events.Add(new Failed(error));
    }
}
