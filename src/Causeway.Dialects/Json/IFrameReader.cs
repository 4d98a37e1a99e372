namespace Causeway.Dialects.Json;

/// <summary>
/// Cuts the bytes of a streamed answer into frames, wherever the network cut them. Most APIs stream server-sent events
/// (<see cref="SseReader"/>); a frame of another format is handed out in the same form.
/// </summary>
public interface IFrameReader : IDisposable
{
    /// <summary>Room for the next read. Frames handed out before are no longer good.</summary>
    Memory<byte> GetMemory();

    /// <summary>Takes <paramref name="count"/> bytes written into <see cref="GetMemory"/>.</summary>
    void Advance(int count);

    /// <summary>A frame is longer than any honest upstream's.</summary>
    bool IsTooLong { get; }

    /// <summary>The next whole frame; with <paramref name="atEnd"/> also what is left, if it can be one.</summary>
    bool TryRead(out SseFrame frame, bool atEnd = false);
}

/// <summary>Feeding a reader from memory.</summary>
public static class FrameReaderExtensions
{
    /// <summary>Appends bytes (a copy); for tests and small inputs.</summary>
    public static void Append(this IFrameReader reader, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = reader.GetMemory().Span;
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            reader.Advance(count);
            bytes = bytes[count..];
        }
    }
}
