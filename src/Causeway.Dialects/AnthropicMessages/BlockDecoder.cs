using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads content: a text, or a list of blocks. Requests and answers hold the same kinds of blocks.</summary>
internal static class BlockDecoder
{
    private static readonly byte[][] KnownOfText = Fields.Names("type", "text", "citations");
    private static readonly byte[][] KnownOfThinking = Fields.Names("type", "thinking", "signature", "data");
    private static readonly byte[][] KnownOfCall = Fields.Names("type", "id", "name", "input");
    private static readonly byte[][] KnownOfResult = Fields.Names("type", "tool_use_id", "content", "is_error");

    /// <summary>
    /// Appends the parts of <paramref name="content"/>. Tools get their client's names back by <paramref name="names"/>.
    /// </summary>
    public static void Content(RequestReader reader, JsonView content, List<Part> parts, Translation names)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(new TextPart(content));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                if (reader.IsObject(block) && Block(reader, block, names) is { } part) parts.Add(part);
            }
        }
        else
        {
            reader.Fail(content, "must be text or a list of blocks");
        }
    }

    /// <summary>The part that a block means; null, and a problem, if it is malformed.</summary>
    public static Part? Block(RequestReader reader, JsonView block, Translation names)
    {
        var type = RequestReader.Get(block, "type"u8);
        if (type.ValueKind != JsonValueKind.String)
        {
            reader.Fail(block, "type", "must name the kind of block");
            return null;
        }

        if (JsonText.Is(type, "text"u8)) return Text(reader, block);
        if (JsonText.Is(type, "tool_use"u8)) return Call(reader, block, names);
        if (JsonText.Is(type, "tool_result"u8)) return Result(reader, block, names);
        if (JsonText.Is(type, "thinking"u8)) return Thinking(reader, block);
        if (JsonText.Is(type, "redacted_thinking"u8)) return Redacted(reader, block);
        if (JsonText.Is(type, "image"u8)) return MediaDecoder.Media(reader, block, MediaKind.Image);
        if (JsonText.Is(type, "document"u8)) return MediaDecoder.Media(reader, block, MediaKind.Document);
        return new OpaquePart(DialectId.AnthropicMessages, reader.Text(type), block);
    }

    /// <summary>A citation as the API writes it; its other fields depend on what is cited.</summary>
    public static Citation Citation(JsonView citation)
    {
        var title = RequestReader.Get(citation, "title"u8);
        if (title.ValueKind == JsonValueKind.Undefined) title = RequestReader.Get(citation, "document_title"u8);
        return new Citation
        {
            Url = String(RequestReader.Get(citation, "url"u8)),
            Title = String(title),
            Quote = String(RequestReader.Get(citation, "cited_text"u8)),
            Origin = DialectId.AnthropicMessages,
            Raw = citation,
        };
    }

    private static RawJson String(JsonView value) => value.ValueKind == JsonValueKind.String ? value : default(RawJson);

    private static TextPart? Text(RequestReader reader, JsonView block)
    {
        var text = Required(reader, block, "text");
        if (text.IsMissing) return null;
        var part = new TextPart(text) { Extras = Fields.Rest(block, KnownOfText) };
        var citations = RequestReader.Get(block, "citations"u8);
        if (citations.ValueKind == JsonValueKind.Undefined || !reader.IsArray(citations)) return part;
        foreach (var citation in citations.EnumerateArray())
        {
            if (reader.IsObject(citation)) (part.Citations ??= []).Add(Citation(citation));
        }

        return part;
    }

    private static ToolCallPart? Call(RequestReader reader, JsonView block, Translation names)
    {
        var input = RequestReader.Get(block, "input"u8);
        if (input.ValueKind != JsonValueKind.Undefined && !reader.IsObject(input)) return null;
        var id = Required(reader, block, "id");
        var name = Required(reader, block, "name");
        return id.IsMissing || name.IsMissing ? null : new ToolCallPart
        {
            Id = id.AsString()!,
            Name = names.OriginalToolName(name.AsString()!),
            Arguments = input.ValueKind == JsonValueKind.Undefined ? RawJson.EmptyObject : input,
            Extras = Fields.Rest(block, KnownOfCall),
        };
    }

    private static ToolResultPart? Result(RequestReader reader, JsonView block, Translation names)
    {
        var id = Required(reader, block, "tool_use_id");
        if (id.IsMissing) return null;
        var parts = new List<Part>();
        var content = RequestReader.Get(block, "content"u8);
        if (content.ValueKind != JsonValueKind.Undefined) Content(reader, content, parts, names);
        return new ToolResultPart
        {
            CallId = id.AsString()!,
            Content = parts,
            IsError = reader.Boolean(RequestReader.Get(block, "is_error"u8)) ?? false,
            Extras = Fields.Rest(block, KnownOfResult),
        };
    }

    private static ReasoningPart? Thinking(RequestReader reader, JsonView block)
    {
        var text = Required(reader, block, "thinking");
        if (text.IsMissing) return null;
        var part = MintedSignature.Restore(text, reader.RawText(RequestReader.Get(block, "signature"u8)), DialectId.AnthropicMessages);
        part.Extras = Fields.Rest(block, KnownOfThinking);
        return part;
    }

    private static ReasoningPart? Redacted(RequestReader reader, JsonView block)
    {
        var data = Required(reader, block, "data");
        return data.IsMissing ? null : new ReasoningPart
        {
            Encrypted = data,
            Origin = DialectId.AnthropicMessages,
            Extras = Fields.Rest(block, KnownOfThinking),
        };
    }

    private static RawJson Required(RequestReader reader, JsonView block, string name)
    {
        if (block.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value;
        reader.Fail(block, name, "must be text");
        return default;
    }
}
