using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Reads content parts of messages.</summary>
internal static class PartDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    public static void ReadContent(RequestReader read, JsonView content, List<Part> parts)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(new TextPart(content));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            read.Fail(content, "must be text or a list of parts");
            return;
        }

        foreach (var part in content.EnumerateArray())
        {
            if (read.IsObject(part)) parts.Add(Read(read, part));
        }
    }

    private static Part Read(RequestReader read, JsonView part)
    {
        var type = RequestReader.Get(part, "type"u8);
        if (type.ValueKind != JsonValueKind.String)
        {
            read.Fail(part, "type", "must be text such as \"text\"");
            return new TextPart(RawJson.EmptyString);
        }

        return ((RawJson)type).AsString()! switch
        {
            "text" or "input_text" or "output_text" => new TextPart(Required(read, part, "text")) { Extras = ExtrasReader.Read(part, Origin, ["type", "text"]) },
            "refusal" => new RefusalPart(Required(read, part, "refusal")),
            "image_url" => Image(read, part),
            "input_audio" => Audio(read, part),
            "file" => File(read, part),
            var other => new OpaquePart(Origin, other, part),
        };
    }

    private static RawJson Required(RequestReader read, JsonView part, string name)
    {
        if (part.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) return text;
        read.Fail(part, name, "must be text");
        return RawJson.EmptyString;
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

        var extras = ExtrasReader.Read(part, Origin, ["type", "image_url"]);
        extras = ExtrasReader.Read(image, Origin, ["url"], "image_url.", extras);
        return Media(MediaKind.Image, url, default, extras) ?? Plain(MediaForm.Url);

        MediaPart Plain(MediaForm form) => new() { Kind = MediaKind.Image, Form = form, Data = url, Extras = extras };
    }

    private static Part Audio(RequestReader read, JsonView part)
    {
        var audio = RequestReader.Get(part, "input_audio"u8);
        if (audio.ValueKind != JsonValueKind.Object)
        {
            read.Fail(part, "input_audio", "must be an object");
            return new TextPart(RawJson.EmptyString);
        }

        var format = RequestReader.Get(audio, "format"u8);
        return new MediaPart
        {
            Kind = MediaKind.Audio,
            Form = MediaForm.Base64,
            Data = Required(read, audio, "data"),
            MediaType = format.ValueKind == JsonValueKind.Undefined ? "" : "audio/" + read.Text(format),
            Extras = ExtrasReader.Read(part, Origin, ["type", "input_audio"]),
        };
    }

    private static Part File(RequestReader read, JsonView part)
    {
        var file = RequestReader.Get(part, "file"u8);
        if (file.ValueKind != JsonValueKind.Object)
        {
            read.Fail(part, "file", "must be an object");
            return new TextPart(RawJson.EmptyString);
        }

        var extras = ExtrasReader.Read(part, Origin, ["type", "file"]);
        extras = ExtrasReader.Read(file, Origin, ["file_data", "file_id", "filename"], "file.", extras);
        var name = read.RawText(RequestReader.Get(file, "filename"u8));
        var data = RequestReader.Get(file, "file_data"u8);
        if (data.ValueKind == JsonValueKind.String)
            return Media(MediaKind.Document, data, name, extras) ?? new MediaPart { Kind = MediaKind.Document, Form = MediaForm.Base64, Data = data, Name = name, Extras = extras };
        return new MediaPart { Kind = MediaKind.Document, Form = MediaForm.FileId, Data = Required(read, file, "file_id"), Name = name, Extras = extras };
    }

    /// <summary>A part from a data URL, cut into media type and base64; null if the text is none.</summary>
    public static MediaPart? Media(MediaKind kind, RawJson url, RawJson name, Extras? extras)
    {
        if (!url.Utf8.StartsWith("\"data:"u8)) return null;
        if (url.Utf8.IndexOf((byte)'\\') >= 0) url = RawJson.FromString(url.AsString()!);   // some writers escape every slash
        var raw = url.Utf8;
        var comma = raw.IndexOf((byte)',');
        if (comma < 0) return null;
        var head = Encoding.UTF8.GetString(raw[6..comma]);
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) return null;
        var data = new byte[raw.Length - comma];
        data[0] = (byte)'"';
        raw[(comma + 1)..].CopyTo(data.AsSpan(1));
        return new MediaPart { Kind = kind, Form = MediaForm.Base64, Data = new RawJson(data), MediaType = head.Split(';')[0], Name = name, Extras = extras };
    }
}
