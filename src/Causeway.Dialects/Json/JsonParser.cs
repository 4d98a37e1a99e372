using System.Buffers;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>Reads strict JSON (RFC 8259) of valid UTF-8 into a <see cref="JsonTree"/>.</summary>
internal ref struct JsonParser(ReadOnlySpan<byte> text, JsonTree tree)
{
    private static readonly SearchValues<byte> EndOfRun = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Reads the whole text; what is wrong with it, or nothing.</summary>
    public string Run()
    {
        if (Value(depth: 0) is { } problem) return $"{problem} at byte {_at}";
        return Next() < 0 ? "" : $"there is something after the end at byte {_at}";
    }

    /// <summary>The next byte that is no white space; -1 at the end.</summary>
    private int Next()
    {
        while (_at < _text.Length)
        {
            var next = _text[_at];
            if (next > ' ' || next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) return next;
            _at++;
        }

        return -1;
    }

    private string? Value(int depth) => Next() switch
    {
        '"' => String(),
        '{' => depth == JsonInput.MaxDepth ? TooDeep() : Object(depth + 1),
        '[' => depth == JsonInput.MaxDepth ? TooDeep() : Array(depth + 1),
        't' => Literal("true"u8, JsonValueKind.True),
        'f' => Literal("false"u8, JsonValueKind.False),
        'n' => Literal("null"u8, JsonValueKind.Null),
        '-' or (>= '0' and <= '9') => Number(),
        _ => "expected a value",
    };

    private string? Object(int depth)
    {
        var index = tree.Add(new JsonTree.Row(JsonValueKind.Object, false, _at++, 0, 1));
        if (Next() == '}') return Close(index);
        while (true)
        {
            if (Next() != '"') return "expected a name in quotes";
            if (String() is { } wrongName) return wrongName;
            if (Next() != ':') return "expected ':'";
            _at++;
            if (Value(depth) is { } wrongValue) return wrongValue;
            var mark = Next();
            if (mark == '}') return Close(index);
            if (mark != ',') return "expected ',' or '}'";
            _at++;
            Next();
        }
    }

    private string? Array(int depth)
    {
        var index = tree.Add(new JsonTree.Row(JsonValueKind.Array, false, _at++, 0, 1));
        if (Next() == ']') return Close(index);
        while (true)
        {
            if (Value(depth) is { } wrongValue) return wrongValue;
            var mark = Next();
            if (mark == ']') return Close(index);
            if (mark != ',') return "expected ',' or ']'";
            _at++;
        }
    }

    private string? Close(int index)
    {
        tree.Close(index, ++_at);
        return null;
    }

    private string? String()
    {
        var start = _at++;
        var hasEscapes = false;
        while (true)
        {
            var run = _text[_at..].IndexOfAny(EndOfRun);
            if (run < 0) return "a string has no end";
            _at += run;
            var mark = _text[_at];
            if (mark < ' ') return "a string holds a control character";
            _at++;
            if (mark == '"') break;
            hasEscapes = true;
            if (!Escape()) return "a string holds an escape that JSON does not know";
        }

        tree.Add(new JsonTree.Row(JsonValueKind.String, hasEscapes, start, _at - start, 1));
        return null;
    }

    /// <summary>What follows a backslash.</summary>
    private bool Escape()
    {
        if (_at == _text.Length) return false;
        if (_text[_at++] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t') return true;
        if (_text[_at - 1] != 'u' || _text.Length - _at < 4) return false;
        foreach (var digit in _text.Slice(_at, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
        }

        _at += 4;
        return true;
    }

    private string? Literal(ReadOnlySpan<byte> word, JsonValueKind kind)
    {
        if (!_text[_at..].StartsWith(word)) return "expected a value";
        tree.Add(new JsonTree.Row(kind, false, _at, word.Length, 1));
        _at += word.Length;
        return null;
    }

    private string? Number()
    {
        const string Wrong = "a number is not written as JSON wants it";
        var start = _at;
        if (_text[_at] == '-') _at++;
        var first = _at;
        if (!Digits() || (_text[first] == '0' && _at > first + 1)) return Wrong;
        if (Take((byte)'.') && !Digits()) return Wrong;
        if (Take((byte)'e') || Take((byte)'E'))
        {
            if (!Take((byte)'+')) Take((byte)'-');
            if (!Digits()) return Wrong;
        }

        tree.Add(new JsonTree.Row(JsonValueKind.Number, false, start, _at - start, 1));
        return null;
    }

    private bool Digits()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9') _at++;
        return _at > start;
    }

    private bool Take(byte wanted)
    {
        if (_at == _text.Length || _text[_at] != wanted) return false;
        _at++;
        return true;
    }

    private static string TooDeep() => $"objects and arrays nest deeper than {JsonInput.MaxDepth}";
}
