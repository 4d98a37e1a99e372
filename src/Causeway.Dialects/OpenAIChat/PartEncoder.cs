using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes content parts of messages.</summary>
internal static class PartEncoder
{
    private const DialectId Target = DialectId.OpenAIChat;

    /// <summary>Can this part be written into a message? If not, the loss is noted.</summary>
    public static bool CanWrite(Part part, bool own, LossReport losses)
    {
        switch (part)
        {
            case TextPart text: return own || !text.Text.IsNullOrEmpty;
            case OpaquePart opaque when opaque.Origin != Target:
                losses.Add($"messages.{opaque.Kind}", "openai-chat has no such block");
                return false;
            case ReasoningPart: return false;
            case ToolCallPart or ToolResultPart:
                losses.Add("messages.tool_use", "a call that stands in nobody's turn");
                return false;
            case MediaPart media when !own:
                var problem = media switch
                {
                    { Kind: MediaKind.Video } => "openai-chat takes no video",
                    { Form: MediaForm.FileId } => "a file stored at another provider",
                    { Kind: MediaKind.Document, Form: MediaForm.Url } => "openai-chat takes files as data, not by address",
                    _ => "",
                };
                if (problem.Length > 0) losses.Add($"messages.{media.Kind.ToString().ToLowerInvariant()}", problem);
                return problem.Length == 0;
            default: return true;
        }
    }

    /// <summary>Writes the value of <c>content</c>: a text if that is all there is, else a list of parts.</summary>
    public static void WriteContent(Utf8JsonWriter writer, List<Part> parts, LossReport losses)
    {
        if (parts is [TextPart { Extras: null or { Origin: not Target } } only])
        {
            losses.AddForeign(only.Extras, Target, "messages");
            writer.WriteRaw(only.Text);
            return;
        }

        if (parts.Count == 0)
        {
            writer.WriteStringValue(""u8);
            return;
        }

        writer.WriteStartArray();
        foreach (var part in parts) Write(writer, part, losses);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Part part, LossReport losses)
    {
        if (part is OpaquePart opaque)
        {
            writer.WriteRaw(opaque.Raw);
            return;
        }

        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteRaw("text"u8, text.Text);
                break;
            case RefusalPart refusal:
                writer.WriteString("type"u8, "refusal"u8);
                writer.WriteRaw("refusal"u8, refusal.Text);
                break;
            case MediaPart media: WriteMedia(writer, media, losses); break;
        }

        RequestEncoder.WriteOwn(writer, part.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter writer, MediaPart media, LossReport losses)
    {
        switch (media)
        {
            case { Form: MediaForm.Text }:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteRaw("text"u8, media.Data);
                break;
            case { Kind: MediaKind.Image }:
                writer.WriteString("type"u8, "image_url"u8);
                writer.WriteStartObject("image_url"u8);
                writer.WriteRaw("url"u8, media.Form == MediaForm.Base64 ? DataUrl(media) : media.Data);
                WriteNested(writer, media, losses, "image_url.");
                writer.WriteEndObject();
                break;
            case { Kind: MediaKind.Audio }:
                writer.WriteString("type"u8, "input_audio"u8);
                writer.WriteStartObject("input_audio"u8);
                writer.WriteRaw("data"u8, media.Data);
                writer.WriteString("format"u8, media.MediaType.StartsWith("audio/", StringComparison.Ordinal) ? media.MediaType[6..] : media.MediaType);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("type"u8, "file"u8);
                writer.WriteStartObject("file"u8);
                if (media.Form == MediaForm.FileId) writer.WriteRaw("file_id"u8, media.Data);
                else writer.WriteRaw("file_data"u8, media.MediaType.Length == 0 && media.Extras is { Origin: Target } ? media.Data : DataUrl(media));
                if (!media.Name.IsMissing) writer.WriteRaw("filename"u8, media.Name);
                else if (media.Form == MediaForm.Base64 && media.Extras is not { Origin: Target }) writer.WriteString("filename"u8, "document.pdf"u8);
                WriteNested(writer, media, losses, "file.");
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteNested(Utf8JsonWriter writer, MediaPart media, LossReport losses, string prefix)
    {
        if (media.Extras is { Origin: Target }) RequestEncoder.WriteOwn(writer, media.Extras, losses, "", prefix);
    }

    /// <summary>The data URL of a base64 part: a JSON string.</summary>
    public static RawJson DataUrl(MediaPart media)
    {
        var type = media.MediaType.Length > 0 ? media.MediaType : media.Kind == MediaKind.Image ? "image/png" : "application/pdf";
        var data = media.Data.Utf8;
        var url = new ArrayBufferWriter<byte>(data.Length + type.Length + 16);
        url.Write("\"data:"u8);
        url.Write(RawJson.FromString(type).Utf8[1..^1]);
        url.Write(";base64,"u8);
        url.Write(data[1..]);
        return new RawJson(url.WrittenMemory);
    }
}
