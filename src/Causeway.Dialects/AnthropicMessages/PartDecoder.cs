using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads content blocks, of requests and of answers alike.</summary>
internal static class PartDecoder
{
    private const DialectId Origin = DialectId.AnthropicMessages;

    /// <summary>Reads a text or a list of blocks.</summary>
    public static void ReadContent(RequestReader read, JsonElement content, List<Part> parts)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(new TextPart(content));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            read.Fail(content, "must be text or a list of blocks");
            return;
        }

        foreach (var block in content.EnumerateArray())
        {
            if (read.IsObject(block)) parts.Add(Read(read, block));
        }
    }

    /// <summary>Reads one block.</summary>
    public static Part Read(RequestReader read, JsonElement block)
    {
        var type = RequestReader.Get(block, "type"u8);
        if (type.ValueKind != JsonValueKind.String)
        {
            read.Fail(block, "type", "must be text such as \"text\"");
            return new TextPart(RawJson.EmptyString);
        }

        return Encoding(type) switch
        {
            "text" => Text(read, block),
            "image" => Media(read, block, MediaKind.Image),
            "document" => Media(read, block, MediaKind.Document),
            "thinking" => new ReasoningPart
            {
                Origin = Origin,
                Text = read.RawText(RequestReader.Get(block, "thinking"u8)),
                Signature = read.RawText(RequestReader.Get(block, "signature"u8)),
                Extras = ExtrasReader.Read(block, Origin, ["type", "thinking", "signature"]),
            },
            "redacted_thinking" => new ReasoningPart
            {
                Origin = Origin,
                Encrypted = read.RawText(RequestReader.Get(block, "data"u8)),
                Extras = ExtrasReader.Read(block, Origin, ["type", "data"]),
            },
            "tool_use" => ToolUse(read, block),
            "tool_result" => ToolResult(read, block),
            var other => new OpaquePart(Origin, other, block),
        };
    }

    private static string Encoding(JsonElement type) => ((RawJson)type).AsString()!;

    private static TextPart Text(RequestReader read, JsonElement block)
    {
        var text = RequestReader.Get(block, "text"u8);
        if (text.ValueKind == JsonValueKind.Undefined) read.Fail(block, "text", "is required");
        var part = new TextPart(text.ValueKind == JsonValueKind.Undefined ? RawJson.EmptyString : read.RawText(text))
        {
            Extras = ExtrasReader.Read(block, Origin, ["type", "text", "citations"]),
        };
        var citations = RequestReader.Get(block, "citations"u8);
        if (citations.ValueKind == JsonValueKind.Undefined || !read.IsArray(citations)) return part;
        part.Citations = [];
        foreach (var citation in citations.EnumerateArray()) part.Citations.Add(Citation(citation));
        return part;
    }

    /// <summary>Reads a citation; all kinds name a title and the words they quote, some an address.</summary>
    public static Citation Citation(JsonElement citation) => new()
    {
        Origin = Origin,
        Raw = citation,
        Url = Raw(citation, "url"u8),
        Title = Raw(citation, "title"u8) is { IsString: true } title ? title : Raw(citation, "document_title"u8),
        Quote = Raw(citation, "cited_text"u8),
    };

    private static RawJson Raw(JsonElement owner, ReadOnlySpan<byte> name) =>
        RequestReader.Get(owner, name) is { ValueKind: JsonValueKind.String } value ? value : default(RawJson);

    private static Part Media(RequestReader read, JsonElement block, MediaKind kind)
    {
        var source = RequestReader.Get(block, "source"u8);
        if (source.ValueKind != JsonValueKind.Object)
        {
            read.Fail(block, "source", "must be an object");
            return new TextPart(RawJson.EmptyString);
        }

        var (form, data) = ((RawJson)RequestReader.Get(source, "type"u8)).AsString() switch
        {
            "base64" => (MediaForm.Base64, RequestReader.Get(source, "data"u8)),
            "url" => (MediaForm.Url, RequestReader.Get(source, "url"u8)),
            "text" => (MediaForm.Text, RequestReader.Get(source, "data"u8)),
            "file" => (MediaForm.FileId, RequestReader.Get(source, "file_id"u8)),
            "content" => (MediaForm.Text, default),   // a document made of blocks: kept whole
            _ => (MediaForm.Text, Unknown(read, source)),
        };
        if (data.ValueKind == JsonValueKind.Undefined) return new OpaquePart(Origin, kind == MediaKind.Image ? "image" : "document", block);
        var mediaType = RequestReader.Get(source, "media_type"u8);
        return new MediaPart
        {
            Kind = kind,
            Form = form,
            Data = read.IsString(data) ? data : RawJson.EmptyString,
            MediaType = mediaType.ValueKind == JsonValueKind.Undefined ? "" : read.Text(mediaType),
            Name = read.RawText(RequestReader.Get(block, "title"u8)),
            Extras = ExtrasReader.Read(block, Origin, ["type", "source", "title"]),
        };
    }

    private static JsonElement Unknown(RequestReader read, JsonElement source)
    {
        if (RequestReader.Get(source, "type"u8).ValueKind != JsonValueKind.String) read.Fail(source, "type", "must be text such as \"base64\"");
        return default;
    }

    private static ToolCallPart ToolUse(RequestReader read, JsonElement block)
    {
        var input = RequestReader.Get(block, "input"u8);
        if (input.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) read.Fail(block, "input", "must be an object");
        return new ToolCallPart
        {
            Id = RequiredText(read, block, "id"),
            Name = RequiredText(read, block, "name"),
            Arguments = input.ValueKind == JsonValueKind.Undefined ? RawJson.EmptyObject : input,
            Extras = ExtrasReader.Read(block, Origin, ["type", "id", "name", "input"]),
        };
    }

    private static ToolResultPart ToolResult(RequestReader read, JsonElement block)
    {
        var parts = new List<Part>();
        var content = RequestReader.Get(block, "content"u8);
        if (content.ValueKind != JsonValueKind.Undefined) ReadContent(read, content, parts);
        return new ToolResultPart
        {
            CallId = RequiredText(read, block, "tool_use_id"),
            Content = parts,
            IsError = read.Boolean(RequestReader.Get(block, "is_error"u8)) ?? false,
            Extras = ExtrasReader.Read(block, Origin, ["type", "tool_use_id", "content", "is_error"]),
        };
    }

    private static string RequiredText(RequestReader read, JsonElement block, string name)
    {
        if (block.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return read.Text(value);
        read.Fail(block, name, "must be text");
        return "";
    }
}
