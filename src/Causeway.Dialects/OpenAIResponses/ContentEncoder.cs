using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes content parts of messages and of tool results.</summary>
internal static class ContentEncoder
{
    private const DialectId Target = DialectId.OpenAIResponses;

    /// <summary>Can this part be written into a message? If not, the loss is noted.</summary>
    public static bool CanWrite(Part part, bool own, LossReport losses)
    {
        switch (part)
        {
            case TextPart text: return own || !text.Text.IsNullOrEmpty;
            case OpaquePart { Origin: Target }: return true;
            case OpaquePart opaque:
                losses.Add($"messages.{opaque.Kind}", "openai-responses has no such part");
                return false;
            case MediaPart media:
                var problem = media switch
                {
                    _ when own => "",
                    { Kind: MediaKind.Video } => "openai-responses takes no video",
                    { Kind: MediaKind.Audio } => "openai-responses takes no sound",
                    { Form: MediaForm.FileId } => "a file stored at another provider",
                    _ => "",
                };
                if (problem.Length > 0) losses.Add($"messages.{media.Kind.ToString().ToLowerInvariant()}", problem);
                return problem.Length == 0;
            default: return part is RefusalPart;
        }
    }

    public static void Write(Utf8JsonWriter writer, Part part, bool isAnswer, LossReport losses)
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
                writer.WriteString("type"u8, isAnswer ? "output_text"u8 : "input_text"u8);
                writer.WriteRaw("text"u8, text.Text);
                if (text.Citations is { Count: > 0 }) losses.Add("messages.citations", "citations of earlier answers are not replayed");
                break;
            case RefusalPart refusal:
                writer.WriteString("type"u8, "refusal"u8);
                writer.WriteRaw("refusal"u8, refusal.Text);
                break;
            case MediaPart media: WriteMedia(writer, media); break;
        }

        Own.Write(writer, part.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter writer, MediaPart media)
    {
        switch (media)
        {
            case { Form: MediaForm.Text }: WriteMedia(writer, media.ToFile()); break;
            case { Kind: MediaKind.Image }:
                writer.WriteString("type"u8, "input_image"u8);
                if (media.Form == MediaForm.FileId) writer.WriteRaw("file_id"u8, media.Data);
                else writer.WriteRaw("image_url"u8, media.Form == MediaForm.Base64 ? PartEncoder.DataUrl(media) : media.Data);
                break;
            case { Kind: MediaKind.Audio }:
                writer.WriteString("type"u8, "input_audio"u8);
                writer.WriteStartObject("input_audio"u8);
                writer.WriteRaw("data"u8, media.Data);
                writer.WriteString("format"u8, media.MediaType.StartsWith("audio/", StringComparison.Ordinal) ? media.MediaType[6..] : media.MediaType);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("type"u8, "input_file"u8);
                if (media.Form == MediaForm.FileId) writer.WriteRaw("file_id"u8, media.Data);
                else if (media.Form == MediaForm.Url) writer.WriteRaw("file_url"u8, media.Data);
                else writer.WriteRaw("file_data"u8, PartEncoder.DataUrl(media));
                if (!media.Name.IsMissing) writer.WriteRaw("filename"u8, media.Name);
                else if (media.Form == MediaForm.Base64) writer.WriteString("filename"u8, media.MediaType == "text/plain" ? "document.txt"u8 : "document.pdf"u8);
                break;
        }
    }
}
