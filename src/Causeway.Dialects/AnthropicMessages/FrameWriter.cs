using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes single events of a stream. Clients read the event's name and ignore frames without one.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The JSON writer holds nothing but the output, which is the caller's.")]
internal sealed class FrameWriter
{
    private static readonly byte[][] KnownOfDeltaEvent = Fields.Names("type", "delta", "usage");
    private static readonly byte[][] KnownOfDelta = Fields.Names("stop_reason", "stop_sequence");

    private Utf8JsonWriter? _writer;

    public void Start(IBufferWriter<byte> output, Started? start, string model, Usage? usage)
    {
        var writer = Open(output, "message_start"u8);
        writer.WriteStartObject("message"u8);
        writer.WriteString("id"u8, start?.Id is { Length: > 0 } id ? id : AnswerBlocks.NewId("msg_"));
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, start?.Model is { Length: > 0 } own ? own : model);
        writer.WriteStartArray("content"u8);
        writer.WriteEndArray();
        writer.WriteNull("stop_reason"u8);
        writer.WriteNull("stop_sequence"u8);
        UsageCodec.Write(writer, usage);
        if (start?.Extras is { Origin: DialectId.AnthropicMessages } extras) WriteFields(writer, extras);
        writer.WriteEndObject();
        Close(output, writer);
    }

    public void BlockStart(IBufferWriter<byte> output, int index, Part header, string callId, LossReport losses)
    {
        var writer = Open(output, "content_block_start"u8);
        writer.WriteNumber("index"u8, index);
        writer.WritePropertyName("content_block"u8);
        if (header is OpaquePart opaque)
        {
            writer.WriteLine(opaque.Raw);
        }
        else
        {
            writer.WriteStartObject();
            WriteHeader(writer, header, callId);
            Fields.Write(writer, header.Extras, losses, "content");
            writer.WriteEndObject();
        }

        Close(output, writer);
    }

    /// <summary>The event of which an answer has hundreds: written without a JSON writer.</summary>
    public void Delta(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> type, ReadOnlySpan<byte> field, RawJson value)
    {
        output.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        WriteNumber(output, index);
        output.Write(",\"delta\":{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\""u8);
        output.Write(field);
        output.Write("\":"u8);
        output.Write(value.Utf8);
        output.Write("}}\n\n"u8);
    }

    public void OpaqueDelta(IBufferWriter<byte> output, int index, RawJson delta)
    {
        var writer = Open(output, "content_block_delta"u8);
        writer.WriteNumber("index"u8, index);
        writer.WritePropertyName("delta"u8);
        writer.WriteLine(delta);
        Close(output, writer);
    }

    public void Citation(IBufferWriter<byte> output, int index, Citation citation)
    {
        var writer = Open(output, "content_block_delta"u8);
        writer.WriteNumber("index"u8, index);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("type"u8, "citations_delta"u8);
        writer.WritePropertyName("citation"u8);
        AnswerBlocks.WriteCitation(writer, citation);
        writer.WriteEndObject();
        Close(output, writer);
    }

    public void BlockStop(IBufferWriter<byte> output, int index)
    {
        output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        WriteNumber(output, index);
        output.Write("}\n\n"u8);
    }

    /// <summary>message_delta and message_stop. <paramref name="own"/>: an upstream message_delta that says more.</summary>
    public void Finish(IBufferWriter<byte> output, Finished finished, bool callsTools, Usage? usage, RawJson own)
    {
        var ownEvent = own.IsMissing ? default : own.AsElement();
        var ownDelta = RequestReader.Get(ownEvent, "delta"u8);
        var ownReason = RequestReader.Get(ownDelta, "stop_reason"u8);
        var writer = Open(output, "message_delta"u8);
        writer.WriteStartObject("delta"u8);
        if (StopReasons.IsOwnWord(ownReason)) writer.WriteRaw("stop_reason"u8, ownReason);
        else writer.WriteString("stop_reason"u8, StopReasons.Word(finished.Reason, callsTools));
        if (finished.StopSequence.IsString) writer.WriteRaw("stop_sequence"u8, finished.StopSequence);
        else writer.WriteNull("stop_sequence"u8);
        if (ownDelta.ValueKind == JsonValueKind.Object) WriteFields(writer, Fields.Rest(ownDelta, KnownOfDelta));
        writer.WriteEndObject();
        UsageCodec.Write(writer, usage);
        if (ownEvent.ValueKind == JsonValueKind.Object) WriteFields(writer, Fields.Rest(ownEvent, KnownOfDeltaEvent));
        Close(output, writer);
        MessageStop(output);
    }

    public static void MessageStop(IBufferWriter<byte> output) =>
        output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);

    public void Opaque(IBufferWriter<byte> output, OpaqueEvent item)
    {
        if (item.Name.AsSpan().ContainsAny('\n', '\r')) return;   // would forge a second frame
        output.BeginFrame(Encoding.UTF8.GetBytes(item.Name));
        var writer = Reset(output);
        writer.WriteLine(item.Raw);
        writer.Flush();
        output.EndFrame();
    }

    public void Error(IBufferWriter<byte> output, GatewayError error)
    {
        output.BeginFrame("error"u8);
        var writer = Reset(output);
        Errors.Write(writer, error);
        writer.Flush();
        output.EndFrame();
    }

    private static void WriteHeader(Utf8JsonWriter writer, Part header, string callId)
    {
        switch (header)
        {
            case ReasoningPart { Encrypted.IsMissing: false } redacted:
                writer.WriteString("type"u8, "redacted_thinking"u8);
                writer.WriteRaw("data"u8, redacted.Encrypted);
                break;
            case ReasoningPart:
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, ""u8);
                writer.WriteString("signature"u8, ""u8);
                break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_use"u8);
                writer.WriteString("id"u8, callId);
                writer.WriteString("name"u8, call.Name);
                writer.WriteRaw("input"u8, RawJson.EmptyObject);
                break;
            default:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, ""u8);
                break;
        }
    }

    private static void WriteFields(Utf8JsonWriter writer, Extras? extras)
    {
        foreach (var (name, value) in extras?.Fields ?? [])
        {
            writer.WritePropertyName(name);
            writer.WriteLine(value);
        }
    }

    private static void WriteNumber(IBufferWriter<byte> output, int number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(11), out var written);
        output.Advance(written);
    }

    private Utf8JsonWriter Open(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        output.BeginFrame(name);
        var writer = Reset(output);
        writer.WriteStartObject();
        writer.WriteString("type"u8, name);
        return writer;
    }

    private static void Close(IBufferWriter<byte> output, Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.Flush();
        output.EndFrame();
    }

    private Utf8JsonWriter Reset(IBufferWriter<byte> output)
    {
        if (_writer is null) return _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        _writer.Reset(output);
        return _writer;
    }
}
