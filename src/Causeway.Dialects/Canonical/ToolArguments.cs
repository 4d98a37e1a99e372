using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// The arguments of tool calls: an object in some dialects, a text that should hold one in others. Models also write broken ones.
/// </summary>
public static class ToolArguments
{
    /// <summary>Free text as an object with one member, for dialects whose tools take objects only.</summary>
    public static void WriteFreeText(Utf8JsonWriter writer, RawJson text)
    {
        writer.WriteStartObject();
        writer.WriteString("input"u8, text.Utf8);
        writer.WriteEndObject();
    }

    /// <summary>The same object as a JSON string, for dialects that hold arguments as text.</summary>
    public static RawJson WrapFreeText(RawJson text)
    {
        var wrapped = new ArrayBufferWriter<byte>(text.Utf8.Length + 16);
        using (var writer = new Utf8JsonWriter(wrapped, JsonOutput.Options)) WriteFreeText(writer, text);
        return RawJson.FromText(wrapped.WrittenSpan);
    }

    /// <summary>No arguments: nothing, white space or <c>null</c>.</summary>
    public static bool IsEmpty(RawJson arguments)
    {
        var text = arguments.Utf8.Trim(" \t\r\n"u8);
        return text.IsEmpty || text.SequenceEqual("null"u8);
    }

    /// <summary>Are the arguments one whole JSON object?</summary>
    public static bool IsJsonObject(RawJson arguments) => arguments.IsFromDocument ? arguments.IsObject : IsJsonObject(arguments.Utf8);

    /// <summary>Is this text one whole JSON object?</summary>
    public static bool IsJsonObject(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonInput.MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The arguments that a JSON string holds: its text, unescaped.</summary>
    public static RawJson FromText(RawJson text) => new(JsonText.Decode(text.Utf8));
}
