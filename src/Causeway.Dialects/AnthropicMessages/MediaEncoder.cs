using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes pictures and documents. Pictures are JPEG, PNG, GIF or WebP, documents PDF or plain text.</summary>
internal static class MediaEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;

    public static bool CanWrite(MediaPart media) => WhyNot(media).Length == 0;

    /// <summary>Why a part of another dialect cannot be written; empty if it can.</summary>
    public static string WhyNot(MediaPart media) => media switch
    {
        { Kind: MediaKind.Audio } => "anthropic-messages takes no audio",
        { Kind: MediaKind.Video } => "anthropic-messages takes no video",
        { Form: MediaForm.FileId } => "a file stored at another provider",
        { Form: MediaForm.Url } => IsHttp(media.Data) ? "" : "the address is not http or https",
        { Kind: MediaKind.Image } => ImageType(media) is null ? "pictures must be JPEG, PNG, GIF or WebP" : "",
        { Form: MediaForm.Text } => "",
        _ => IsPdf(media) || IsText(media) ? "" : "documents must be PDF or plain text",
    };

    public static void Write(Utf8JsonWriter writer, MediaPart media, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, media.Kind == MediaKind.Image ? "image"u8 : "document"u8);
        writer.WriteStartObject("source"u8);
        switch (media.Form)
        {
            case MediaForm.Url:
                writer.WriteString("type"u8, "url"u8);
                writer.WriteRaw("url"u8, media.Data);
                break;
            case MediaForm.FileId:
                writer.WriteString("type"u8, "file"u8);
                writer.WriteRaw("file_id"u8, media.Data);
                break;
            case MediaForm.Text:
                WriteText(writer, media.Data);
                break;
            case MediaForm.Base64 when media.Kind == MediaKind.Document && !IsPdf(media) && IsText(media):
                WriteText(writer, FromBase64(media.Data));
                break;
            default:
                writer.WriteString("type"u8, "base64"u8);
                writer.WriteString("media_type"u8, media.Kind == MediaKind.Image ? ImageType(media) ?? media.MediaType : IsPdf(media) ? "application/pdf" : media.MediaType);
                writer.WriteRaw("data"u8, media.Data);
                break;
        }

        writer.WriteEndObject();
        if (media.Kind == MediaKind.Document) writer.WriteRaw("title"u8, media.Name);
        RequestEncoder.WriteOwn(writer, media.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, RawJson text)
    {
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("media_type"u8, "text/plain"u8);
        writer.WriteRaw("data"u8, text);
    }

    /// <summary>The media type, corrected by what the data begins with: clients often guess wrong, and the API checks.</summary>
    private static string? ImageType(MediaPart media)
    {
        var head = media.Data.Utf8;
        if (head.StartsWith("\"iVBORw0KGgo"u8)) return "image/png";
        if (head.StartsWith("\"/9j/"u8)) return "image/jpeg";
        if (head.StartsWith("\"R0lGOD"u8)) return "image/gif";
        if (head.StartsWith("\"UklGR"u8)) return "image/webp";
        return media.MediaType.ToLowerInvariant() switch
        {
            "image/jpg" or "image/jpeg" => "image/jpeg",
            "image/png" or "image/gif" or "image/webp" => media.MediaType.ToLowerInvariant(),
            _ => null,
        };
    }

    private static bool IsPdf(MediaPart media) =>
        media.MediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase) || (media.MediaType.Length == 0 && media.Data.Utf8.StartsWith("\"JVBERi"u8));

    private static bool IsText(MediaPart media) =>
        media.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) && media.Form == MediaForm.Base64
        && System.Buffers.Text.Base64.IsValid(media.Data.Utf8[1..^1]);

    private static bool IsHttp(RawJson url) => url.Utf8.StartsWith("\"http://"u8) || url.Utf8.StartsWith("\"https://"u8);

    private static RawJson FromBase64(RawJson data) => RawJson.FromString(Encoding.UTF8.GetString(Convert.FromBase64String(data.AsString()!)));
}
