using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Dialects.Json;

/// <summary>One member of a body's outermost object, by offsets in bytes.</summary>
/// <param name="Start">Where the member begins: the quote of its key.</param>
/// <param name="Key">The key without its quotes, as it is spelled.</param>
/// <param name="Value">The value.</param>
public readonly record struct TopLevelField(int Start, Range Key, Range Value);

/// <summary>The members of a body's outermost object. Reusable: each scan starts anew.</summary>
public sealed class TopLevelFields
{
    private readonly List<(TopLevelField Field, byte[]? Name)> _fields = new(16);
    private ReadOnlyMemory<byte> _body;

    /// <summary>How many members there are.</summary>
    public int Count => _fields.Count;

    /// <summary>The member number <paramref name="index"/>, in the order of the body.</summary>
    public TopLevelField this[int index] => _fields[index].Field;

    /// <summary>Finds the member whose key is <paramref name="name"/>, however its key is escaped.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out TopLevelField field)
    {
        var index = IndexOf(name);
        field = index < 0 ? default : _fields[index].Field;
        return index >= 0;
    }

    /// <summary>The number of the member whose key is <paramref name="name"/>; -1 if there is none.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            var (field, decoded) = _fields[i];
            if ((decoded ?? _body.Span[field.Key]).SequenceEqual(name)) return i;
        }

        return -1;
    }

    internal void Reset(ReadOnlyMemory<byte> body)
    {
        _fields.Clear();
        _body = body;
    }

    /// <summary>Adds a member; false if its key is there already.</summary>
    internal bool TryAdd(TopLevelField field)
    {
        var key = _body.Span[field.Key];
        var decoded = key.IndexOf((byte)'\\') < 0 ? null : JsonText.Decode(_body.Span[(field.Key.Start.Value - 1)..(field.Key.End.Value + 1)]);
        if (IndexOf(decoded ?? key) >= 0) return false;
        _fields.Add((field, decoded));
        return true;
    }
}

