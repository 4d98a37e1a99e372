using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>
/// Reads a streamed answer. Content parts and calls are numbered apart, and citations of a text may come after its end, so a text stays
/// open until something else begins.
/// </summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.CohereChat;
    private readonly OpenParts _parts = new();
    private JsonTree? _tree;
    private bool _started;
    private bool _ended;
    private StopReason? _stop;

    public bool Conforms { get; private set; } = true;

    public bool IsEnding => _stop is not null;

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended || frame.Data.IsEmpty) return;
        if (frame.Data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8))
        {
            End(events);
            return;
        }

        if (_stop is not null) return;   // nothing belongs behind the end
        _tree?.Dispose();
        _tree = JsonInput.TryParse(frame.Data, out _);
        if (_tree?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider sent an event that is not a JSON object"));
            return;
        }

        var type = RequestReader.Get(root, "type"u8);
        if (type.ValueKind != JsonValueKind.String || !JsonText.Is(type, frame.Event.Span)) Conforms = false;
        Read(((RawJson)type).AsString() ?? "", root, events);
    }

    public void End(List<StreamEvent> events)
    {
        if (_ended) return;
        if (_stop is { } reason)
        {
            _ended = true;
            events.Add(new Finished(reason, default));
        }
        else Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider closed the stream before the answer was complete"));
    }

    public void Dispose() => _tree?.Dispose();

    private void Read(string type, JsonView root, List<StreamEvent> events)
    {
        var delta = RequestReader.Get(root, "delta"u8);
        var message = RequestReader.Get(delta, "message"u8);
        var index = ((RawJson)RequestReader.Get(root, "index"u8)).AsInteger() ?? 0;
        if (!_started && type != "message-end") Start(root, events);
        switch (type)
        {
            case "message-start": break;
            case "content-start" or "content-delta": Content(root, RequestReader.Get(message, "content"u8), index, events); break;
            case "content-end": _parts.EndContent(index, events); break;
            case "tool-plan-delta": _parts.Plan(RequestReader.Get(message, "tool_plan"u8), events); break;
            case "tool-call-start" or "tool-call-delta": Call(Single(message, "tool_calls"u8), index, type == "tool-call-start", events); break;
            case "tool-call-end": _parts.EndCall(index, events); break;
            case "citation-start": Cite(RequestReader.Get(message, "citations"u8), events); break;
            case "citation-end": break;
            case "message-end": MessageEnd(delta, root, events); break;
            case "debug": break;
            default:
                Conforms = false;
                if (type.Length == 0) Unknown(root, events);
                else events.Add(new OpaqueEvent(Origin, type, root));
                break;
        }
    }

    /// <summary>An object without a type is an error in the envelope of whole answers, or nothing that can be read.</summary>
    private void Unknown(JsonView root, List<StreamEvent> events) =>
        Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, ErrorMessages.OfJson(root) ?? "the provider sent an event without a type"));

    private void Start(JsonView root, List<StreamEvent> events)
    {
        _started = true;
        if (!JsonText.Is(RequestReader.Get(root, "type"u8), "message-start"u8)) Conforms = false;
        events.Add(new Started(((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "", "", null)
        {
            Extras = ExtrasReader.Read(root, Origin, ["id", "type", "delta", "index"]),
        });
    }

    private void Content(JsonView root, JsonView content, long index, List<StreamEvent> events)
    {
        if (RequestReader.Get(root, "logprobs"u8) is { ValueKind: JsonValueKind.Object } odds) events.Add(new OpaqueEvent(Origin, "logprobs", odds));
        var thought = RequestReader.Get(content, "thinking"u8);
        var text = RequestReader.Get(content, "text"u8);
        var isThinking = thought.ValueKind == JsonValueKind.String || JsonText.Is(RequestReader.Get(content, "type"u8), "thinking"u8);
        _parts.Content(index, isThinking, isThinking ? thought : text, events);
    }

    private void Call(JsonView call, long index, bool begins, List<StreamEvent> events)
    {
        if (begins) _parts.StartCall(index, AnswerParts.Call(call, translation), events);
        var arguments = RequestReader.Get(RequestReader.Get(call, "function"u8), "arguments"u8);
        if (arguments.ValueKind == JsonValueKind.Object) _parts.GrowCall(index, RawJson.FromText(arguments.Utf8), events);
        else if (arguments.ValueKind == JsonValueKind.String) _parts.GrowCall(index, arguments, events);
    }

    private void Cite(JsonView citations, List<StreamEvent> events)
    {
        if (citations.ValueKind == JsonValueKind.Object) _parts.Cite(CitationCodec.Decode(citations), citations, events);
        else if (citations.ValueKind == JsonValueKind.Array)
        {
            foreach (var citation in citations.EnumerateArray()) _parts.Cite(CitationCodec.Decode(citation), citation, events);
        }
    }

    private void MessageEnd(JsonView delta, JsonView root, List<StreamEvent> events)
    {
        var reason = RequestReader.Get(delta, "finish_reason"u8);
        if (Errors.FromFinish(reason, delta) is { } error)
        {
            Fail(events, error);
            return;
        }

        if (!_started) Start(root, events);
        if (!FinishReasons.IsOwn(reason)) Conforms = false;
        _parts.EndAll(events);
        if (UsageCodec.Decode(RequestReader.Get(delta, "usage"u8)) is { } usage) events.Add(new UsageReported(usage with { Raw = usage.Raw.Own() }));
        _stop = reason.ValueKind == JsonValueKind.Undefined ? StopReason.End : FinishReasons.Decode(reason);
    }

    /// <summary>The API sends one object where the name says many; copies of it send a list of one.</summary>
    private static JsonView Single(JsonView message, ReadOnlySpan<byte> name)
    {
        var value = RequestReader.Get(message, name);
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;
    }

    private void Fail(List<StreamEvent> events, GatewayError error)
    {
        _ended = true;
        events.Add(new Failed(error));
    }
}
