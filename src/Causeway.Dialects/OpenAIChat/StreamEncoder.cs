using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes a streamed completion. What ends the stream (finish_reason, usage, [DONE]) goes out together, when all is known.</summary>
internal sealed class StreamEncoder(AnswerEncoding encoding, LossReport losses, TimeProvider time) : IStreamEncoder
{
    private const DialectId Target = DialectId.OpenAIChat;
    private readonly Dictionary<int, OpenPart> _parts = [];
    private readonly ArrayBufferWriter<byte> _head = new(256);   // {"id":...,"object":...,"created":...,"model":...
    private readonly SignatureCarrier _carrier = new(Target, losses);
    private Usage? _usage;
    private Utf8JsonWriter? _writer;
    private bool _started;
    private int _calls;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started: Start(started, output); break;
            case PartStarted part: Open(part, output); break;
            case PartDelta delta: Grow(delta, output); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent { Origin: Target, Name: "logprobs" } odds: Logprobs(odds.Raw, output); break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "openai-chat has no such event"); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed:
                output.BeginFrame(default);
                Errors.Encode(failed.Error, output);
                output.EndFrame();
                break;
        }
    }

    public void EncodeEndMark(IBufferWriter<byte> output)
    {
        output.BeginFrame(default);
        output.Write("[DONE]"u8);
        output.EndFrame();
    }

    private void Start(Started started, IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        losses.AddForeign(started.Extras, Target, "");
        using (var head = new Utf8JsonWriter(_head, JsonOutput.Options))
        {
            head.WriteStartObject();
            head.WriteString("id"u8, started.Id.Length > 0 ? started.Id : CompletionId.New());
            head.WriteString("object"u8, "chat.completion.chunk"u8);
            head.WriteNumber("created"u8, started.Created ?? time.GetUtcNow().ToUnixTimeSeconds());
            head.WriteString("model"u8, started.Model.Length > 0 ? started.Model : encoding.Model);
            WriteExtras(head, started.Extras);
            head.Flush();   // left open: each chunk goes on from here
        }

        var writer = BeginDelta(output);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("content"u8, ""u8);
        EndDelta(output);
    }

    private static void WriteExtras(Utf8JsonWriter head, Extras? extras)
    {
        if (extras is not { Origin: Target }) return;
        foreach (var (name, value) in extras.Fields)
        {
            head.WritePropertyName(name);
            head.WriteRaw(value);
        }
    }

    private void Open(PartStarted started, IBufferWriter<byte> output)
    {
        if (!_started) Start(new Started("", "", null), output);
        losses.AddForeign(started.Header.Extras, Target, "content");
        switch (started.Header)
        {
            case ToolCallPart call:
                _parts[started.Index] = new OpenPart(call, _calls);
                var writer = BeginCall(_calls++, output);
                writer.WriteString("id"u8, _carrier.IdOf(call));
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, ""u8);
                writer.WriteEndObject();
                EndCall(output);
                break;
            case OpaquePart opaque: losses.Add($"content.{opaque.Kind}", "openai-chat has no such block"); break;
            case MediaPart: losses.Add("content.images", "openai-chat messages hold no pictures"); break;
            case ReasoningPart { Encrypted.IsMissing: false } hidden: _carrier.Take(hidden.Own()); break;
            default: _parts[started.Index] = new OpenPart(started.Header, 0); break;
        }
    }

    private void Grow(PartDelta delta, IBufferWriter<byte> output)
    {
        if (!_parts.TryGetValue(delta.Index, out var part) || (delta.Kind is DeltaKind.Text or DeltaKind.Arguments && delta.Value.IsNullOrEmpty)) return;
        switch (delta.Kind)
        {
            case DeltaKind.Text:
                BeginDelta(output).WriteRaw(part.Header switch { ReasoningPart => "reasoning_content"u8, RefusalPart => "refusal"u8, _ => "content"u8 }, delta.Value);
                EndDelta(output);
                break;
            case DeltaKind.Arguments:
                part.HasArguments = true;
                Arguments(part.Call, delta.Value, output);
                break;
            case DeltaKind.Citation when AnnotationEncoder.CanWrite(delta.Citation!, losses):
                var writer = BeginDelta(output);
                writer.WriteStartArray("annotations"u8);
                AnnotationEncoder.WriteOne(writer, delta.Citation!);
                writer.WriteEndArray();
                EndDelta(output);
                break;
            case DeltaKind.Signature when part.Header is ReasoningPart thought && !delta.Value.IsNullOrEmpty: _carrier.Take(MintedSignature.Wrap(thought.Origin, delta.Value).Own(), isHidden: false); break;
            case DeltaKind.Opaque: losses.Add("content.delta", "openai-chat has no such delta"); break;
        }
    }

    private void End(int index, IBufferWriter<byte> output)
    {
        if (!_parts.Remove(index, out var part) || part.Header is not ToolCallPart || part.HasArguments) return;
        Arguments(part.Call, RawJson.FromText("{}"u8), output);
    }

    private void Arguments(int call, RawJson text, IBufferWriter<byte> output)
    {
        var writer = BeginCall(call, output);
        writer.WriteStartObject("function"u8);
        writer.WriteRaw("arguments"u8, text);
        writer.WriteEndObject();
        EndCall(output);
    }

    private void Logprobs(RawJson odds, IBufferWriter<byte> output)
    {
        if (!_started) Start(new Started("", "", null), output);
        var writer = BeginDelta(output);
        writer.WriteEndObject();
        writer.WriteRaw("logprobs"u8, odds);
        CloseChunk(writer, output);
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        if (!_started) Start(new Started("", "", null), output);
        _carrier.End();
        foreach (var index in _parts.Keys.ToList()) End(index, output);
        var writer = BeginDelta(output);
        writer.WriteEndObject();
        CloseChunk(writer, output, FinishReasons.Encode(finished.Reason, _calls > 0));
        if (encoding.Usage && _usage is not null)
        {
            var usage = BeginChunk(output);
            usage.WriteStartArray("choices"u8);
            usage.WriteEndArray();
            usage.WritePropertyName("usage"u8);
            UsageCodec.Encode(usage, _usage);
            usage.WriteEndObject();
            usage.Flush();
            output.EndFrame();
        }

        EncodeEndMark(output);
    }

    /// <summary>Begins a chunk after its head; the writer is inside the chunk's object.</summary>
    private Utf8JsonWriter BeginChunk(IBufferWriter<byte> output)
    {
        output.BeginFrame(default);
        output.Write(_head.WrittenSpan);
        output.Write(","u8);
        if (_writer is null) _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        else _writer.Reset(output);
        return _writer;
    }

    private Utf8JsonWriter BeginDelta(IBufferWriter<byte> output)
    {
        var writer = BeginChunk(output);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        writer.WriteStartObject("delta"u8);
        return writer;
    }

    private void EndDelta(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        CloseChunk(_writer, output);
    }

    private Utf8JsonWriter BeginCall(int call, IBufferWriter<byte> output)
    {
        var writer = BeginDelta(output);
        writer.WriteStartArray("tool_calls"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, call);
        return writer;
    }

    private void EndCall(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        _writer.WriteEndArray();
        EndDelta(output);
    }

    private static void CloseChunk(Utf8JsonWriter writer, IBufferWriter<byte> output, ReadOnlySpan<byte> reason = default)
    {
        writer.WritePropertyName("finish_reason"u8);
        if (reason.IsEmpty) writer.WriteNullValue();
        else writer.WriteStringValue(reason);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.EndFrame();
    }

    private sealed class OpenPart(Part header, int call)
    {
        public Part Header { get; } = header;
        public int Call { get; } = call;
        public bool HasArguments { get; set; }
    }
}