/// <summary>
/// Finds the members of a body's outermost object without parsing what is inside their values: they are skipped in whole
/// vectors (<see cref="JsonBlock"/>), so that a 100 KB request costs a few microseconds. The outermost structure is checked
/// strictly, and duplicate keys are refused (two readers that take different ones would see two different requests); inside
/// objects and arrays only brackets are counted: the rest is the business of whoever parses them.
/// </summary>
public static class TopLevelScan
{
    private const int MaxFields = 1024;
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",}] \t\r\n"u8);

    /// <summary>Scans <paramref name="body"/>; false with a <paramref name="problem"/> a person can act on.</summary>
    public static bool TryScan(ReadOnlyMemory<byte> body, TopLevelFields fields, out string problem)
    {
        fields.Reset(body);
        var scanner = new Scanner(body.Span, fields);
        problem = scanner.Run();
        return problem.Length == 0;
    }

    private ref struct Scanner(ReadOnlySpan<byte> body, TopLevelFields fields)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private int _at;

        public string Run()
        {
            SkipSpace();
            if (!Take((byte)'{')) return "the body is not a JSON object";
            SkipSpace();
            if (!Take((byte)'}'))
            {
                do
                {
                    var problem = Member();
                    if (problem.Length > 0) return problem;
                    SkipSpace();
                }
                while (Take((byte)','));

                if (!Take((byte)'}')) return Broken("expected ',' or '}'");
            }

            SkipSpace();
            return _at == _body.Length ? "" : Broken("there is something after the end of the object");
        }

        private string Member()
        {
            SkipSpace();
            var start = _at;
            if (!SkipString()) return Broken("expected a key in quotes");
            var key = (start + 1)..(_at - 1);
            SkipSpace();
            if (!Take((byte)':')) return Broken("expected ':'");
            SkipSpace();
            var value = _at;
            if (!SkipValue()) return Broken("expected a value");
            if (!JsonText.IsValid(_body[start..(key.End.Value + 1)])) return Broken("a key is not valid");
            if (fields.Count == MaxFields) return $"the body has more than {MaxFields} fields";
            return fields.TryAdd(new TopLevelField(start, key, value.._at))
                ? "" : $"the field '{Encoding.UTF8.GetString(_body[key])}' occurs twice: send it once";
        }

        private bool SkipValue()
        {
            if (_at == _body.Length) return false;
            return _body[_at] switch
            {
                (byte)'"' => SkipString(),
                (byte)'{' or (byte)'[' => SkipNested(),
                _ => SkipScalar(),
            };
        }

        private bool SkipString()
        {
            if (!Take((byte)'"')) return false;
            while (true)
            {
                var next = _body[_at..].IndexOfAny((byte)'"', (byte)'\\');
                if (next < 0) return false;
                _at += next + 1;
                if (_body[_at - 1] == '"') return true;
                if (_at++ >= _body.Length) return false;   // what the backslash escapes
            }
        }

        /// <summary>
        /// Skips an object or an array, 64 bytes at a time. Brackets are only counted, by their kind; one by one they are looked at
        /// where the value may end or nest too deep.
        /// </summary>
        private bool SkipNested()
        {
            Span<byte> padded = stackalloc byte[JsonBlock.Size];
            var strings = new JsonBlock.Strings();
            int braces = 0, brackets = 0;
            for (var start = _at; start < _body.Length; start += JsonBlock.Size)
            {
                scoped ReadOnlySpan<byte> bytes = _body[start..];
                if (bytes.Length < JsonBlock.Size)
                {
                    padded.Fill((byte)' ');
                    bytes.CopyTo(padded);
                    bytes = padded;
                }

                ref var block = ref MemoryMarshal.GetReference(bytes);
                var outside = ~strings.Next(in block);
                if (outside == 0) continue;

                // '[' and '{', and ']' and '}', differ in the bit 0x20 alone, and no other byte becomes one of them by it.
                var opens = JsonBlock.Find(in block, (byte)'{', fold: 0x20) & outside;
                var closes = JsonBlock.Find(in block, (byte)'}', fold: 0x20) & outside;
                var areBrackets = JsonBlock.Find(in block, (byte)'[') | JsonBlock.Find(in block, (byte)']');
                if (BitOperations.PopCount(closes) < braces + brackets && BitOperations.PopCount(opens) + braces + brackets < JsonInput.MaxDepth)
                {
                    brackets += BitOperations.PopCount(opens & areBrackets) - BitOperations.PopCount(closes & areBrackets);
                    braces += BitOperations.PopCount(opens & ~areBrackets) - BitOperations.PopCount(closes & ~areBrackets);
                    if (braces < 0 || brackets < 0) return false;
                    continue;
                }

                for (var left = opens | closes; left != 0; left &= left - 1)
                {
                    var bit = left & (0 - left);
                    var step = (opens & bit) != 0 ? 1 : -1;
                    if ((areBrackets & bit) != 0) brackets += step;
                    else braces += step;
                    if (braces < 0 || brackets < 0 || braces + brackets == JsonInput.MaxDepth) return false;
                    if (braces + brackets > 0) continue;
                    _at = start + BitOperations.TrailingZeroCount(bit) + 1;
                    return true;
                }
            }

            return false;
        }

        /// <summary>A number, true, false or null: checked by the one parser that knows all the rules.</summary>
        private bool SkipScalar()
        {
            var end = _body[_at..].IndexOfAny(ScalarEnd);
            if (end < 0) return false;
            var reader = new System.Text.Json.Utf8JsonReader(_body.Slice(_at, end));
            try
            {
                if (!reader.Read() || reader.BytesConsumed != end) return false;
            }
            catch (System.Text.Json.JsonException)
            {
                return false;
            }

            _at += end;
            return true;
        }

        private bool Take(byte wanted)
        {
            if (_at >= _body.Length || _body[_at] != wanted) return false;
            _at++;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < _body.Length && _body[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
        }

        private readonly string Broken(string what) => $"the body is not valid JSON: {what} at byte {_at}";
    }
}
