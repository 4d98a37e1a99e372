using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>
/// Cuts a byte stream into server-sent events, wherever the network cut it. Takes LF, CRLF and CR line ends, a leading
/// byte-order mark, comments, and data over several lines (WHATWG HTML, section 9.2.6).
/// </summary>
public sealed class SseReader : IFrameReader
{
    /// <summary>A single event may be this long, in bytes; a longer one is an attack or a broken upstream.</summary>
    public const int MaxFrameBytes = 32 << 20;

    private const int LargestPooled = 1 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
    private int _start;      // of the frame being collected
    private int _scanned;    // line ends before this are known
    private int _end;
    private int _lineStart;  // of the line being collected
    private bool _first = true;

    /// <summary>Bytes that came but do not make a whole frame yet.</summary>
    public ReadOnlyMemory<byte> Pending => _buffer.AsMemory(_start, _end - _start);

    /// <inheritdoc/>
    public Memory<byte> GetMemory()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _scanned -= _start;
            _lineStart -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_buffer.Length - _end < 4 << 10)
        {
            var size = _buffer.Length * 2;   // the pool keeps what it gets, so the huge arrays of rare huge events stay out of it
            var larger = size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
            Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
            Return();
            _buffer = larger;
        }

        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <summary>The frame is longer than <see cref="MaxFrameBytes"/>.</summary>
    public bool IsTooLong => _end - _start > MaxFrameBytes;

    /// <summary>
    /// The next whole frame. With <paramref name="atEnd"/> the bytes that are left count as a frame, as lenient readers
    /// take them: some upstreams end without the blank line.
    /// </summary>
    public bool TryRead(out SseFrame frame, bool atEnd = false)
    {
        while (_scanned < _end)
        {
            var at = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny((byte)'\n', (byte)'\r');
            if (at < 0)
            {
                _scanned = _end;
                break;
            }

            var lineEnd = _scanned + at;
            var next = lineEnd + 1;
            if (_buffer[lineEnd] == '\r')
            {
                if (next == _end && !atEnd)
                {
                    _scanned = lineEnd;   // an LF may follow
                    break;
                }

                if (next < _end && _buffer[next] == '\n') next++;
            }

            _scanned = next;
            var blank = lineEnd == _lineStart;
            _lineStart = next;
            if (!blank) continue;
            frame = Take(next);
            return true;
        }

        if (atEnd && _end > _start)
        {
            frame = Take(_end);
            return true;
        }

        frame = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return();
        _buffer = [];
    }

    private void Return()
    {
        if (_buffer.Length is > 0 and <= LargestPooled) ArrayPool<byte>.Shared.Return(_buffer);
    }

    private SseFrame Take(int end)
    {
        var raw = _buffer.AsMemory(_start, end - _start);
        _start = _scanned = _lineStart = end;
        var text = raw;
        if (_first && text.Span.StartsWith("\uFEFF"u8)) text = text[3..];
        _first = false;
        return Parse(raw, text);
    }

    private static SseFrame Parse(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> text)
    {
        ReadOnlyMemory<byte> name = default, data = default;
        ArrayBufferWriter<byte>? joined = null;
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (Field(line, "data"u8) is { } piece)
            {
                if (data.IsEmpty && joined is null)
                {
                    data = piece;
                    continue;
                }

                if (joined is null)
                {
                    joined = new ArrayBufferWriter<byte>(data.Length + piece.Length + 1);
                    joined.Write(data.Span);
                }

                joined.Write("\n"u8);
                joined.Write(piece.Span);
            }
            else if (Field(line, "event"u8) is { } value)
            {
                name = value;
            }
        }

        return new SseFrame { Raw = raw, Event = name, Data = joined?.WrittenMemory ?? data };
    }

    private static ReadOnlyMemory<byte>? Field(ReadOnlyMemory<byte> line, ReadOnlySpan<byte> name)
    {
        var span = line.Span;
        if (!span.StartsWith(name)) return null;
        if (span.Length == name.Length) return ReadOnlyMemory<byte>.Empty;
        if (span[name.Length] != ':') return null;
        var value = line[(name.Length + 1)..];
        return value.Span is [(byte)' ', ..] ? value[1..] : value;
    }
}
