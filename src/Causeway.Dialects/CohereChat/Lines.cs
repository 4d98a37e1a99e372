using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Data of a server-sent event must be one line, and JSON that came from elsewhere may be laid out over several.</summary>
internal static class Lines
{
    /// <summary>The same value on one line: inside a JSON string no line end can stand, so that those there are mean nothing.</summary>
    public static RawJson OneLine(this RawJson value)
    {
        if (value.Utf8.IndexOfAny((byte)'\n', (byte)'\r') < 0) return value;
        var line = value.Utf8.ToArray();
        foreach (ref var letter in line.AsSpan())
        {
            if (letter is (byte)'\n' or (byte)'\r') letter = (byte)' ';
        }

        return new RawJson(line);
    }
}
