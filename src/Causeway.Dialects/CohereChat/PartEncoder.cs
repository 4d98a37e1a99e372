using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes content parts of system, user and tool messages.</summary>
internal static class PartEncoder
{
    private const DialectId Target = DialectId.CohereChat;

    /// <summary>Can this part be written into a message? If not, the loss is noted. Pictures are for user messages only.</summary>
    public static bool CanWrite(Part part, bool isUser, LossReport losses)
    {
        switch (part)
        {
            case TextPart text: return !text.Text.IsNullOrEmpty;
            case RefusalPart or OpaquePart { Origin: Target }: return true;
            case OpaquePart opaque: losses.Add($"messages.{opaque.Kind}", "cohere-chat has no such block"); return false;
            case MediaPart { Form: MediaForm.Text } document: return !document.Data.IsNullOrEmpty;
            case MediaPart media:
                var fits = isUser && media is { Kind: MediaKind.Image, Form: not MediaForm.FileId };
                if (!fits) losses.Add($"messages.{media.Kind.ToString().ToLowerInvariant()}", "cohere-chat takes pictures by address or as data, and texts");
                return fits;
            default: return false;
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
            case TextPart text: Text(writer, text.Text); break;
            case RefusalPart refusal: Text(writer, refusal.Text); break;
            case MediaPart { Form: MediaForm.Text } document when document.Extras is { Origin: Target }: Document(writer, document, losses); break;
            case MediaPart { Form: MediaForm.Text } document: Text(writer, document.Data); break;
            case MediaPart image:
                writer.WriteString("type"u8, "image_url"u8);
                writer.WriteStartObject("image_url"u8);
                writer.WriteRaw("url"u8, image.Form == MediaForm.Base64 ? DataUrl(image) : image.Data);
                if (image.Extras is { Origin: Target }) Fields.Write(writer, image.Extras, losses, "messages", "image_url.");
                writer.WriteEndObject();
                break;
        }

        Fields.Write(writer, part.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, RawJson text)
    {
        writer.WriteString("type"u8, "text"u8);
        writer.WriteRaw("text"u8, text);
    }

    private static void Document(Utf8JsonWriter writer, MediaPart document, LossReport losses)
    {
        writer.WriteString("type"u8, "document"u8);
        writer.WriteStartObject("document"u8);
        if (document.MediaType == PartDecoder.ObjectType) writer.WriteRaw("data"u8, new RawJson(JsonText.Decode(document.Data.Utf8)));
        else writer.WriteRaw("data"u8, document.Data);
        Fields.Write(writer, document.Extras, losses, "messages", "document.");
        writer.WriteEndObject();
    }

    private static RawJson DataUrl(MediaPart media)
    {
        var type = media.MediaType.Length > 0 ? media.MediaType : "image/png";
        return new RawJson((byte[])[.. "\"data:"u8, .. RawJson.FromString(type).Utf8[1..^1], .. ";base64,"u8, .. media.Data.Utf8[1..]]);
    }
}
