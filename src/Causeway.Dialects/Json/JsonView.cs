using System.Buffers.Text;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>
/// One value of a <see cref="JsonTree"/>; the default one is undefined, which stands for a value that is not there. Its members
/// are named as those of <see cref="JsonElement"/>, but nothing here throws on what a text holds.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct JsonView
{
    private readonly JsonTree? _tree;
    private readonly int _index;

    internal JsonView(JsonTree tree, int index) => (_tree, _index) = (tree, index);

    /// <summary>What it is.</summary>
    public JsonValueKind ValueKind => _tree is null ? JsonValueKind.Undefined : _tree[_index].Kind;

    /// <summary>Its text as it is written, quotes included; empty if undefined.</summary>
    public ReadOnlySpan<byte> Utf8 => Memory.Span;

    /// <summary>Its text as it is written, quotes included; empty if undefined.</summary>
    public ReadOnlyMemory<byte> Memory => _tree is null ? default : _tree.Text.Slice(_tree[_index].Start, _tree[_index].Length);

    /// <summary>Where its text stands in the tree's; nowhere if undefined.</summary>
    public (int Start, int Length) Place => _tree is null ? default : (_tree[_index].Start, _tree[_index].Length);

    /// <summary>The value of an array at a place; undefined if there is none.</summary>
    public JsonView this[int place]
    {
        get
        {
            foreach (var item in EnumerateArray())
            {
                if (place-- == 0) return item;
            }

            return default;
        }
    }

    /// <summary>How many values an array has; 0 for what is no array.</summary>
    public int GetArrayLength()
    {
        var count = 0;
        foreach (var _ in EnumerateArray()) count++;
        return count;
    }

    /// <summary>The values of an array; none of what is no array.</summary>
    public Items EnumerateArray() => new(this);

    /// <summary>The members of an object; none of what is no object.</summary>
    public Members EnumerateObject() => new(this);

    /// <summary>Finds the member of an object; the last, if there are several of the name.</summary>
    public bool TryGetProperty(ReadOnlySpan<byte> name, out JsonView value)
    {
        value = default;
        if (ValueKind != JsonValueKind.Object) return false;
        var text = _tree!.Text.Span;
        var (at, end) = (_index + 1, _index + _tree[_index].Size);
        while (at < end)
        {
            if (IsName(_tree[at], text, name)) value = new JsonView(_tree, at + 1);
            at += 1 + _tree[at + 1].Size;
        }

        return value._tree is not null;
    }

    /// <summary>Finds the member of an object; the last, if there are several of the name.</summary>
    public bool TryGetProperty(string name, out JsonView value)
    {
        Span<byte> utf8 = stackalloc byte[64];
        return TryGetProperty(Encoding.UTF8.TryGetBytes(name, utf8, out var length) ? utf8[..length] : Encoding.UTF8.GetBytes(name), out value);
    }

    /// <summary>The value of a number that is written without point and exponent and fits.</summary>
    public bool TryGetInt64(out long number)
    {
        number = 0;
        return ValueKind == JsonValueKind.Number && Utf8Parser.TryParse(Utf8, out number, out var read) && read == Utf8.Length;
    }

    /// <summary>The decoded text of a string; null if it is none. Lone surrogates become U+FFFD.</summary>
    public string? GetString() => ValueKind == JsonValueKind.String ? JsonText.DecodeToString(Utf8) : null;

    /// <summary>Writes the value without the white space between its parts.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in EnumerateObject())
                {
                    writer.WritePropertyName(member.Utf8Name);
                    member.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in EnumerateArray()) item.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Undefined: break;
            default: writer.WriteRawValue(Utf8, skipInputValidation: true); break;
        }
    }

    private static bool IsName(in JsonTree.Row row, ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => row.HasEscapes
        ? JsonText.Decode(text.Slice(row.Start, row.Length)).AsSpan().SequenceEqual(name)
        : row.Length == name.Length + 2 && text.Slice(row.Start + 1, name.Length).SequenceEqual(name);

    /// <summary>A member of an object.</summary>
    public readonly struct Member
    {
        private readonly JsonTree _tree;
        private readonly int _index;

        internal Member(JsonTree tree, int index) => (_tree, _index) = (tree, index);

        /// <summary>The name, decoded.</summary>
        public string Name => Encoding.UTF8.GetString(Utf8Name);

        /// <summary>The name, decoded.</summary>
        public ReadOnlySpan<byte> Utf8Name
        {
            get
            {
                ref readonly var row = ref _tree[_index];
                var raw = _tree.Text.Span.Slice(row.Start, row.Length);
                return row.HasEscapes ? JsonText.Decode(raw) : raw[1..^1];
            }
        }

        /// <summary>The value.</summary>
        public JsonView Value => new(_tree, _index + 1);

        /// <summary>Is this the name?</summary>
        public bool NameEquals(ReadOnlySpan<byte> name) => IsName(_tree[_index], _tree.Text.Span, name);

        /// <summary>Is this the name?</summary>
        public bool NameEquals(string name) => _tree[_index].HasEscapes ? Name == name : Ascii.Equals(Utf8Name, name);
    }

    /// <summary>The values of an array, in order.</summary>
    public struct Items : IEnumerable<JsonView>, IEnumerator<JsonView>
    {
        private readonly JsonTree? _tree;
        private readonly int _end;
        private int _next;
        private int _at;

        internal Items(JsonView array)
        {
            if (array.ValueKind != JsonValueKind.Array) return;
            _tree = array._tree;
            _next = array._index + 1;
            _end = array._index + _tree![array._index].Size;
        }

        /// <inheritdoc/>
        public readonly JsonView Current => new(_tree!, _at);

        readonly object IEnumerator.Current => Current;

        /// <summary>This, to go through it.</summary>
        public readonly Items GetEnumerator() => this;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_next >= _end) return false;
            _at = _next;
            _next += _tree![_at].Size;
            return true;
        }

        readonly IEnumerator<JsonView> IEnumerable<JsonView>.GetEnumerator() => this;

        readonly IEnumerator IEnumerable.GetEnumerator() => this;

        void IEnumerator.Reset() => throw new NotSupportedException();

        readonly void IDisposable.Dispose()
        {
        }
    }

    /// <summary>The members of an object, in order.</summary>
    public struct Members
    {
        private readonly JsonTree? _tree;
        private readonly int _end;
        private int _next;
        private int _at;

        internal Members(JsonView owner)
        {
            if (owner.ValueKind != JsonValueKind.Object) return;
            _tree = owner._tree;
            _next = owner._index + 1;
            _end = owner._index + _tree![owner._index].Size;
        }

        /// <summary>The member.</summary>
        public readonly Member Current => new(_tree!, _at);

        /// <summary>This, to go through it.</summary>
        public readonly Members GetEnumerator() => this;

        /// <summary>Goes on to the next member; false after the last.</summary>
        public bool MoveNext()
        {
            if (_next >= _end) return false;
            _at = _next;
            _next += 1 + _tree![_at + 1].Size;
            return true;
        }
    }
}
