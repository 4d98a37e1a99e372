using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>
/// Reads a streamed completion, from OpenAI or from any of the many copies of its API. Parts have no bounds there: a part begins with the
/// first delta of its kind, and ends when another kind of text begins or the model stops. Calls stay open until then, since their
/// deltas may come in turns.
/// </summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;
    private readonly List<OpenCall> _calls = [];
    private readonly ChunkConformance _conformance = new();
    private JsonTree? _document;
    private int _nextPart;
    private int _text = -1;        // the open text part
    private int _reasoning = -1;   // the open reasoning part
    private bool _started;
    private bool _ended;
    private StopReason? _stop;

    public bool Conforms => _conformance.Conforms;

    public bool IsEnding => _stop is not null;

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended || frame.Data.IsEmpty) return;
        if (frame.Data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8))
        {
            Done(events);
            return;
        }

        _document?.Dispose();
        _document = JsonInput.TryParse(frame.Data, out _);
        if (_document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider sent an event that is not a JSON object"));
            return;
        }

        // An error after the model has stopped changes nothing about the answer.
        if (_stop is null && Errors.FromChunk(root) is { } error)
        {
            Fail(events, error);
            return;
        }

        _conformance.Look(root);
        Start(root, events);
        if (FirstChoice(root) is { ValueKind: JsonValueKind.Object } choice) ReadChoice(choice, events);
        var usage = RequestReader.Get(root, "usage"u8);
        if (usage.ValueKind != JsonValueKind.Object) usage = RequestReader.Get(RequestReader.Get(root, "x_groq"u8), "usage"u8);
        if (UsageCodec.Decode(usage) is { } counted) events.Add(new UsageReported(counted with { Raw = counted.Raw.Own() }));
    }

    public void End(List<StreamEvent> events)
    {
        if (_ended) return;
        if (_stop is not null) Done(events);
        else Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider closed the stream before the answer was complete"));
    }

    public void Dispose() => _document?.Dispose();

    private void Start(JsonView root, List<StreamEvent> events)
    {
        // Azure's first chunk names nothing and says only what its prompt filter found.
        if (_started || (FirstChoice(root).ValueKind != JsonValueKind.Object && ((RawJson)RequestReader.Get(root, "id"u8)).IsNullOrEmpty)) return;
        _started = true;
        events.Add(new Started(
            ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(root, "model"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(root, "created"u8)).AsInteger())
        {
            Extras = ExtrasReader.Read(root, Origin, ["id", "object", "created", "model", "choices", "usage", "x_groq"]),
        });
    }

    private static JsonView FirstChoice(JsonView root)
    {
        var choices = RequestReader.Get(root, "choices"u8);
        if (choices.ValueKind != JsonValueKind.Array) return default;
        foreach (var choice in choices.EnumerateArray())
        {
            if (((RawJson)RequestReader.Get(choice, "index"u8)).AsInteger() is null or 0) return choice;
        }

        return default;
    }

    private void ReadChoice(JsonView choice, List<StreamEvent> events)
    {
        var delta = RequestReader.Get(choice, "delta"u8);
        if (delta.ValueKind != JsonValueKind.Object && _nextPart == 0) delta = RequestReader.Get(choice, "message"u8);   // a whole message in one chunk
        if (RequestReader.Get(choice, "logprobs"u8) is { ValueKind: JsonValueKind.Object } probabilities) events.Add(new OpaqueEvent(Origin, "logprobs", probabilities));
        if (delta.ValueKind == JsonValueKind.Object) ReadDelta(delta, events);
        if (RequestReader.Get(choice, "finish_reason"u8) is not { ValueKind: JsonValueKind.String } reason) return;
        _stop = FinishReasons.Decode(reason);
        if (_calls.Exists(call => !call.HasArguments)) _conformance.Spoil();   // the encoder writes the {} that is missing
    }

    private void ReadDelta(JsonView delta, List<StreamEvent> events)
    {
        if (MessageDecoder.Reasoning(delta) is { IsNullOrEmpty: false } thought) Text(thinking: true, thought, events);
        var content = RequestReader.Get(delta, "content"u8);
        if (content.ValueKind == JsonValueKind.String)
        {
            if (!((RawJson)content).IsNullOrEmpty) Text(thinking: false, content, events);
        }
        else foreach (var part in MessageDecoder.Content(content)) Whole(part, events);

        if (RequestReader.Get(delta, "refusal"u8) is { ValueKind: JsonValueKind.String } refusal && !((RawJson)refusal).IsNullOrEmpty) Text(thinking: false, refusal, events);
        foreach (var citation in MessageDecoder.Citations(delta))
        {
            if (_text < 0) Open(ref _text, new TextPart(RawJson.EmptyString), events);
            events.Add(new PartDelta(_text, DeltaKind.Citation, citation.Raw) { Citation = citation });
        }

        if (RequestReader.Get(delta, "images"u8) is { ValueKind: JsonValueKind.Array } images)
        {
            foreach (var image in images.EnumerateArray())
            {
                if (MessageDecoder.Image(image) is { } part) Whole(part, events);
            }
        }

        if (RequestReader.Get(delta, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray()) Call(call, RequestReader.Get(call, "function"u8), events);
        }

        if (RequestReader.Get(delta, "function_call"u8) is { ValueKind: JsonValueKind.Object } legacy) Call(default, legacy, events);
    }

    private void Text(bool thinking, RawJson text, List<StreamEvent> events)
    {
        ref var open = ref thinking ? ref _reasoning : ref _text;
        Close(ref thinking ? ref _text : ref _reasoning, events);
        if (open < 0) Open(ref open, thinking ? new ReasoningPart { Origin = Origin, Text = RawJson.EmptyString } : new TextPart(RawJson.EmptyString), events);
        events.Add(new PartDelta(open, DeltaKind.Text, text));
    }

    private void Open(ref int open, Part header, List<StreamEvent> events)
    {
        open = _nextPart++;
        events.Add(new PartStarted(open, header));
    }

    private static void Close(ref int open, List<StreamEvent> events)
    {
        if (open >= 0) events.Add(new PartEnded(open));
        open = -1;
    }

    /// <summary>A part of a content list.</summary>
    private void Whole(Part part, List<StreamEvent> events)
    {
        switch (part)
        {
            case TextPart text: Text(thinking: false, text.Text, events); break;
            case ReasoningPart thought: Text(thinking: true, thought.Text, events); break;
            default:
                events.Add(new PartStarted(_nextPart, part));
                events.Add(new PartEnded(_nextPart++));
                break;
        }
    }

    private void Call(JsonView call, JsonView function, List<StreamEvent> events)
    {
        var id = ((RawJson)RequestReader.Get(call, "id"u8)).AsString();
        var name = ((RawJson)RequestReader.Get(function, "name"u8)).AsString();
        var open = Find(((RawJson)RequestReader.Get(call, "index"u8)).AsInteger(), id, name);
        if (open is null)
        {
            Close(ref _text, events);
            Close(ref _reasoning, events);
            open = new OpenCall(_nextPart++, ((RawJson)RequestReader.Get(call, "index"u8)).AsInteger(), id);
            _calls.Add(open);
            events.Add(new PartStarted(open.Part, new ToolCallPart
            {
                Id = id is { Length: > 0 } ? id : MessageDecoder.NewCallId(),
                Name = translation.OriginalToolName(name ?? ""),
            }));
        }

        var arguments = RequestReader.Get(function, "arguments"u8);
        if (arguments.ValueKind == JsonValueKind.Object) Grow(open, RawJson.FromText(((RawJson)arguments).Utf8), events);
        else if (arguments.ValueKind == JsonValueKind.String && !((RawJson)arguments).IsNullOrEmpty)
        {
            if (!open.HasArguments && ((RawJson)arguments).Utf8.SequenceEqual("\"null\""u8)) _conformance.Spoil();   // no arguments, in the words of some
            else Grow(open, arguments, events);
        }
    }

    private static void Grow(OpenCall call, RawJson arguments, List<StreamEvent> events)
    {
        call.HasArguments = true;
        events.Add(new PartDelta(call.Part, DeltaKind.Arguments, arguments));
    }

    /// <summary>The call that a delta continues: by index, unless a new id and name begin another at the same index; without an index by id, else the last.</summary>
    private OpenCall? Find(long? index, string? id, string? name)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (index is not null && call.Index is not null)
            {
                if (call.Index == index) return id is { Length: > 0 } && name is { Length: > 0 } && id != call.Id ? null : call;
            }
            else if (id is { Length: > 0 } ? id == call.Id : name is not { Length: > 0 }) return call;
        }

        return null;
    }

    private void EndParts(List<StreamEvent> events)
    {
        Close(ref _text, events);
        Close(ref _reasoning, events);
        foreach (var call in _calls) events.Add(new PartEnded(call.Part));
    }

    private void Done(List<StreamEvent> events)
    {
        if (_stop is null && _nextPart == 0)
        {
            Fail(events, new GatewayError(ErrorKind.UpstreamUnavailable, "the provider ended the stream without an answer"));
            return;
        }

        _ended = true;
        EndParts(events);
        if (_stop is null) _conformance.Spoil();
        events.Add(new Finished(_stop ?? StopReason.End, default));
    }

    private void Fail(List<StreamEvent> events, GatewayError error)
    {
        _ended = true;
        events.Add(new Failed(error));
    }

    private sealed class OpenCall(int part, long? index, string? id)
    {
        public int Part { get; } = part;
        public long? Index { get; } = index;
        public string? Id { get; } = id;
        public bool HasArguments { get; set; }
    }
}
