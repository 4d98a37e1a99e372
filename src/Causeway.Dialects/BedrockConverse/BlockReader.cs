using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Reads content blocks, of requests and of answers. What is not known stays whole.</summary>
internal static class BlockReader
{
    private const DialectId Origin = DialectId.BedrockConverse;

    public static void Read(JsonView blocks, Translation translation, List<Part> parts)
    {
        foreach (var block in blocks.EnumerateArray())
        {
            if (Block(block, translation) is { } part) parts.Add(part);
        }
    }

    private static Part? Block(JsonView block, Translation translation)
    {
        if (RequestReader.Get(block, "text"u8) is { ValueKind: JsonValueKind.String } text) return new TextPart(text);
        if (RequestReader.Get(block, "citationsContent"u8) is { ValueKind: JsonValueKind.Object } cited) return Cited(cited);
        if (RequestReader.Get(block, "toolUse"u8) is { ValueKind: JsonValueKind.Object } use)
        {
            if (IsHosted(use)) return new OpaquePart(Origin, "toolUse", block);
            return new ToolCallPart
            {
                Id = RequestReader.Get(use, "toolUseId"u8).GetString() ?? "",
                Name = translation.OriginalToolName(RequestReader.Get(use, "name"u8).GetString() ?? ""),
                Arguments = RequestReader.Get(use, "input"u8) is { ValueKind: JsonValueKind.Object } input ? input : RawJson.EmptyObject,
            };
        }

        if (RequestReader.Get(block, "toolResult"u8) is { ValueKind: JsonValueKind.Object } result) return Result(result);
        if (RequestReader.Get(block, "reasoningContent"u8) is { ValueKind: JsonValueKind.Object } reasoning) return Reasoning(reasoning);
        foreach (var (name, kind) in (ReadOnlySpan<(string, MediaKind)>)[("image", MediaKind.Image), ("document", MediaKind.Document), ("video", MediaKind.Video)])
        {
            if (block.TryGetProperty(name, out var media) && Media(media, kind) is { } part) return part;
        }

        foreach (var member in block.EnumerateObject()) return new OpaquePart(Origin, member.Name, block);
        return null;
    }

    /// <summary>A tool that the provider itself runs: nothing for the client to do.</summary>
    public static bool IsHosted(JsonView use) => JsonText.Is(RequestReader.Get(use, "type"u8), "server_tool_use"u8);

    private static TextPart Cited(JsonView cited)
    {
        var texts = new List<RawJson>();
        foreach (var piece in RequestReader.Get(cited, "content"u8).EnumerateArray())
        {
            if (RequestReader.Get(piece, "text"u8) is { ValueKind: JsonValueKind.String } text) texts.Add(text);
        }

        var citations = new List<Citation>();
        foreach (var note in RequestReader.Get(cited, "citations"u8).EnumerateArray()) citations.Add(Citation(note));
        return new TextPart(RawTexts.Join(texts, ""u8)) { Citations = citations.Count > 0 ? citations : null };
    }

    /// <summary>A source that an answer names; an address only if it is a page of the web.</summary>
    public static Citation Citation(JsonView note) => new()
    {
        Origin = Origin,
        Raw = note,
        Url = RequestReader.Get(RequestReader.Get(RequestReader.Get(note, "location"u8), "web"u8), "url"u8),
        Title = RequestReader.Get(note, "title"u8),
    };

    private static ToolResultPart Result(JsonView result)
    {
        var content = new List<Part>();
        foreach (var inner in RequestReader.Get(result, "content"u8).EnumerateArray())
        {
            if (RequestReader.Get(inner, "json"u8) is { ValueKind: not JsonValueKind.Undefined } json) content.Add(new TextPart(RawJson.FromText(json.Utf8)));
            else if (Block(inner, Translation.None) is { } part) content.Add(part);
        }

        return new ToolResultPart
        {
            CallId = RequestReader.Get(result, "toolUseId"u8).GetString() ?? "",
            Content = content,
            IsError = JsonText.Is(RequestReader.Get(result, "status"u8), "error"u8),
        };
    }

    private static ReasoningPart Reasoning(JsonView reasoning)
    {
        if (RequestReader.Get(reasoning, "redactedContent"u8) is { ValueKind: JsonValueKind.String } hidden) return new ReasoningPart { Origin = Origin, Encrypted = hidden };
        var text = RequestReader.Get(reasoning, "reasoningText"u8);
        RawJson words = RequestReader.Get(text, "text"u8);
        return MintedSignature.Restore(words.IsString ? words : RawJson.EmptyString, RequestReader.Get(text, "signature"u8), Origin);
    }

    private static MediaPart? Media(JsonView media, MediaKind kind)
    {
        var source = RequestReader.Get(media, "source"u8);
        var name = RequestReader.Get(media, "name"u8) is { ValueKind: JsonValueKind.String } words ? (RawJson)words : default;
        var format = RequestReader.Get(media, "format"u8).GetString() ?? "";
        if (RequestReader.Get(source, "text"u8) is { ValueKind: JsonValueKind.String } text)
            return new MediaPart { Kind = kind, Form = MediaForm.Text, Data = text, Name = name };
        if (RequestReader.Get(source, "bytes"u8) is not { ValueKind: JsonValueKind.String } bytes) return null;
        return new MediaPart { Kind = kind, Form = MediaForm.Base64, Data = bytes, MediaType = Formats.MediaType(kind, format), Name = name };
    }
}
