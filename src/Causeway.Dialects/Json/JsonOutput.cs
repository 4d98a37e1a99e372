using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>How Causeway writes JSON.</summary>
public static class JsonOutput
{
    /// <summary>
    /// Compact, with <c>é</c> and <c>&lt;</c> as they are, and unvalidated: raw values were validated when they were read.
    /// </summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes <paramref name="value"/> as it is; nothing if it is missing.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, RawJson value)
    {
        if (!value.IsMissing) writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }

    /// <summary>Writes a property with <paramref name="value"/> as it is; nothing if it is missing.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, RawJson value)
    {
        if (value.IsMissing) return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }

    /// <summary>Writes a value on one line, as server-sent events need it; a pretty-printed one is made compact.</summary>
    public static void WriteLine(this Utf8JsonWriter writer, RawJson value)
    {
        if (value.Utf8.IndexOfAny((byte)'\n', (byte)'\r') < 0) writer.WriteRaw(value);
        else value.AsElement().WriteTo(writer);
    }
}
