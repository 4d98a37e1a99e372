using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>Writes server-sent events.</summary>
public static class SseOutput
{
    /// <summary>A comment, which all readers of the format skip.</summary>
    public static ReadOnlyMemory<byte> Comment { get; } = ": keep-alive\n\n"u8.ToArray();

    /// <summary>
    /// Begins a frame: the event name, if any, and <c>data: </c>. The data must be one line. A name is cut at a line end: names that a
    /// provider made up must not become lines of the stream.
    /// </summary>
    public static void BeginFrame(this IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        if (name.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end) name = name[..end];
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(name);
            output.Write("\n"u8);
        }

        output.Write("data: "u8);
    }

    /// <summary>Ends a frame.</summary>
    public static void EndFrame(this IBufferWriter<byte> output) => output.Write("\n\n"u8);
}
