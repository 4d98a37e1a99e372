using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads content parts of system, user and tool messages.</summary>
internal static class PartDecoder
{
    /// <summary>The media type by which a document whose data is an object is told from one whose data is text.</summary>
    public const string ObjectType = "application/json";

    private const DialectId Origin = DialectId.CohereChat;

    public static void ReadContent(RequestReader read, JsonView message, List<Part> parts)
    {
        var content = RequestReader.Get(message, "content"u8);
        switch (content.ValueKind)
        {
            case JsonValueKind.Undefined: read.Fail(message, "content", "is required"); break;
            case JsonValueKind.String: parts.Add(new TextPart(content)); break;
            case JsonValueKind.Array:
                foreach (var part in content.EnumerateArray())
                {
                    if (read.IsObject(part)) parts.Add(Read(read, part));
                }

                break;
            default: read.Fail(content, "must be text or a list of parts"); break;
        }
    }

    private static Part Read(RequestReader read, JsonView part)
    {
        var type = RequestReader.Get(part, "type"u8);
        switch (((RawJson)type).AsString())
        {
            case "text":
                var text = RequestReader.Get(part, "text"u8);
                if (text.ValueKind == JsonValueKind.String) return new TextPart(text) { Extras = ExtrasReader.Read(part, Origin, ["type", "text"]) };
                read.Fail(part, "text", "must be text");
                return new TextPart(RawJson.EmptyString);
            case "image_url": return Image(read, part);
            case "document": return Document(read, part);
            case { } other: return new OpaquePart(Origin, other, part);
            default:
                read.Fail(part, "type", "must be text such as \"text\"");
                return new TextPart(RawJson.EmptyString);
        }
    }

    private static Part Image(RequestReader read, JsonView part)
    {
        var image = RequestReader.Get(part, "image_url"u8);
        var url = image.ValueKind == JsonValueKind.Object ? RequestReader.Get(image, "url"u8) : image;
        if (url.ValueKind != JsonValueKind.String)
        {
            read.Fail(part, "image_url", "must be an object with a text `url`");
            return new TextPart(RawJson.EmptyString);
        }

        var extras = ExtrasReader.Read(image, Origin, ["url"], "image_url.", ExtrasReader.Read(part, Origin, ["type", "image_url"]));
        return OpenAIChat.PartDecoder.Media(MediaKind.Image, url, default, extras)
            ?? new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Url, Data = url, Extras = extras };
    }

    private static Part Document(RequestReader read, JsonView part)
    {
        var document = RequestReader.Get(part, "document"u8);
        var data = RequestReader.Get(document, "data"u8);
        if (data.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
        {
            read.Fail(part, "document", "must be an object whose `data` is text or an object");
            return new TextPart(RawJson.EmptyString);
        }

        var isObject = data.ValueKind == JsonValueKind.Object;
        return new MediaPart
        {
            Kind = MediaKind.Document,
            Form = MediaForm.Text,
            Data = isObject ? RawJson.FromText(data.Utf8) : data,
            MediaType = isObject ? ObjectType : "text/plain",
            Extras = ExtrasReader.Read(document, Origin, ["data"], "document.", ExtrasReader.Read(part, Origin, ["type", "document"]))
                ?? new Extras(Origin),   // says that this was a document and no text, also where it has nothing else to say
        };
    }
}
