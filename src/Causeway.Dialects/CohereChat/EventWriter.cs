using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes the events of a stream. Source: Cohere's API reference, "Chat with Streaming" (v2).</summary>
internal sealed class EventWriter
{
    private Utf8JsonWriter? _writer;

    /// <summary>An event of this dialect that only it knows.</summary>
    public static void Raw(IBufferWriter<byte> output, OpaqueEvent own)
    {
        output.BeginFrame(System.Text.Encoding.UTF8.GetBytes(own.Name));
        output.Write(own.Raw.OneLine().Utf8);
        output.EndFrame();
    }

    public void Start(IBufferWriter<byte> output, Started? started, LossReport losses)
    {
        var writer = Begin(output, "message-start"u8);
        writer.WriteString("id"u8, started is { Id.Length: > 0 } ? started.Id : Errors.NewId());
        writer.WriteStartObject("delta"u8);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        foreach (var name in (ReadOnlySpan<string>)["content", "tool_calls", "citations"])
        {
            writer.WriteStartArray(name);
            writer.WriteEndArray();
        }

        writer.WriteString("tool_plan"u8, ""u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        if (started?.Extras is { Origin: DialectId.CohereChat } extras) Fields.Write(writer, extras, losses, "");
        Close(output, objects: 1);
    }

    public void StartContent(IBufferWriter<byte> output, int number, bool isThinking)
    {
        var writer = BeginMessage(output, "content-start"u8, number);
        writer.WriteStartObject("content"u8);
        writer.WriteString("type"u8, isThinking ? "thinking"u8 : "text"u8);
        writer.WriteString(isThinking ? "thinking"u8 : "text"u8, ""u8);
        Close(output, objects: 4);
    }

    /// <summary>A content part that is written whole.</summary>
    public void StartContent(IBufferWriter<byte> output, int number, RawJson whole)
    {
        BeginMessage(output, "content-start"u8, number).WriteRaw("content"u8, whole.OneLine());
        Close(output, objects: 3);
    }

    public void Content(IBufferWriter<byte> output, int number, bool isThinking, RawJson text, RawJson odds)
    {
        var writer = BeginMessage(output, "content-delta"u8, number);
        writer.WriteStartObject("content"u8);
        writer.WriteRaw(isThinking ? "thinking"u8 : "text"u8, text);
        for (var i = 0; i < 3; i++) writer.WriteEndObject();
        writer.WriteRaw("logprobs"u8, odds.OneLine());
        Close(output, objects: 1);
    }

    public void Plan(IBufferWriter<byte> output, RawJson text)
    {
        BeginMessage(output, "tool-plan-delta"u8, number: null).WriteRaw("tool_plan"u8, text);
        Close(output, objects: 3);
    }

    public void StartCall(IBufferWriter<byte> output, int number, ToolCallPart call, string id, LossReport losses)
    {
        var writer = BeginMessage(output, "tool-call-start"u8, number);
        writer.WriteStartObject("tool_calls"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, call.Name);
        writer.WriteString("arguments"u8, ""u8);
        writer.WriteEndObject();
        if (call.Extras is { Origin: DialectId.CohereChat }) Fields.Write(writer, call.Extras, losses, "content");
        Close(output, objects: 4);
    }

    public void Arguments(IBufferWriter<byte> output, int number, RawJson text)
    {
        var writer = BeginMessage(output, "tool-call-delta"u8, number);
        writer.WriteStartObject("tool_calls"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteRaw("arguments"u8, text);
        Close(output, objects: 5);
    }

    public void Cite(IBufferWriter<byte> output, int number, Citation citation, int contentIndex)
    {
        var writer = BeginMessage(output, "citation-start"u8, number);
        writer.WritePropertyName("citations"u8);
        CitationCodec.Write(writer, citation, contentIndex);
        Close(output, objects: 3);
    }

    /// <summary>The event that ends a part: its name and the part's number.</summary>
    public void End(IBufferWriter<byte> output, ReadOnlySpan<byte> name, int number)
    {
        Begin(output, name).WriteNumber("index"u8, number);
        Close(output, objects: 1);
    }

    public void Finish(IBufferWriter<byte> output, ReadOnlySpan<byte> reason, Usage? usage)
    {
        var writer = Begin(output, "message-end"u8);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("finish_reason"u8, reason);
        if (usage is not null) UsageCodec.Encode(writer, usage);
        Close(output, objects: 2);
    }

    public void Fail(IBufferWriter<byte> output, GatewayError error)
    {
        var writer = Begin(output, "message-end"u8);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("finish_reason"u8, error.Kind == ErrorKind.Timeout ? "TIMEOUT"u8 : "ERROR"u8);
        writer.WriteString("error"u8, error.Message);
        Close(output, objects: 2);
    }

    private Utf8JsonWriter Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        output.BeginFrame(name);
        if (_writer is null) _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        else _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, name);
        return _writer;
    }

    /// <summary>Begins an event up to the inside of its <c>delta.message</c>: three objects are open then.</summary>
    private Utf8JsonWriter BeginMessage(IBufferWriter<byte> output, ReadOnlySpan<byte> name, int? number)
    {
        var writer = Begin(output, name);
        if (number is { } index) writer.WriteNumber("index"u8, index);
        writer.WriteStartObject("delta"u8);
        writer.WriteStartObject("message"u8);
        return writer;
    }

    private void Close(IBufferWriter<byte> output, int objects)
    {
        for (var i = 0; i < objects; i++) _writer!.WriteEndObject();
        _writer!.Flush();
        output.EndFrame();
    }
}
