using System.Text.Json;

namespace Causeway.Core.Recording.Redaction;

/// <summary>The texts and numbers of JSON documents, without their names. What follows a place where a document was cut off is one more text.</summary>
internal ref struct JsonParts(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private Utf8JsonReader _reader = new(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = int.MaxValue, AllowMultipleValues = true }));
    private bool _isOver;

    /// <summary>False once something was met that is no JSON.</summary>
    public bool IsJson { get; private set; } = true;

    /// <summary>A string or a number; none: what is left of a document that was cut off.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>Where the inside of the string, or the number, begins.</summary>
    public int Start { get; private set; }

    /// <summary>The place behind it.</summary>
    public int End { get; private set; }

    /// <summary>Does it have escapes?</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>Does a text begin as objects and lists do?</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> text)
    {
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && text[start] is (byte)'{' or (byte)'[';
    }

    /// <summary>Goes on to the next one; false at the end.</summary>
    public bool MoveNext()
    {
        try
        {
            while (!_isOver && _reader.Read())
            {
                if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) continue;
                (Kind, IsEscaped, Start) = (_reader.TokenType, _reader.ValueIsEscaped, (int)_reader.TokenStartIndex + (_reader.TokenType == JsonTokenType.String ? 1 : 0));
                End = Start + _reader.ValueSpan.Length;
                return true;
            }
        }
        catch (JsonException)
        {
            (IsJson, _isOver) = (false, true);   // text that only began like it
        }

        if (_isOver) return false;
        (_isOver, Kind, IsEscaped, Start, End) = (true, JsonTokenType.None, true, (int)_reader.BytesConsumed, _json.Length);
        return Start < End;
    }
}
