using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Writes answers, whole or chunk by chunk: both have one form.</summary>
internal static class AnswerWriter
{
    private const DialectId Target = DialectId.Gemini;

    /// <summary>Begins an answer; the writer is inside the parts of its only candidate.</summary>
    public static void Begin(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("candidates"u8);
        writer.WriteStartObject();
        writer.WriteStartObject("content"u8);
        writer.WriteStartArray("parts"u8);
    }

    /// <summary>Ends it.</summary>
    public static void End(Utf8JsonWriter writer, StopReason? stop, List<Citation> sources, Usage? usage, string model, string id)
    {
        writer.WriteEndArray();
        writer.WriteString("role"u8, "model"u8);
        writer.WriteEndObject();
        if (stop is { } reason) writer.WriteString("finishReason"u8, FinishReasons.Encode(reason));
        writer.WriteNumber("index"u8, 0);
        if (sources.Count > 0) WriteSources(writer, sources);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (usage is not null) UsageCodec.Write(writer, usage);
        writer.WriteString("modelVersion"u8, model);
        writer.WriteString("responseId"u8, id);
        writer.WriteEndObject();
    }

    public static void Text(Utf8JsonWriter writer, RawJson text, bool thought, RawJson signature)
    {
        writer.WriteStartObject();
        writer.WriteRaw("text"u8, text);
        if (thought) writer.WriteBoolean("thought"u8, true);
        if (!signature.IsNullOrEmpty) writer.WriteRaw("thoughtSignature"u8, signature);
        writer.WriteEndObject();
    }

    public static void Call(Utf8JsonWriter writer, ToolCallPart call, RawJson arguments, RawJson signature)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall"u8);
        writer.WriteString("id"u8, call.Id);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("args"u8);
        if (call.IsFreeText) ToolArguments.WriteFreeText(writer, arguments);
        else if (ToolArguments.IsJsonObject(arguments)) writer.WriteLine(arguments);
        else
        {
            writer.WriteStartObject();
            if (!ToolArguments.IsEmpty(arguments)) writer.WriteString("arguments"u8, arguments.Utf8);   // broken: the client sees what the model wrote
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        if (!signature.IsNullOrEmpty) writer.WriteRaw("thoughtSignature"u8, signature);
        writer.WriteEndObject();
    }

    /// <summary>A part that came at once; false, and a loss, if this API has none like it.</summary>
    public static bool CanWriteWhole(Part part, LossReport losses)
    {
        if (part is MediaPart { Form: MediaForm.Base64 or MediaForm.Url } or OpaquePart { Origin: Target }) return true;
        losses.Add(part is OpaquePart opaque ? $"content.{opaque.Kind}" : "content.media", "gemini has no such part");
        return false;
    }

    public static void Whole(Utf8JsonWriter writer, Part part)
    {
        if (part is OpaquePart opaque)
        {
            writer.WriteLine(opaque.Raw);
            return;
        }

        var media = (MediaPart)part;
        writer.WriteStartObject();
        writer.WriteStartObject(media.Form == MediaForm.Url ? "fileData"u8 : "inlineData"u8);
        writer.WriteString("mimeType"u8, media.MediaType.Length > 0 ? media.MediaType : "image/png");
        writer.WriteRaw(media.Form == MediaForm.Url ? "fileUri"u8 : "data"u8, media.Data);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static bool CanCite(Citation citation, LossReport losses)
    {
        if (!citation.Url.IsMissing) return true;
        losses.Add("content.citations", "gemini cites addresses only");
        return false;
    }

    private static void WriteSources(Utf8JsonWriter writer, List<Citation> sources)
    {
        writer.WriteStartObject("groundingMetadata"u8);
        writer.WriteStartArray("groundingChunks"u8);
        foreach (var source in sources)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("web"u8);
            writer.WriteRaw("uri"u8, source.Url);
            writer.WriteRaw("title"u8, source.Title);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
