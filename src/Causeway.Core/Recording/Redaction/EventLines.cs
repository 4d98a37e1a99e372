namespace Causeway.Core.Recording.Redaction;

/// <summary>The parts of a stream of events: of each line what follows <c>data:</c>, or all of it.</summary>
internal ref struct EventLines(ReadOnlySpan<byte> stream)
{
    private readonly ReadOnlySpan<byte> _stream = stream;
    private int _next;

    /// <summary>Where a part begins, and the place behind it.</summary>
    public (int Start, int End) Current { get; private set; }

    /// <summary>Does a body look like one?</summary>
    public static bool Are(ReadOnlySpan<byte> body)
    {
        var start = body.IndexOfAnyExcept("\r\n"u8);
        if (start < 0) return false;
        body = body[start..];
        return body.StartsWith("data:"u8) || body.StartsWith("event:"u8) || body.StartsWith("id:"u8) || body.StartsWith("retry:"u8) || body[0] == ':';
    }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly EventLines GetEnumerator() => this;

    /// <summary>Goes on to the next line.</summary>
    public bool MoveNext()
    {
        if (_next >= _stream.Length) return false;
        var line = _stream[_next..];
        var end = line.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0) line = line[..end];
        var name = line.StartsWith("data:"u8) ? "data:"u8.Length : 0;
        Current = (_next + name, _next + line.Length);
        _next += line.Length + 1;
        return true;
    }
}
