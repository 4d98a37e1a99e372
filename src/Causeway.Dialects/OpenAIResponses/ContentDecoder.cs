using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reads content parts of messages and of tool results.</summary>
internal static class ContentDecoder
{
    private const DialectId Origin = DialectId.OpenAIResponses;

    public static void Read(RequestReader read, JsonView content, List<Part> parts)
    {
        foreach (var part in content.EnumerateArray())
        {
            if (read.IsObject(part)) parts.Add(ReadPart(read, part));
        }
    }

    /// <summary>The text part of an answer, with the sources that it names.</summary>
    public static TextPart Text(JsonView part)
    {
        var text = RequestReader.Get(part, "text"u8) is { ValueKind: JsonValueKind.String } words ? words : (RawJson)default;
        var citations = new List<Citation>();
        foreach (var note in RequestReader.Get(part, "annotations"u8).EnumerateArray()) citations.Add(Citation(note));
        return new TextPart(text.IsMissing ? RawJson.EmptyString : text) { Citations = citations.Count > 0 ? citations : null };
    }

    public static Citation Citation(JsonView note) => new()
    {
        Origin = Origin,
        Raw = note,
        Url = Words(note, "url"u8),
        Title = Words(note, "title"u8),
    };

    private static Part ReadPart(RequestReader read, JsonView part)
    {
        switch (((RawJson)RequestReader.Get(part, "type"u8)).AsString())
        {
            case "input_text" or "output_text" or "text":
                var text = Text(part);
                text.Extras = ExtrasReader.Read(part, Origin, ["type", "text", "annotations", "logprobs"]);
                return text;
            case "refusal":
                if (RequestReader.Get(part, "refusal"u8).ValueKind != JsonValueKind.String) read.Fail(part, "refusal", "must be text");
                return new RefusalPart(read.RawText(RequestReader.Get(part, "refusal"u8)));
            case "input_image": return Image(read, part);
            case "input_file": return File(part);
            case "input_audio" when RequestReader.Get(part, "input_audio"u8) is { ValueKind: JsonValueKind.Object } audio:
                return new MediaPart
                {
                    Kind = MediaKind.Audio,
                    Form = MediaForm.Base64,
                    Data = Words(audio, "data"u8),
                    MediaType = "audio/" + ((RawJson)RequestReader.Get(audio, "format"u8)).AsString(),
                };
            case { } kind: return new OpaquePart(Origin, kind, part);
            default:
                read.Fail(part, "type", "must be text such as \"input_text\"");
                return new TextPart(RawJson.EmptyString);
        }
    }

    private static MediaPart Image(RequestReader read, JsonView part)
    {
        var extras = ExtrasReader.Read(part, Origin, ["type", "image_url", "file_id"]);
        var url = Words(part, "image_url"u8);
        if (!url.IsMissing) return PartDecoder.Media(MediaKind.Image, url, default, extras) ?? new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Url, Data = url, Extras = extras };
        var file = Words(part, "file_id"u8);
        if (file.IsMissing) read.Fail(part, "image_url", "must be text: an address or a data URL");
        return new MediaPart { Kind = MediaKind.Image, Form = MediaForm.FileId, Data = file.IsMissing ? RawJson.EmptyString : file, Extras = extras };
    }

    private static Part File(JsonView part)
    {
        var extras = ExtrasReader.Read(part, Origin, ["type", "file_data", "file_url", "file_id", "filename"]);
        var name = Words(part, "filename"u8);
        var data = Words(part, "file_data"u8);
        if (!data.IsMissing) return PartDecoder.Media(MediaKind.Document, data, name, extras) ?? Document(MediaForm.Base64, data);
        var url = Words(part, "file_url"u8);
        if (!url.IsMissing) return Document(MediaForm.Url, url);
        var file = Words(part, "file_id"u8);
        return file.IsMissing ? new OpaquePart(Origin, "input_file", part) : Document(MediaForm.FileId, file);

        MediaPart Document(MediaForm form, RawJson value) => new() { Kind = MediaKind.Document, Form = form, Data = value, Name = name, Extras = extras };
    }

    private static RawJson Words(JsonView owner, ReadOnlySpan<byte> name) =>
        RequestReader.Get(owner, name) is { ValueKind: JsonValueKind.String } value ? value : default(RawJson);
}
