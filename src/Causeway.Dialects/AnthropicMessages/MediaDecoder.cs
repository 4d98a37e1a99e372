using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads image and document blocks.</summary>
internal static class MediaDecoder
{
    private static readonly byte[][] Known = Fields.Names("type", "source", "title");
    private static readonly byte[][] KnownOfSource = Fields.Names("type", "media_type", "data", "url", "file_id");

    public static Part? Media(RequestReader reader, JsonView block, MediaKind kind)
    {
        var source = RequestReader.Get(block, "source"u8);
        if (source.ValueKind == JsonValueKind.Undefined) reader.Fail(block, "source", "is required");
        else reader.IsObject(source);
        if (reader.Error is not null) return null;
        var type = RequestReader.Get(source, "type"u8);
        if (type.ValueKind != JsonValueKind.String)
        {
            reader.Fail(source, "type", "must name the kind of source");
            return null;
        }

        if (JsonText.Is(type, "content"u8)) return OfBlocks(reader, block, source, kind);
        var (form, field) =
            JsonText.Is(type, "base64"u8) ? (MediaForm.Base64, "data")
            : JsonText.Is(type, "url"u8) ? (MediaForm.Url, "url")
            : JsonText.Is(type, "text"u8) ? (MediaForm.Text, "data")
            : JsonText.Is(type, "file"u8) ? (MediaForm.FileId, "file_id")
            : (default, "");
        if (field.Length == 0)
            return new OpaquePart(DialectId.AnthropicMessages, kind == MediaKind.Image ? "image" : "document", block);
        var keepSource = Fields.Rest(source, KnownOfSource) is not null;
        return Part(reader, block, kind, form, Text(reader, source, field), keepSource ? source : default);
    }

    /// <summary>A document made of blocks: its texts for other dialects, its source as it came for this one.</summary>
    private static MediaPart OfBlocks(RequestReader reader, JsonView block, JsonView source, MediaKind kind)
    {
        var parts = new List<Part>();
        var content = RequestReader.Get(source, "content"u8);
        if (content.ValueKind == JsonValueKind.Undefined) reader.Fail(source, "content", "is required");
        else BlockDecoder.Content(reader, content, parts, Translation.None);
        var texts = new List<RawJson>();
        foreach (var part in parts)
        {
            if (part is TextPart text) texts.Add(text.Text);
        }

        var joined = texts.Count == 0 ? RawJson.EmptyString : JsonText.Concat(texts);
        return Part(reader, block, kind, MediaForm.Text, joined, source);
    }

    private static MediaPart Part(
        RequestReader reader, JsonView block, MediaKind kind, MediaForm form, RawJson data, JsonView keptSource)
    {
        var extras = Fields.Rest(block, Known);
        if (keptSource.ValueKind != JsonValueKind.Undefined)
        {
            extras ??= new Extras(DialectId.AnthropicMessages);
            extras.Add("source", keptSource);
        }

        var mediaType = RequestReader.Get(RequestReader.Get(block, "source"u8), "media_type"u8);
        return new MediaPart
        {
            Kind = kind,
            Form = form,
            Data = data,
            MediaType = mediaType.ValueKind == JsonValueKind.Undefined ? "" : reader.Text(mediaType),
            Name = reader.RawText(RequestReader.Get(block, "title"u8)),
            Extras = extras,
        };
    }

    private static RawJson Text(RequestReader reader, JsonView source, string field)
    {
        if (source.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String) return value;
        reader.Fail(source, field, "must be text");
        return RawJson.EmptyString;
    }
}
