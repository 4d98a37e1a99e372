using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>Joins raw JSON strings.</summary>
internal static class RawTexts
{
    /// <summary>
    /// One JSON string of all the texts, with <paramref name="between"/> (in the form it has inside a JSON string) between them.
    /// </summary>
    public static RawJson Join(List<RawJson> texts, ReadOnlySpan<byte> between)
    {
        if (texts.Count == 0) return RawJson.EmptyString;
        if (texts.Count == 1) return texts[0];
        var length = 2;
        foreach (var text in texts) length += text.Utf8.Length + between.Length;
        var buffer = new ArrayBufferWriter<byte>(length);
        buffer.Write("\""u8);
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0) buffer.Write(between);
            buffer.Write(texts[i].Utf8[1..^1]);
        }

        buffer.Write("\""u8);
        return new RawJson(buffer.WrittenMemory);
    }
}
