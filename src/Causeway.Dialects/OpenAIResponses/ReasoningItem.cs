using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>
/// The item <c>reasoning</c>: a summary (or, from open models, the text itself) and the encrypted whole, which lets the provider
/// take it up again. The latter is the part's signature.
/// </summary>
internal static class ReasoningItem
{
    public static ReasoningPart Read(JsonView item)
    {
        var texts = new List<RawJson>();
        Collect(RequestReader.Get(item, "summary"u8), texts);
        if (texts.Count == 0) Collect(RequestReader.Get(item, "content"u8), texts);
        return MintedSignature.Restore(
            texts.Count == 0 ? RawJson.EmptyString : RawTexts.Join(texts, "\\n\\n"u8),
            RequestReader.Get(item, "encrypted_content"u8) is { ValueKind: JsonValueKind.String } whole ? whole : default(RawJson),
            DialectId.OpenAIResponses);
    }

    /// <summary>Writes the item. A summary may be empty; <paramref name="id"/> is left out of requests, where it would be looked up in a store.</summary>
    public static void Write(Utf8JsonWriter writer, RawJson text, RawJson signature, string? id)
    {
        writer.WriteStartObject();
        if (id is not null) writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "reasoning"u8);
        writer.WriteStartArray("summary"u8);
        if (!text.IsNullOrEmpty) WriteSummary(writer, text);
        writer.WriteEndArray();
        if (!signature.IsNullOrEmpty) writer.WriteRaw("encrypted_content"u8, signature);
        writer.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter writer, RawJson text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "summary_text"u8);
        writer.WriteRaw("text"u8, text);
        writer.WriteEndObject();
    }

    private static void Collect(JsonView list, List<RawJson> texts)
    {
        foreach (var entry in list.EnumerateArray())
        {
            if (RequestReader.Get(entry, "text"u8) is { ValueKind: JsonValueKind.String } text) texts.Add(text);
        }
    }
}
