using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>
/// One JSON value as the UTF-8 text it arrived in: numbers keep their digits, strings their escapes.
/// It points either into a parsed <see cref="JsonTree"/> or at bytes of its own. Values that point into a
/// document live as long as the document and the buffer it was parsed from; <see cref="Own"/> cuts that tie.
/// </summary>
public readonly struct RawJson : IEquatable<RawJson>
{
    private readonly JsonView _view;
    private readonly ReadOnlyMemory<byte> _bytes;

    private RawJson(JsonView view) => (_view, _bytes) = (view, view.Memory);

    /// <summary>Wraps <paramref name="utf8"/>, which must be one valid JSON value.</summary>
    public RawJson(ReadOnlyMemory<byte> utf8) => _bytes = utf8;

    /// <summary>The empty JSON string <c>""</c>.</summary>
    public static RawJson EmptyString { get; } = new("\"\""u8.ToArray());

    /// <summary>The empty JSON object <c>{}</c>.</summary>
    public static RawJson EmptyObject { get; } = new("{}"u8.ToArray());

    /// <summary>The value's UTF-8 text; empty if there is no value.</summary>
    public ReadOnlySpan<byte> Utf8 => _bytes.Span;

    /// <summary>There is no value (the field was absent). A JSON <c>null</c> is a value.</summary>
    public bool IsMissing => _bytes.IsEmpty;

    /// <summary>The value points into a parsed document, so it is known to be valid JSON.</summary>
    public bool IsFromDocument => _view.ValueKind != JsonValueKind.Undefined;

    /// <summary>The value is a JSON string.</summary>
    public bool IsString => Utf8 is [(byte)'"', ..];

    /// <summary>The value is a JSON object.</summary>
    public bool IsObject => Utf8 is [(byte)'{', ..];

    /// <summary>The value is missing, <c>null</c>, or the empty string.</summary>
    public bool IsNullOrEmpty => IsMissing || Utf8.SequenceEqual("\"\""u8) || Utf8.SequenceEqual("null"u8);

    /// <summary>Points into the document that <paramref name="view"/> belongs to; an undefined one is missing.</summary>
    public static implicit operator RawJson(JsonView view) => new(view);

    /// <summary>Writes <paramref name="text"/> as a JSON string.</summary>
    public static RawJson FromString(string text) => FromText(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes UTF-8 <paramref name="text"/> as a JSON string.</summary>
    public static RawJson FromText(ReadOnlySpan<byte> text)
    {
        if (JsonText.IsPlain(text)) return new RawJson((byte[])[(byte)'"', .. text, (byte)'"']);
        var buffer = new ArrayBufferWriter<byte>(text.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
            writer.WriteStringValue(text);
        return new RawJson(buffer.WrittenMemory);
    }

    /// <summary>Writes a whole number.</summary>
    public static RawJson FromNumber(long number) => new(Encoding.UTF8.GetBytes(number.ToString()));

    /// <summary>A JSON number.</summary>
    public static RawJson FromNumber(double number) => new(Encoding.UTF8.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>The decoded text of a JSON string; null if it is no string. Lone surrogates become U+FFFD.</summary>
    public string? AsString() => IsString ? JsonText.DecodeToString(Utf8) : null;

    /// <summary>The number, if the value is a whole number that fits (<c>100</c>, also written <c>100.0</c> or <c>1e2</c>).</summary>
    public long? AsInteger()
    {
        if (Utf8Parser.TryParse(Utf8, out long whole, out var read) && read == _bytes.Length) return whole;
        return AsNumber() is { } number && Math.Floor(number) == number && Math.Abs(number) < 1e15 ? (long)number : null;
    }

    /// <summary>The number; null if the value is none.</summary>
    public double? AsNumber() =>
        Utf8 is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] && Utf8Parser.TryParse(Utf8, out double number, out var read) && read == _bytes.Length && double.IsFinite(number)
            ? number : null;

    /// <summary>True or false; null if the value is neither.</summary>
    public bool? AsBoolean() => Utf8.SequenceEqual("true"u8) ? true : Utf8.SequenceEqual("false"u8) ? false : null;

    /// <summary>The same value with bytes of its own, safe to keep after its document and buffer are gone.</summary>
    public RawJson Own() => IsMissing ? default : new RawJson(Utf8.ToArray());

    /// <summary>The value for a look inside; parsed only if it does not point into a document already.</summary>
    public JsonView AsElement() => IsFromDocument ? _view : JsonInput.TryParse(_bytes, out _)?.RootElement ?? default;

    /// <summary>Equal if the UTF-8 texts are equal.</summary>
    public bool Equals(RawJson other) => Utf8.SequenceEqual(other.Utf8);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawJson other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    /// <summary>Equal texts.</summary>
    public static bool operator ==(RawJson left, RawJson right) => left.Equals(right);

    /// <summary>Unequal texts.</summary>
    public static bool operator !=(RawJson left, RawJson right) => !left.Equals(right);

    /// <summary>The JSON text, for debugging and tests.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8);
}
