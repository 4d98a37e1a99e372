using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Tracing;

/// <summary>Writes a part of a message as the conventions have it. Long texts are cut, and pictures are only named: spans are no place for megabytes.</summary>
internal static class MessagePart
{
    private const int LongestText = 8 << 10;   // characters

    public static void Write(Utf8JsonWriter writer, Part part)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text: WriteText(writer, "text", text.Text); break;
            case RefusalPart refusal: WriteText(writer, "text", refusal.Text); break;
            case ReasoningPart thought: WriteText(writer, "reasoning", thought.Text); break;
            case MediaPart { Form: MediaForm.Text } document: WriteText(writer, "text", document.Data); break;
            case MediaPart media: WriteMedia(writer, media); break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_call"u8);
                writer.WriteString("id"u8, call.Id);
                writer.WriteString("name"u8, call.Name);
                WriteArguments(writer, call);
                break;
            case ToolResultPart result:
                writer.WriteString("type"u8, "tool_call_response"u8);
                writer.WriteString("id"u8, result.CallId);
                writer.WriteString("response"u8, Cut(string.Join('\n', result.Content.OfType<TextPart>().Select(text => text.Text.AsString()))));
                break;
            case OpaquePart opaque: writer.WriteString("type"u8, opaque.Kind); break;
            default: writer.WriteString("type"u8, "other"u8); break;
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string type, RawJson text)
    {
        writer.WriteString("type"u8, type);
        writer.WriteString("content"u8, Cut(text.IsMissing ? "" : text.AsString() ?? ""));
    }

    private static void WriteMedia(Utf8JsonWriter writer, MediaPart media)
    {
        var (type, place) = media.Form switch { MediaForm.Url => ("uri", "uri"), MediaForm.FileId => ("file", "file_id"), _ => ("media", "") };
        writer.WriteString("type"u8, type);
        writer.WriteString("modality"u8, media.Kind switch { MediaKind.Image => "image"u8, MediaKind.Audio => "audio"u8, MediaKind.Video => "video"u8, _ => "document"u8 });
        if (media.MediaType.Length > 0) writer.WriteString("mime_type"u8, media.MediaType);
        if (place.Length > 0) writer.WriteString(place, Cut(media.Data.AsString() ?? ""));
    }

    /// <summary>As JSON if they are that and short, else as text.</summary>
    private static void WriteArguments(Utf8JsonWriter writer, ToolCallPart call)
    {
        using var tree = call.IsFreeText || call.Arguments.Utf8.Length > LongestText ? null : JsonInput.TryParse(call.Arguments.Utf8.ToArray(), out _);
        if (tree is not null) writer.WriteRaw("arguments"u8, call.Arguments);
        else writer.WriteString("arguments"u8, Cut(call.Arguments.IsString ? call.Arguments.AsString() ?? "" : Encoding.UTF8.GetString(call.Arguments.Utf8)));
    }

    private static string Cut(string text) => text.Length > LongestText ? string.Concat(text.AsSpan(0, LongestText), "...") : text;
}
