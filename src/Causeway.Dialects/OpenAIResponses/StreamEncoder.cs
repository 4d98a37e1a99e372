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
        if (StreamItem.Of(started.Header, _nextItem, losses) is not { } item) return;
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

    private void Fail(GatewayError error, IBufferWriter<byte> output)
    {
        var writer = _events.Begin("error"u8, output);
        writer.WriteString("code"u8, error.Code ?? Errors.CodeOf(error.Kind) ?? "server_error");
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("param"u8, error.Param);
        _events.End(output);
    }
}
