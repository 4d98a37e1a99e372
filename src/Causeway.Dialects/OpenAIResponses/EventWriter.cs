using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes the events of one stream, each with its name, its type and the next number.</summary>
internal sealed class EventWriter
{
    private Utf8JsonWriter? _writer;
    private int _next;

    /// <summary>An event of this number was written by another.</summary>
    public void Follow(int number) => _next = number + 1;

    /// <summary>Begins an event; the writer is inside its object.</summary>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> type, IBufferWriter<byte> output)
    {
        output.BeginFrame(type);
        if (_writer is null) _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        else _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, type);
        _writer.WriteNumber("sequence_number"u8, _next++);
        return _writer;
    }

    /// <summary>Begins an event of an item.</summary>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> type, string itemId, int index, IBufferWriter<byte> output)
    {
        var writer = Begin(type, output);
        writer.WriteString("item_id"u8, itemId);
        writer.WriteNumber("output_index"u8, index);
        return writer;
    }

    /// <summary>Ends the event.</summary>
    public void End(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        _writer.Flush();
        output.EndFrame();
    }

    /// <summary>Writes an event that holds a whole item.</summary>
    public void Item(ReadOnlySpan<byte> type, int index, RawJson item, IBufferWriter<byte> output)
    {
        var writer = Begin(type, output);
        writer.WriteNumber("output_index"u8, index);
        writer.WritePropertyName("item"u8);
        writer.WriteLine(item);
        End(output);
    }
}
