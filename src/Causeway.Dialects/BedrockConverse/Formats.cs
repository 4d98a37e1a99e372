using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Formats of media: short words here, media types elsewhere.</summary>
internal static class Formats
{
    private static readonly (string Format, string MediaType)[] Documents =
    [
        ("pdf", "application/pdf"), ("txt", "text/plain"), ("md", "text/markdown"), ("html", "text/html"), ("csv", "text/csv"), ("doc", "application/msword"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"), ("xls", "application/vnd.ms-excel"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ];

    public static string MediaType(MediaKind kind, string format) => kind switch
    {
        MediaKind.Image => "image/" + format,
        MediaKind.Video => "video/" + format,
        _ => Array.Find(Documents, known => known.Format == format).MediaType ?? "application/octet-stream",
    };

    /// <summary>The word for a medium; null if the API takes none of its type.</summary>
    public static string? Of(MediaPart media) => media.Kind switch
    {
        MediaKind.Image => media.MediaType switch { "" or "image/png" => "png", "image/jpeg" or "image/jpg" => "jpeg", "image/gif" => "gif", "image/webp" => "webp", _ => null },
        MediaKind.Document => media.MediaType.Length == 0 ? "pdf" : Array.Find(Documents, known => known.MediaType == media.MediaType).Format,
        MediaKind.Video => media.MediaType.StartsWith("video/", StringComparison.Ordinal) ? media.MediaType[6..] : "mp4",
        _ => null,
    };
}
