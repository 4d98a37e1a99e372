using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>Work on JSON strings in their raw form, quotes and escapes included.</summary>
public static class JsonText
{
    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Where(c => c is not ('"' or '\\')).Select(c => (byte)c)]);

    /// <summary>Is this text of printable ASCII that a JSON string holds as it is?</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Printable);

    /// <summary>Is this a whole JSON string with no escape that JSON does not know?</summary>
    public static bool IsValid(ReadOnlySpan<byte> raw)
    {
        if (raw is [(byte)'"', .. var text, (byte)'"'] && IsPlain(text)) return true;
        try
        {
            var reader = new Utf8JsonReader(raw);
            return reader.Read() && reader.TokenType == JsonTokenType.String && reader.BytesConsumed == raw.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text that a valid raw JSON string stands for. Lone surrogate escapes become U+FFFD.</summary>
    public static string DecodeToString(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(raw.Contains((byte)'\\') ? Decode(raw) : raw[1..^1]);

    /// <summary>The UTF-8 text that a valid raw JSON string stands for. Lone surrogate escapes become U+FFFD.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> raw)
    {
        var inner = raw[1..^1];
        if (inner.IndexOf((byte)'\\') < 0) return inner.ToArray();
        var target = new byte[inner.Length];
        try
        {
            var reader = new Utf8JsonReader(raw);
            reader.Read();
            var length = reader.CopyString(target);
            return target[..length];
        }
        catch (InvalidOperationException)
        {
            return DecodeLenient(inner);
        }
    }

    /// <summary>Is the value the JSON string for <paramref name="text"/>, however it is escaped?</summary>
    public static bool Is(JsonView value, ReadOnlySpan<byte> text)
    {
        if (value.ValueKind != JsonValueKind.String) return false;
        var raw = value.Utf8;
        return raw.IndexOf((byte)'\\') < 0 ? raw[1..^1].SequenceEqual(text) : Decode(raw).AsSpan().SequenceEqual(text);
    }

    /// <summary>Raw JSON strings joined into one. A surrogate pair cut in two by a stream heals here.</summary>
    public static RawJson Concat(IReadOnlyList<RawJson> strings)
    {
        if (strings.Count == 1) return strings[0].Own();
        var buffer = new ArrayBufferWriter<byte>(64);
        buffer.Write("\""u8);
        foreach (var part in strings) buffer.Write(part.Utf8[1..^1]);
        buffer.Write("\""u8);
        return new RawJson(buffer.WrittenMemory);
    }

    private static byte[] DecodeLenient(ReadOnlySpan<byte> inner)
    {
        var text = new StringBuilder();
        for (var i = 0; i < inner.Length;)
        {
            if (inner[i] != '\\')
            {
                var run = inner[i..].IndexOf((byte)'\\');
                var part = run < 0 ? inner[i..] : inner.Slice(i, run);
                text.Append(Encoding.UTF8.GetString(part));
                i += part.Length;
                continue;
            }

            if (inner[i + 1] == 'u')
            {
                text.Append((char)int.Parse(Encoding.ASCII.GetString(inner.Slice(i + 2, 4)), System.Globalization.NumberStyles.HexNumber));
                i += 6;
                continue;
            }

            text.Append(inner[i + 1] switch
            {
                (byte)'n' => '\n', (byte)'r' => '\r', (byte)'t' => '\t', (byte)'b' => '\b', (byte)'f' => '\f',
                var other => (char)other,
            });
            i += 2;
        }

        return Encoding.UTF8.GetBytes(text.ToString());   // replaces lone surrogates
    }
}
