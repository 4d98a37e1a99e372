using System.Buffers.Binary;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>
/// Cuts a byte stream into AWS event-stream messages: two lengths and their checksum, headers, payload, checksum. The event's
/// type becomes the frame's name, an exception's with an exclamation mark before it. A broken message becomes a frame of that name alone.
/// Source: AWS, "Event stream encoding".
/// </summary>
internal sealed class EventStreamReader : IFrameReader
{
    private const int Prelude = 12;
    private const int LargestMessage = 24 << 20;

    private byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;
    private bool _broken;

    public bool IsTooLong => false;   // a length beyond all reason breaks the stream

    public Memory<byte> GetMemory()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_buffer.Length - _end < 4 << 10) Array.Resize(ref _buffer, _buffer.Length * 2);
        return _buffer.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    public bool TryRead(out SseFrame frame, bool atEnd = false)
    {
        frame = default;
        var left = _buffer.AsMemory(_start, _end - _start);
        if (_broken || left.Length < Prelude) return false;
        var total = BinaryPrimitives.ReadUInt32BigEndian(left.Span);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(left.Span[4..]);
        if (total is < Prelude + 4 or > LargestMessage || headers > total - Prelude - 4 || BinaryPrimitives.ReadUInt32BigEndian(left.Span[8..]) != Crc32.Of(left.Span[..8]))
            return Break(left, out frame);
        if (left.Length < total) return false;
        var message = left[..(int)total];
        if (BinaryPrimitives.ReadUInt32BigEndian(message.Span[^4..]) != Crc32.Of(message.Span[..^4])) return Break(left, out frame);
        _start += (int)total;
        frame = new SseFrame
        {
            Raw = message,
            Event = NameOf(message.Span.Slice(Prelude, (int)headers)),
            Data = message[(Prelude + (int)headers)..^4],
        };
        return true;
    }

    public void Dispose()
    {
    }

    private bool Break(ReadOnlyMemory<byte> rest, out SseFrame frame)
    {
        _broken = true;
        frame = new SseFrame { Raw = rest, Event = "!broken"u8.ToArray(), Data = "{\"message\":\"the provider's event stream is broken\"}"u8.ToArray() };
        return true;
    }

    private static byte[] NameOf(ReadOnlySpan<byte> headers)
    {
        byte[] name = [];
        while (headers.Length > 2 && headers.Length > headers[0] + 3)
        {
            var key = headers.Slice(1, headers[0]);
            var rest = headers[(1 + key.Length)..];
            if (rest[0] != 7) break;   // only texts are used by this API
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (rest.Length < 3 + length) break;
            var value = rest.Slice(3, length);
            headers = rest[(3 + length)..];
            if (key.SequenceEqual(":event-type"u8)) name = value.ToArray();
            else if (key.SequenceEqual(":exception-type"u8) || key.SequenceEqual(":error-code"u8)) return [(byte)'!', .. value];
        }

        return name;
    }
}
