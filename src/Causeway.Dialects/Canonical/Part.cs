using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>One piece of a turn or an answer. The set of kinds is closed; what none fits is an <see cref="OpaquePart"/>.</summary>
public abstract class Part
{
    private protected Part()
    {
    }

    /// <summary>Fields of the part's own dialect without canonical meaning, such as <c>cache_control</c>.</summary>
    public Extras? Extras { get; set; }
}

/// <summary>Text that the user or the model wrote.</summary>
/// <param name="text">A JSON string.</param>
public sealed class TextPart(RawJson text) : Part
{
    /// <summary>The text: a JSON string.</summary>
    public RawJson Text { get; } = text;

    /// <summary>Sources that the text names.</summary>
    public List<Citation>? Citations { get; set; }
}

/// <summary>A refusal that the model wrote in place of an answer (a JSON string).</summary>
public sealed class RefusalPart(RawJson text) : Part
{
    /// <summary>The model's words: a JSON string.</summary>
    public RawJson Text { get; } = text;
}

/// <summary>What kind of media a <see cref="MediaPart"/> is.</summary>
public enum MediaKind
{
    /// <summary>A picture.</summary>
    Image,

    /// <summary>A PDF or a text file.</summary>
    Document,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Moving pictures.</summary>
    Video,
}

/// <summary>How the content of a <see cref="MediaPart"/> is given.</summary>
public enum MediaForm
{
    /// <summary><see cref="MediaPart.Data"/> is base64.</summary>
    Base64,

    /// <summary><see cref="MediaPart.Data"/> is an http(s) URL.</summary>
    Url,

    /// <summary><see cref="MediaPart.Data"/> is plain text.</summary>
    Text,

    /// <summary><see cref="MediaPart.Data"/> is the id of a file stored at the provider.</summary>
    FileId,
}

/// <summary>A picture, document or sound.</summary>
public sealed class MediaPart : Part
{
    /// <summary>What it is.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>How <see cref="Data"/> is to be read.</summary>
    public required MediaForm Form { get; init; }

    /// <summary>Base64 (without any <c>data:</c> prefix), URL, text or file id: a JSON string.</summary>
    public required RawJson Data { get; init; }

    /// <summary>Media type such as <c>image/png</c>; empty where unknown.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>File name or title: a JSON string, or missing.</summary>
    public RawJson Name { get; init; }

    /// <summary>A document that is text (<see cref="MediaForm.Text"/>) as the bytes of a file, for APIs that take those only.</summary>
    public MediaPart ToFile() => new()
    {
        Kind = MediaKind.Document,
        Form = MediaForm.Base64,
        MediaType = "text/plain",
        Data = RawJson.FromString(Convert.ToBase64String(JsonText.Decode(Data.Utf8))),
        Name = Name,
        Extras = Extras,
    };
}

/// <summary>
/// What the model thought. It may be replayed only to where it came from, with its signature.
/// </summary>
public sealed class ReasoningPart : Part
{
    /// <summary>The visible thinking: a JSON string; missing if all of it is hidden.</summary>
    public RawJson Text { get; init; }

    /// <summary>Proof that lets the provider accept the thinking again: a JSON string, or missing.</summary>
    public RawJson Signature { get; init; }

    /// <summary>Encrypted thinking (Anthropic's redacted_thinking): a JSON string, or missing.</summary>
    public RawJson Encrypted { get; init; }

    /// <summary>The dialect whose provider made the signature or the encrypted text.</summary>
    public required DialectId Origin { get; init; }

    /// <summary>The same with bytes of its own, safe to keep after its document is gone.</summary>
    public ReasoningPart Own() => new() { Origin = Origin, Text = Text.Own(), Signature = Signature.Own(), Encrypted = Encrypted.Own() };
}

/// <summary>A call of one of the client's tools.</summary>
public sealed class ToolCallPart : Part
{
    /// <summary>The call's id as its dialect gave it.</summary>
    public required string Id { get; init; }

    /// <summary>The tool's name as its dialect gave it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The arguments: UTF-8 text that should be a JSON object, but models write broken JSON too, and an answer may be cut.
    /// Not a JSON string: OpenAI's string is unescaped.
    /// </summary>
    public RawJson Arguments { get; init; } = RawJson.EmptyObject;

    /// <summary>The tool takes free text (OpenAI's custom tools): <see cref="Arguments"/> are that text, and no JSON is meant.</summary>
    public bool IsFreeText { get; init; }
}

/// <summary>What a tool of the client answered.</summary>
public sealed class ToolResultPart : Part
{
    /// <summary>The id of the call it answers.</summary>
    public required string CallId { get; init; }

    /// <summary>Text, media, or opaque parts.</summary>
    public required IReadOnlyList<Part> Content { get; init; }

    /// <summary>The tool failed.</summary>
    public bool IsError { get; init; }
}

/// <summary>A block that only one dialect knows: a provider's own tool at work, or something newer than this code.</summary>
public sealed class OpaquePart(DialectId origin, string kind, RawJson raw) : Part
{
    /// <summary>The dialect it was read in; only that dialect gets it back.</summary>
    public DialectId Origin { get; } = origin;

    /// <summary>Its type in that dialect, such as <c>server_tool_use</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The whole block.</summary>
    public RawJson Raw { get; } = raw;
}

/// <summary>A source that a text names.</summary>
public sealed record Citation
{
    /// <summary>The source's address: a JSON string, or missing.</summary>
    public RawJson Url { get; init; }

    /// <summary>The source's title: a JSON string, or missing.</summary>
    public RawJson Title { get; init; }

    /// <summary>The words quoted from the source: a JSON string, or missing.</summary>
    public RawJson Quote { get; init; }

    /// <summary>The dialect of <see cref="Raw"/>.</summary>
    public required DialectId Origin { get; init; }

    /// <summary>The citation or annotation as it came.</summary>
    public required RawJson Raw { get; init; }
}
