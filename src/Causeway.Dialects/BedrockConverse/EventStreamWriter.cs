using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes AWS event-stream messages; see <see cref="EventStreamReader"/>.</summary>
internal sealed class EventStreamWriter
{
    private readonly ArrayBufferWriter<byte> _payload = new(256);
    private readonly ArrayBufferWriter<byte> _message = new(512);

    /// <summary>Writes an event whose payload is one JSON object with the given members.</summary>
    public void Event(ReadOnlySpan<byte> type, IBufferWriter<byte> output, Action<Utf8JsonWriter> members) => Write(":event-type"u8, type, "event"u8, output, members);

    /// <summary>Writes an exception, which ends the stream.</summary>
    public void Exception(ReadOnlySpan<byte> type, IBufferWriter<byte> output, string message) =>
        Write(":exception-type"u8, type, "exception"u8, output, writer => writer.WriteString("message"u8, message));

    private void Write(ReadOnlySpan<byte> typeName, ReadOnlySpan<byte> type, ReadOnlySpan<byte> kind, IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        _payload.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_payload, JsonOutput.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        _message.ResetWrittenCount();
        _message.Advance(Skip(_message.GetSpan(12)));
        Header(typeName, type);
        Header(":content-type"u8, "application/json"u8);
        Header(":message-type"u8, kind);
        var headers = _message.WrittenCount - 12;
        _message.Write(_payload.WrittenSpan);
        var total = _message.WrittenCount + 4;
        Span<byte> bytes = output.GetSpan(total)[..total];
        _message.WrittenSpan.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes, total);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], headers);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Crc32.Of(bytes[..8]));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[^4..], Crc32.Of(bytes[..^4]));
        output.Advance(total);
    }

    private static int Skip(Span<byte> prelude)
    {
        prelude[..12].Clear();
        return 12;
    }

    private void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _message.Write((ReadOnlySpan<byte>)[(byte)name.Length]);
        _message.Write(name);
        _message.Write((ReadOnlySpan<byte>)[7, (byte)(value.Length >> 8), (byte)value.Length]);
        _message.Write(value);
    }
}
