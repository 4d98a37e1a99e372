using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads and writes <c>citations</c>: stretches of the answer and the documents or tool results they rest on.</summary>
internal static class CitationCodec
{
    public static Citation Decode(JsonView citation)
    {
        var sources = RequestReader.Get(citation, "sources"u8);
        var first = sources.ValueKind == JsonValueKind.Array && sources.GetArrayLength() > 0 ? sources[0] : default;
        var document = RequestReader.Get(first, "document"u8);
        return new Citation
        {
            Origin = DialectId.CohereChat,
            Raw = citation,
            Url = Text(document, "url"u8),
            Title = Text(document, "title"u8),
            Quote = Text(document, "snippet"u8),
        };
    }

    /// <summary>Writes a citation as an object of its own, which a list or an event then holds.</summary>
    public static void Write(Utf8JsonWriter writer, Citation citation, int contentIndex)
    {
        if (citation.Origin == DialectId.CohereChat)
        {
            writer.WriteRaw(citation.Raw.OneLine());
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("start"u8, 0);   // where in the text is not known in the other dialect's terms
        writer.WriteNumber("end"u8, 0);
        writer.WriteString("text"u8, ""u8);
        writer.WriteStartArray("sources"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "document"u8);
        writer.WriteRaw("id"u8, !citation.Url.IsMissing ? citation.Url : !citation.Title.IsMissing ? citation.Title : RawJson.EmptyString);
        writer.WriteStartObject("document"u8);
        writer.WriteRaw("url"u8, citation.Url);
        writer.WriteRaw("title"u8, citation.Title);
        writer.WriteRaw("snippet"u8, citation.Quote);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString("type"u8, "TEXT_CONTENT"u8);
        writer.WriteNumber("content_index"u8, contentIndex);
        writer.WriteEndObject();
    }

    /// <summary>The number of the content part that a citation belongs to; null if it does not say.</summary>
    public static long? ContentIndex(JsonView citation) => ((RawJson)RequestReader.Get(citation, "content_index"u8)).AsInteger();

    /// <summary>Does the citation belong to the plan, not to the content?</summary>
    public static bool IsOfPlan(JsonView citation) => JsonText.Is(RequestReader.Get(citation, "type"u8), "PLAN"u8);

    private static RawJson Text(JsonView owner, ReadOnlySpan<byte> name) =>
        RequestReader.Get(owner, name) is { ValueKind: JsonValueKind.String } value ? value : default(RawJson);
}
