using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>What whole and streamed answers write alike.</summary>
internal static class AnswerBlocks
{
    /// <summary>An id for an answer or a call whose upstream gave none.</summary>
    public static string NewId(string prefix) => prefix + Guid.NewGuid().ToString("N");

    /// <summary>Can this API name the source: one of its own, or one with an address (as a web search result)?</summary>
    public static bool CanCite(Citation citation) =>
        citation.Origin == DialectId.AnthropicMessages || citation.Url.IsString;

    /// <summary>Writes a citation for which <see cref="CanCite"/> holds.</summary>
    public static void WriteCitation(Utf8JsonWriter writer, Citation citation)
    {
        if (citation.Origin == DialectId.AnthropicMessages)
        {
            writer.WriteLine(citation.Raw);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "web_search_result_location"u8);
        writer.WriteRaw("url"u8, citation.Url);
        writer.WriteRaw("title"u8, citation.Title.IsString ? citation.Title : citation.Url);
        writer.WriteRaw("cited_text"u8, citation.Quote.IsString ? citation.Quote : RawJson.EmptyString);
        writer.WriteString("encrypted_index"u8, ""u8);
        writer.WriteEndObject();
    }

    /// <summary>The signature to show for thinking: its own, or a mark that this gateway will know again.</summary>
    public static RawJson Signature(ReasoningPart part) =>
        part.Origin == DialectId.AnthropicMessages && part.Signature.IsString ? part.Signature : MintedSignature.Wrap(part);

    /// <summary>
    /// Writes a call's input, which must be an object. Claude Code names broken arguments <c>__unparsedToolInput</c> when
    /// it replays them, so that a model knows the form.
    /// </summary>
    public static void WriteInput(Utf8JsonWriter writer, RawJson arguments)
    {
        if (ToolArguments.IsJsonObject(arguments))
        {
            writer.WriteLine(arguments);
            return;
        }

        writer.WriteStartObject();
        if (!ToolArguments.IsEmpty(arguments))
        {
            writer.WriteStartObject("__unparsedToolInput"u8);
            writer.WriteString("raw"u8, arguments.Utf8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
