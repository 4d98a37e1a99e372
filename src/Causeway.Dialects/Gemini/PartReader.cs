using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Parts that requests and answers have in common.</summary>
internal static class PartReader
{
    /// <summary>Media inside the part or by address; null if it is neither.</summary>
    public static MediaPart? Media(JsonView part)
    {
        var blob = Fields.Get(part, "inlineData"u8, "inline_data"u8);
        var isFile = blob.ValueKind != JsonValueKind.Object;
        if (isFile) blob = Fields.Get(part, "fileData"u8, "file_data"u8);
        if (blob.ValueKind != JsonValueKind.Object) return null;
        var data = isFile ? Fields.Get(blob, "fileUri"u8, "file_uri"u8) : RequestReader.Get(blob, "data"u8);
        if (data.ValueKind != JsonValueKind.String) return null;
        var type = ((RawJson)Fields.Get(blob, "mimeType"u8, "mime_type"u8)).AsString() ?? "";
        return new MediaPart { Kind = KindOf(type), Form = isFile ? MediaForm.Url : MediaForm.Base64, Data = data, MediaType = type };
    }

    /// <summary>The name of a part that this code does not know: its first field.</summary>
    public static string KindOf(JsonView part)
    {
        foreach (var member in part.EnumerateObject())
        {
            if (!member.NameEquals("thought"u8) && !member.NameEquals("thoughtSignature"u8)) return member.Name;
        }

        return "part";
    }

    private static MediaKind KindOf(string mediaType) => mediaType.Split('/')[0] switch
    {
        "image" => MediaKind.Image,
        "audio" => MediaKind.Audio,
        "video" => MediaKind.Video,
        _ => MediaKind.Document,
    };
}
