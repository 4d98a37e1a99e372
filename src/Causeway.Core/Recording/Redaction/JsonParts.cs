using System.Buffers;
using System.Text.Json;

namespace Causeway.Core.Recording.Redaction;

/// <summary>What a part of JSON is.</summary>
internal enum JsonPart
{
    /// <summary>The inside of a string.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,
}

/// <summary>The strings and numbers of JSON documents that stand as values. The last document may be cut off.</summary>
internal ref struct JsonParts(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> Begins = SearchValues.Create("\"-0123456789"u8);
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("-+.eE0123456789"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _next;

    /// <summary>Which it is.</summary>
    public JsonPart Kind { get; private set; }

    /// <summary>Where the inside of the string, or the number, begins.</summary>
    public int Start { get; private set; }

    /// <summary>The place behind it.</summary>
    public int End { get; private set; }

    /// <summary>Does it have escapes?</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>Is a text made of JSON documents, of which the last may be cut off?</summary>
    public static bool AreAllOf(ReadOnlySpan<byte> text)
    {
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || text[start] is not ((byte)'{' or (byte)'[' or (byte)'"')) return false;
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = int.MaxValue, AllowMultipleValues = true }));
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;   // it only began like it
        }
    }

    /// <summary>Goes on to the next one; false at the end.</summary>
    public bool MoveNext()
    {
        while (_json[_next..].IndexOfAny(Begins) is >= 0 and var found)
        {
            Start = _next + found;
            if (_json[Start] != '"')
            {
                var length = _json[Start..].IndexOfAnyExcept(NumberBytes);
                End = _next = length < 0 ? _json.Length : Start + length;
                Kind = JsonPart.Number;
                return true;
            }

            Start++;
            (End, IsEscaped) = EndOfString(Start);
            _next = Math.Min(End + 1, _json.Length);
            Kind = JsonPart.Text;
            if (!IsName()) return true;
        }

        return false;
    }

    private readonly (int End, bool IsEscaped) EndOfString(int at)
    {
        for (var isEscaped = false; ; isEscaped = true)
        {
            var next = _json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0 || (_json[at + next] == '\\' && at + next + 2 >= _json.Length)) return (_json.Length, isEscaped || next >= 0);
            if (_json[at + next] == '"') return (at + next, isEscaped);
            at += next + 2;
        }
    }

    private readonly bool IsName()
    {
        var rest = _json[_next..];
        var next = rest.IndexOfAnyExcept(" \t\r\n"u8);
        return next >= 0 && rest[next] == ':';
    }
}
