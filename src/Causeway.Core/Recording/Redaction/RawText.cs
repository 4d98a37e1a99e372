using System.Buffers;
using System.Text;

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// UTF-8 as it stands in a body, and the text that it means: bytes that are no UTF-8 are U+FFFD, and the escapes of JSON may be undone. It finds the way
/// back from places of the text to places of the bytes, forwards only.
/// </summary>
internal ref struct RawText(ReadOnlySpan<byte> raw, bool isEscaped)
{
    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'\\', .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    private readonly ReadOnlySpan<byte> _raw = raw;
    private int _byte;
    private int _char;

    /// <summary>Writes the text; it is never longer in characters than the bytes are.</summary>
    public readonly int Decode(Span<char> text)
    {
        if (!isEscaped) return Encoding.UTF8.GetChars(_raw, text);
        var rest = _raw;
        var length = 0;
        while (rest.IndexOf((byte)'\\') is >= 0 and var next)
        {
            length += Encoding.UTF8.GetChars(rest[..next], text[length..]);
            rest = rest[(next + Escape(rest[next..], out text[length++]))..];
        }

        return length + Encoding.UTF8.GetChars(rest, text[length..]);
    }

    /// <summary>Where a character of the text stands in the bytes. Each place asked for must not be before the last one.</summary>
    public int ByteOf(int at)
    {
        while (_char < at)
        {
            var rest = _raw[_byte..];
            var plain = rest.IndexOfAny(Special);
            if (plain < 0) plain = rest.Length;
            if (plain > 0)
            {
                var step = Math.Min(plain, at - _char);
                (_byte, _char) = (_byte + step, _char + step);
            }
            else if (rest[0] == '\\')
            {
                (_byte, _char) = (_byte + (isEscaped ? Escape(rest, out _) : 1), _char + 1);
            }
            else
            {
                Rune.DecodeFromUtf8(rest, out var rune, out var bytes);
                (_byte, _char) = (_byte + bytes, _char + rune.Utf16SequenceLength);
            }
        }

        return _byte;
    }

    /// <summary>Reads an escape: how many bytes it has, and what it means. What is none is a backslash.</summary>
    private static int Escape(ReadOnlySpan<byte> text, out char meaning)
    {
        meaning = text.Length < 2 ? '\\' : (char)text[1] switch
        {
            'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', '"' => '"', '/' => '/', _ => '\\',
        };
        if (meaning != '\\') return 2;
        if (text.Length < 2 || text[1] != 'u') return text.Length >= 2 && text[1] == '\\' ? 2 : 1;
        var value = 0;
        for (var i = 2; i < 6; i++)
        {
            if (i >= text.Length || !char.IsAsciiHexDigit((char)text[i])) return 1;
            value = (value << 4) + HexDigit(text[i]);
        }

        meaning = (char)value;
        return 6;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
