namespace Causeway.Dialects.Json;

/// <summary>
/// One server-sent event as it came over the wire. All memories point into the reader's buffer and are good until the
/// reader is asked for more.
/// </summary>
public readonly struct SseFrame
{
    /// <summary>The whole frame with its line ends, the blank line included: passes on as it is.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The event name; empty if the frame has none.</summary>
    public ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>The data lines joined by line feeds; empty if there are none (a comment, or a keep-alive).</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>A frame of given data, for tests and for streams that are not server-sent events.</summary>
    public static SseFrame Of(string data, string name = "") => new()
    {
        Data = System.Text.Encoding.UTF8.GetBytes(data),
        Event = System.Text.Encoding.UTF8.GetBytes(name),
    };
}
