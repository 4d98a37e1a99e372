using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes a streamed answer: each part is an item of its own, and the last event repeats all items as they were streamed.</summary>
internal sealed class StreamEncoder(AnswerEncoding encoding, LossReport losses, TimeProvider time) : IStreamEncoder
{
    private const DialectId Target = DialectId.OpenAIResponses;

    private readonly SortedDictionary<int, StreamItem> _open = [];   // by part
    private readonly SortedDictionary<int, RawJson> _done = [];      // by output index
    private readonly EventWriter _events = new();
    private ResponseObject? _head;
    private Usage? _usage;
    private (int Index, string Id)? _followed;   // a message that the client has seen begin
    private int _nextItem;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started: Start(started, output); break;
            case PartStarted part: Open(part, output); break;
            case PartDelta delta when _open.TryGetValue(delta.Index, out var open): open.Grow(delta, _events, output, losses); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent { Origin: DialectId.OpenAIChat, Name: "logprobs" }: losses.Add("logprobs", "openai-responses streams none"); break;
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "openai-responses has no such event"); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed: Fail(failed.Error, output); break;
        }
    }

    /// <summary>The last event is the mark.</summary>
    public void EncodeEndMark(IBufferWriter<byte> output)
    {
    }

    public void Follow(ReadOnlyMemory<byte> frame)
    {
        if (frame.Span.IndexOf("data:"u8) is not (>= 0 and var at)) return;
        using var tree = JsonInput.TryParse(frame[(at + "data:".Length)..], out _);
        if (tree?.RootElement is not { ValueKind: System.Text.Json.JsonValueKind.Object } root) return;
        if (((RawJson)RequestReader.Get(root, "sequence_number"u8)).AsInteger() is { } number) _events.Follow((int)number);
        var item = RequestReader.Get(root, "item"u8);
        if (JsonText.Is(RequestReader.Get(root, "type"u8), "response.output_item.added"u8) && JsonText.Is(RequestReader.Get(item, "type"u8), "message"u8)
            && ((RawJson)RequestReader.Get(item, "id"u8)).AsString() is { } id && ((RawJson)RequestReader.Get(root, "output_index"u8)).AsInteger() is { } index)
            _followed = ((int)index, id);
    }

    private void Start(Started started, IBufferWriter<byte> output)
    {
        if (_head is not null) return;
        losses.AddForeign(started.Extras, Target, "");
        _head = new ResponseObject(
            OutputItem.ResponseId(started.Id),
            started.Model.Length > 0 ? started.Model : encoding.Model,
            started.Created ?? time.GetUtcNow().ToUnixTimeSeconds(),
            started.Extras,
            encoding.Said);
        WriteState("response.created"u8, output);
        WriteState("response.in_progress"u8, output);
    }

    private void WriteState(ReadOnlySpan<byte> type, IBufferWriter<byte> output, StopReason? stop = null)
    {
        var writer = _events.Begin(type, output);
        writer.WritePropertyName("response"u8);
        _head!.Write(writer, stop, _done.Values, stop is null ? null : _usage);
        _events.End(output);
    }

    private void Open(PartStarted started, IBufferWriter<byte> output)
    {
        if (_head is null) Start(new Started("", "", null), output);
        losses.AddForeign(started.Header.Extras, Target, "content");
        var known = started.Header is TextPart ? _followed : null;
        if (known is { } message) (_nextItem, _followed) = (message.Index, null);
        if (StreamItem.Of(started.Header, _nextItem, losses, known?.Id) is not { } item) return;
        _nextItem++;
        _open[started.Index] = item;
        item.Begin(_events, output);
    }

    private void End(int part, IBufferWriter<byte> output)
    {
        if (!_open.Remove(part, out var item)) return;
        _done[item.Index] = item.End(_events, output);
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        if (_head is null) Start(new Started("", "", null), output);
        foreach (var part in _open.Keys.ToList()) End(part, output);
        var stop = finished.Reason;
        WriteState(stop is StopReason.Length or StopReason.Filter ? "response.incomplete"u8 : "response.completed"u8, output, stop);
    }

    /// <summary>The API says it twice. Codex takes notice only of the second event, others only of the first.</summary>
    private void Fail(GatewayError error, IBufferWriter<byte> output)
    {
        var code = error.Code ?? Errors.CodeOf(error.Kind) ?? "server_error";
        var writer = _events.Begin("error"u8, output);
        writer.WriteString("code"u8, code);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("param"u8, error.Param);
        _events.End(output);
        _head ??= new ResponseObject(OutputItem.ResponseId(""), encoding.Model, time.GetUtcNow().ToUnixTimeSeconds(), null, encoding.Said);
        writer = _events.Begin("response.failed"u8, output);
        writer.WritePropertyName("response"u8);
        (_head with { Failure = (code, error.Message) }).Write(writer, null, _done.Values, _usage);
        _events.End(output);
    }
}
