using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Writes a streamed message. Blocks come strictly one after another here, while canonical parts may be open side by side (parallel
/// calls of chat completions): what belongs to a part whose turn has not come waits.
/// </summary>
internal sealed class StreamEncoder(StreamEncoding encoding, LossReport losses) : IStreamEncoder
{
    private readonly List<OpenPart> _parts = [];   // in the order they started; the first is the open block
    private Utf8JsonWriter? _writer;
    private Usage? _usage;
    private int _nextIndex;
    private bool _started;
    private bool _callsTools;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started: Start(started, output); break;
            case PartStarted { Header: var header } part: Open(part.Index, header, output); break;
            case PartDelta delta: Grow(delta, output); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent opaque: WriteOpaque(opaque, output); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed: Errors.EncodeEvent(failed.Error, output); break;
        }
    }

    public void EncodeEndMark(IBufferWriter<byte> output)
    {
        output.BeginFrame("message_stop"u8);
        output.Write("{\"type\":\"message_stop\"}"u8);
        output.EndFrame();
    }

    private void Start(Started started, IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        var writer = Begin("message_start"u8, output);
        writer.WriteStartObject("message"u8);
        writer.WriteString("id"u8, started.Id.Length > 0 ? started.Id : MessageId.New());
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, started.Model.Length > 0 ? started.Model : encoding.Model);
        writer.WriteStartArray("content"u8);
        writer.WriteEndArray();
        writer.WriteNull("stop_reason"u8);
        writer.WriteNull("stop_sequence"u8);
        writer.WritePropertyName("usage"u8);
        UsageCodec.Encode(writer, _usage);
        RequestEncoder.WriteOwn(writer, started.Extras, losses, "");
        writer.WriteEndObject();
        EndFrame(output);
    }

    private void Open(int index, Part header, IBufferWriter<byte> output)
    {
        if (!_started) Start(new Started("", "", null), output);
        var part = new OpenPart(index, header, BlockEncoder.CanWrite(header, losses));
        _parts.Add(part);
        if (part.CanWrite) losses.AddForeign(header.Extras, DialectId.AnthropicMessages, "message");
        if (_parts.Count == 1) WriteStart(part, output);
    }

    private void Grow(PartDelta delta, IBufferWriter<byte> output)
    {
        var part = Find(delta.Index);
        if (part is not { CanWrite: true } || (delta.Kind is DeltaKind.Text or DeltaKind.Arguments && delta.Value.IsNullOrEmpty)) return;
        if (part == _parts[0]) WriteDelta(part, delta, output);
        else part.Waiting.Add(delta with { Value = delta.Value.Own() });
    }

    private void End(int index, IBufferWriter<byte> output)
    {
        if (Find(index) is not { } part) return;
        part.Ended = true;
        while (_parts is [{ Ended: true } first, ..])
        {
            WriteEnd(first, output);
            _parts.RemoveAt(0);
            if (_parts.Count == 0) return;
            WriteStart(_parts[0], output);
            foreach (var delta in _parts[0].Waiting) WriteDelta(_parts[0], delta, output);
        }
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        if (!_started) Start(new Started("", "", null), output);
        while (_parts.Count > 0) End(_parts[0].Index, output);
        var writer = Begin("message_delta"u8, output);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("stop_reason"u8, StopReasons.Encode(finished.Reason, _callsTools));
        writer.WritePropertyName("stop_sequence"u8);
        if (finished.StopSequence.IsMissing) writer.WriteNullValue();
        else writer.WriteRaw(finished.StopSequence);
        writer.WriteEndObject();
        writer.WritePropertyName("usage"u8);
        UsageCodec.Encode(writer, _usage);
        EndFrame(output);
        EncodeEndMark(output);
    }

    private void WriteStart(OpenPart part, IBufferWriter<byte> output)
    {
        if (!part.CanWrite) return;
        part.Block = _nextIndex++;
        _callsTools |= part.Header is ToolCallPart;
        var writer = Begin("content_block_start"u8, output);
        writer.WriteNumber("index"u8, part.Block);
        writer.WritePropertyName("content_block"u8);
        BlockEncoder.WriteStart(writer, part.Header);
        EndFrame(output);
    }

    private void WriteDelta(OpenPart part, PartDelta delta, IBufferWriter<byte> output)
    {
        if (delta.Kind == DeltaKind.Opaque)
        {
            var raw = Begin("content_block_delta"u8, output);
            raw.WriteNumber("index"u8, part.Block);
            raw.WriteRaw("delta"u8, delta.Value);
            EndFrame(output);
            return;
        }

        if (delta.Kind == DeltaKind.Citation && delta.Citation is { } source && source.Origin != DialectId.AnthropicMessages && source.Url.IsMissing)
        {
            losses.Add("message.annotations", "a citation without an address cannot be expressed");
            return;
        }

        part.Signed |= delta.Kind == DeltaKind.Signature;
        var writer = Begin("content_block_delta"u8, output);
        writer.WriteNumber("index"u8, part.Block);
        writer.WriteStartObject("delta"u8);
        switch (delta.Kind)
        {
            case DeltaKind.Arguments:
                writer.WriteString("type"u8, "input_json_delta"u8);
                writer.WriteRaw("partial_json"u8, delta.Value);
                break;
            case DeltaKind.Signature:
                writer.WriteString("type"u8, "signature_delta"u8);
                writer.WriteRaw("signature"u8, delta.Value);
                break;
            case DeltaKind.Citation:
                writer.WriteString("type"u8, "citations_delta"u8);
                writer.WritePropertyName("citation"u8);
                BlockEncoder.TryWriteCitation(writer, delta.Citation!, losses);
                break;
            case DeltaKind.Text when part.Header is ReasoningPart:
                writer.WriteString("type"u8, "thinking_delta"u8);
                writer.WriteRaw("thinking"u8, delta.Value);
                break;
            default:
                writer.WriteString("type"u8, "text_delta"u8);
                writer.WriteRaw("text"u8, delta.Value);
                break;
        }

        writer.WriteEndObject();
        EndFrame(output);
    }

    private void WriteEnd(OpenPart part, IBufferWriter<byte> output)
    {
        if (!part.CanWrite) return;
        if (part is { Header: ReasoningPart { Encrypted.IsMissing: true }, Signed: false })
            WriteDelta(part, new PartDelta(part.Index, DeltaKind.Signature, MintedSignature.Empty), output);
        var writer = Begin("content_block_stop"u8, output);
        writer.WriteNumber("index"u8, part.Block);
        EndFrame(output);
    }

    private void WriteOpaque(OpaqueEvent opaque, IBufferWriter<byte> output)
    {
        if (opaque.Origin != DialectId.AnthropicMessages)
        {
            losses.Add($"event.{opaque.Name}", "anthropic-messages has no such event");
            return;
        }

        output.BeginFrame(System.Text.Encoding.UTF8.GetBytes(opaque.Name));
        output.Write(opaque.Raw.Utf8);
        output.EndFrame();
    }

    private OpenPart? Find(int index)
    {
        foreach (var part in _parts)
        {
            if (part.Index == index) return part;
        }

        return null;
    }

    /// <summary>Begins an event whose data is an object that starts with its type.</summary>
    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type, IBufferWriter<byte> output)
    {
        output.BeginFrame(type);
        if (_writer is null) _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        else _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, type);
        return _writer;
    }

    private void EndFrame(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        _writer.Flush();
        output.EndFrame();
    }

    /// <summary>A canonical part that has started and has not been written to its end.</summary>
    private sealed class OpenPart(int index, Part header, bool canWrite)
    {
        public int Index { get; } = index;
        public Part Header { get; } = header;
        public bool CanWrite { get; } = canWrite;
        public List<PartDelta> Waiting { get; } = [];
        public int Block { get; set; }
        public bool Signed { get; set; }
        public bool Ended { get; set; }
    }
}
