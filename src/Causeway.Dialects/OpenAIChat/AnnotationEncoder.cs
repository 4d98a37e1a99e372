using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes <c>annotations</c>: sources by address.</summary>
internal static class AnnotationEncoder
{
    /// <summary>Writes the property, unless no citation can be expressed.</summary>
    public static void Write(Utf8JsonWriter writer, List<Citation> citations, LossReport losses)
    {
        var fit = citations.FindAll(citation => CanWrite(citation, losses));
        if (fit.Count == 0) return;
        writer.WriteStartArray("annotations"u8);
        foreach (var citation in fit) WriteOne(writer, citation);
        writer.WriteEndArray();
    }

    /// <summary>Citations of pages and passages have no address, and no counterpart here.</summary>
    public static bool CanWrite(Citation citation, LossReport losses)
    {
        if (citation.Origin == DialectId.OpenAIChat || !citation.Url.IsMissing) return true;
        losses.Add("content.citations", "openai-chat cites addresses only");
        return false;
    }

    public static void WriteOne(Utf8JsonWriter writer, Citation citation)
    {
        if (citation.Origin == DialectId.OpenAIChat)
        {
            writer.WriteRaw(citation.Raw);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "url_citation"u8);
        writer.WriteStartObject("url_citation"u8);
        writer.WriteRaw("url"u8, citation.Url);
        writer.WriteRaw("title"u8, citation.Title.IsMissing ? citation.Url : citation.Title);
        writer.WriteNumber("start_index"u8, 0);   // where in the text is not known in the other dialect's terms
        writer.WriteNumber("end_index"u8, 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
