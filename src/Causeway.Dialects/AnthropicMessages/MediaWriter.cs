using System.Buffers.Text;
using System.Text.Unicode;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes images and documents: JPEG, PNG, GIF, WebP; PDF or plain text (guides "Vision" and "PDF support").</summary>
internal static class MediaWriter
{
    /// <summary>Why the API cannot take the media; null if it can.</summary>
    public static Loss? Problem(EncodingContext context, MediaPart media)
    {
        if (context.IsOwn) return null;
        return media switch
        {
            { Kind: MediaKind.Audio } => new("messages.content.input_audio", "anthropic-messages takes no audio"),
            { Kind: MediaKind.Video } => new("messages.content.video", "anthropic-messages takes no video"),
            { Form: MediaForm.FileId } => new("messages.content.file_id", "a file stored at another provider"),
            { Form: MediaForm.Url } when !IsWebAddress(media.Data) => new("messages.content.url", "only http and https"),
            { Form: MediaForm.Base64, Kind: MediaKind.Image } when ImageType(media) is null =>
                new("messages.content.image_url", "images are JPEG, PNG, GIF or WebP"),
            { Form: MediaForm.Base64, Kind: MediaKind.Document } when !IsPdf(media) && Text(media).IsMissing =>
                new("messages.content.file", "documents are PDF or plain text"),
            _ => null,
        };
    }

    /// <summary>Writes media for which there is no <see cref="Problem"/>.</summary>
    public static void Write(EncodingContext context, MediaPart media)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("type"u8, media.Kind == MediaKind.Image ? "image"u8 : "document"u8);
        var hasSource = media.Extras is { Origin: DialectId.AnthropicMessages } extras && !extras["source"].IsMissing;
        if (!hasSource) WriteSource(context, media);
        if (media.Kind == MediaKind.Document) writer.WriteRaw("title"u8, media.Name);
        Fields.Write(writer, media.Extras, context.Losses, "messages.content");
        writer.WriteEndObject();
    }

    private static void WriteSource(EncodingContext context, MediaPart media)
    {
        var writer = context.Writer;
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
                WriteText(context, media.Data);
                break;
            case MediaForm.Base64 when !context.IsOwn && media.Kind == MediaKind.Document && !IsPdf(media):
                WriteText(context, Text(media));
                break;
            default:
                writer.WriteString("type"u8, "base64"u8);
                writer.WriteString("media_type"u8, MediaType(context, media));
                writer.WriteRaw("data"u8, media.Data);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteText(EncodingContext context, RawJson text)
    {
        context.Writer.WriteString("type"u8, "text"u8);
        context.Writer.WriteString("media_type"u8, "text/plain"u8);
        context.Writer.WriteRaw("data"u8, text);
    }

    private static string MediaType(EncodingContext context, MediaPart media) =>
        context.IsOwn && media.MediaType.Length > 0 ? media.MediaType
        : media.Kind == MediaKind.Document ? "application/pdf"
        : ImageType(media) ?? "image/png";

    /// <summary>The image's type as declared, else as its first bytes tell; null if it is none that the API takes.</summary>
    private static string? ImageType(MediaPart media) => media.MediaType.ToLowerInvariant() switch
    {
        "image/jpeg" or "image/jpg" or "image/pjpeg" => "image/jpeg",
        "image/png" => "image/png",
        "image/gif" => "image/gif",
        "image/webp" => "image/webp",
        "" or "image/*" or "application/octet-stream" => Sniff(media.Data),
        _ => null,
    };

    /// <summary>The type by the magic number, as it looks in base64.</summary>
    private static string? Sniff(RawJson data)
    {
        var head = data.Utf8[1..];
        if (head.StartsWith("/9j/"u8)) return "image/jpeg";
        if (head.StartsWith("iVBORw0KGgo"u8)) return "image/png";
        if (head.StartsWith("R0lGOD"u8)) return "image/gif";
        return head.StartsWith("UklGR"u8) ? "image/webp" : null;
    }

    private static bool IsPdf(MediaPart media) => media.MediaType.Length == 0
        ? media.Data.Utf8.StartsWith("\"JVBERi"u8)   // %PDF-
        : media.MediaType.StartsWith("application/pdf", StringComparison.OrdinalIgnoreCase);

    private static bool IsWebAddress(RawJson url) =>
        url.Utf8.StartsWith("\"https:"u8) || url.Utf8.StartsWith("\"http:"u8);

    /// <summary>The text of a text file given in base64: a JSON string, or missing if it is none.</summary>
    private static RawJson Text(MediaPart media)
    {
        var isText = media.MediaType == "application/json"
            || media.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase);
        if (!isText) return default;
        var encoded = JsonText.Decode(media.Data.Utf8);
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        var status = Base64.DecodeFromUtf8(encoded, decoded, out _, out var length);
        return status == System.Buffers.OperationStatus.Done && Utf8.IsValid(decoded.AsSpan(0, length))
            ? RawJson.FromText(decoded.AsSpan(0, length))
            : default;
    }
}
