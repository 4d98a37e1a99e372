using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a streamed message: message_start, blocks one after another, message_delta, message_stop.</summary>
internal sealed class StreamDecoder(Translation translation) : IStreamDecoder
{
    private const DialectId Origin = DialectId.AnthropicMessages;
    private JsonDocument? _document;
    private Usage? _usage;
    private StopReason? _stop;
    private RawJson _stopSequence;
    private bool _ended;

    public bool Conforms { get; private set; } = true;

    public bool IsEnding => false;   // there are no copies of this API that end it in ways of their own

    public void Decode(in SseFrame frame, List<StreamEvent> events)
    {
        if (_ended || frame.Data.IsEmpty) return;
        _document?.Dispose();
        _document = JsonInput.TryParseAnswer(frame.Data, out _);
        if (_document is null)
        {
            Fail(events, "the provider sent an event that is not JSON");
            return;
        }

        var root = _document.RootElement;
        var index = (int)(((RawJson)RequestReader.Get(root, "index"u8)).AsInteger() ?? 0);
        switch (((RawJson)RequestReader.Get(root, "type"u8)).AsString())
        {
            case "ping": break;
            case "message_start": Start(RequestReader.Get(root, "message"u8), events); break;
            case "content_block_start": StartBlock(index, RequestReader.Get(root, "content_block"u8), events); break;
            case "content_block_delta": Delta(index, RequestReader.Get(root, "delta"u8), events); break;
            case "content_block_stop": events.Add(new PartEnded(index)); break;
            case "message_delta": MessageDelta(root, events); break;
            case "message_stop": Finish(events); break;
            case "error":
                _ended = true;
                events.Add(new Failed(Errors.FromEvent(root)));
                break;
            case { } name: events.Add(new OpaqueEvent(Origin, name, root)); break;
            default: Fail(events, "the provider sent an event without a type"); break;
        }
    }

    public void End(List<StreamEvent> events)
    {
        if (_ended) return;
        if (_stop is not null) Finish(events);
        else Fail(events, "the provider closed the stream before the answer was complete");
    }

    public void Dispose() => _document?.Dispose();

    private void Start(JsonElement message, List<StreamEvent> events)
    {
        events.Add(new Started(
            ((RawJson)RequestReader.Get(message, "id"u8)).AsString() ?? "",
            ((RawJson)RequestReader.Get(message, "model"u8)).AsString() ?? "", null)
        {
            Extras = ExtrasReader.Read(message, Origin, ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"]),
        });
        Report(RequestReader.Get(message, "usage"u8), events);
    }

    private void StartBlock(int index, JsonElement block, List<StreamEvent> events)
    {
        if (block.ValueKind != JsonValueKind.Object)
        {
            Fail(events, "the provider sent a block without content_block");
            return;
        }

        var part = PartDecoder.Read(new RequestReader(block), block);
        switch (part)
        {
            case ToolCallPart call:
                events.Add(new PartStarted(index, new ToolCallPart { Id = call.Id, Name = translation.OriginalToolName(call.Name), Extras = call.Extras }));
                if (!call.Arguments.Utf8.SequenceEqual("{}"u8)) events.Add(new PartDelta(index, DeltaKind.Arguments, RawJson.FromText(call.Arguments.Utf8)));
                break;
            case TextPart text:
                events.Add(new PartStarted(index, new TextPart(RawJson.EmptyString) { Extras = text.Extras }));
                if (!text.Text.IsNullOrEmpty) events.Add(new PartDelta(index, DeltaKind.Text, text.Text));
                foreach (var citation in text.Citations ?? []) events.Add(new PartDelta(index, DeltaKind.Citation, citation.Raw) { Citation = citation });
                break;
            case ReasoningPart { Encrypted.IsMissing: true } thought:
                events.Add(new PartStarted(index, new ReasoningPart { Origin = Origin, Text = RawJson.EmptyString, Extras = thought.Extras }));
                if (!thought.Text.IsNullOrEmpty) events.Add(new PartDelta(index, DeltaKind.Text, thought.Text));
                if (!thought.Signature.IsNullOrEmpty) events.Add(new PartDelta(index, DeltaKind.Signature, thought.Signature));
                break;
            default:
                events.Add(new PartStarted(index, part));
                break;
        }
    }

    private static void Delta(int index, JsonElement delta, List<StreamEvent> events)
    {
        var type = ((RawJson)RequestReader.Get(delta, "type"u8)).Utf8;
        if (type.SequenceEqual("\"text_delta\""u8)) Add(DeltaKind.Text, "text"u8);
        else if (type.SequenceEqual("\"thinking_delta\""u8)) Add(DeltaKind.Text, "thinking"u8);
        else if (type.SequenceEqual("\"input_json_delta\""u8)) Add(DeltaKind.Arguments, "partial_json"u8);
        else if (type.SequenceEqual("\"signature_delta\""u8)) Add(DeltaKind.Signature, "signature"u8);
        else if (type.SequenceEqual("\"citations_delta\""u8) && RequestReader.Get(delta, "citation"u8) is { ValueKind: JsonValueKind.Object } citation)
            events.Add(new PartDelta(index, DeltaKind.Citation, citation) { Citation = PartDecoder.Citation(citation) });
        else events.Add(new PartDelta(index, DeltaKind.Opaque, delta));

        void Add(DeltaKind kind, ReadOnlySpan<byte> name)
        {
            if (RequestReader.Get(delta, name) is { ValueKind: JsonValueKind.String } text) events.Add(new PartDelta(index, kind, text));
        }
    }

    private void MessageDelta(JsonElement root, List<StreamEvent> events)
    {
        var delta = RequestReader.Get(root, "delta"u8);
        if (RequestReader.Get(delta, "stop_reason"u8) is { ValueKind: JsonValueKind.String } reason) _stop = StopReasons.Decode(reason);
        if (RequestReader.Get(delta, "stop_sequence"u8) is { ValueKind: JsonValueKind.String } sequence) _stopSequence = ((RawJson)sequence).Own();
        Report(RequestReader.Get(root, "usage"u8), events);
    }

    /// <summary>message_delta repeats some numbers of message_start and leaves others out; cache counts belong to the input of their own report.</summary>
    private void Report(JsonElement json, List<StreamEvent> events)
    {
        if (UsageCodec.Decode(json) is not { } usage) return;
        if (usage.InputTokens is { } input && _usage is { } before)
        {
            // The input is the sum of three numbers: those that this report leaves out are still as they were.
            usage = usage with
            {
                InputTokens = input + (usage.CacheReadTokens is null ? before.CacheReadTokens ?? 0 : 0) + (usage.CacheWriteTokens is null ? before.CacheWriteTokens ?? 0 : 0),
            };
        }

        _usage = (usage with { Raw = usage.Raw.Own() }).Over(_usage);
        events.Add(new UsageReported(_usage));
    }

    private void Finish(List<StreamEvent> events)
    {
        _ended = true;
        events.Add(new Finished(_stop ?? StopReason.End, _stopSequence));
    }

    private void Fail(List<StreamEvent> events, string message)
    {
        _ended = true;
        Conforms = false;
        events.Add(new Failed(new GatewayError(ErrorKind.UpstreamUnavailable, message)));
    }
}
