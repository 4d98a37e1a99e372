using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>The events that the start and the deltas of a block mean.</summary>
internal static class StreamBlocks
{
    private static readonly byte[][] Known =
        Fields.Names("type", "text", "thinking", "signature", "partial_json", "citation");

    /// <summary>Appends a part's start, and what the block already holds as its first deltas.</summary>
    public static void Start(int index, Part part, List<StreamEvent> events)
    {
        switch (part)
        {
            case TextPart text:
                events.Add(new PartStarted(index, new TextPart(RawJson.EmptyString) { Extras = text.Extras }));
                Add(index, DeltaKind.Text, text.Text, events);
                foreach (var citation in text.Citations ?? []) events.Add(Cite(index, citation));
                break;
            case ReasoningPart { Encrypted.IsMissing: true } reasoning:
                events.Add(new PartStarted(index, new ReasoningPart
                {
                    Text = RawJson.EmptyString,
                    Origin = reasoning.Origin,
                    Extras = reasoning.Extras,
                }));
                Add(index, DeltaKind.Text, reasoning.Text, events);
                Add(index, DeltaKind.Signature, reasoning.Signature, events);
                break;
            case ToolCallPart call:
                events.Add(new PartStarted(index, new ToolCallPart { Id = call.Id, Name = call.Name, Extras = call.Extras }));
                if (call.Arguments.Utf8.IndexOf((byte)'"') >= 0)   // an object with a field; `{}` says that deltas follow
                    events.Add(new PartDelta(index, DeltaKind.Arguments, RawJson.FromText(call.Arguments.Utf8)));
                break;
            default:
                events.Add(new PartStarted(index, part));
                break;
        }
    }

    /// <summary>Appends what a delta adds to <paramref name="part"/>; the problem if it is malformed.</summary>
    public static string? Delta(int index, Part part, JsonView delta, List<StreamEvent> events)
    {
        var type = RequestReader.Get(delta, "type"u8);
        if (type.ValueKind != JsonValueKind.String) return "a delta without type";
        if (part is OpaquePart)
        {
            events.Add(new PartDelta(index, DeltaKind.Opaque, delta));
            return null;
        }

        if (JsonText.Is(type, "text_delta"u8)) return Text(index, DeltaKind.Text, delta, "text"u8, events);
        if (JsonText.Is(type, "input_json_delta"u8)) return Text(index, DeltaKind.Arguments, delta, "partial_json"u8, events);
        if (JsonText.Is(type, "thinking_delta"u8)) return Text(index, DeltaKind.Text, delta, "thinking"u8, events);
        if (JsonText.Is(type, "signature_delta"u8)) return Text(index, DeltaKind.Signature, delta, "signature"u8, events);
        var citation = RequestReader.Get(delta, "citation"u8);
        if (JsonText.Is(type, "citations_delta"u8) && citation.ValueKind == JsonValueKind.Object)
            events.Add(Cite(index, BlockDecoder.Citation(citation)));
        else
            events.Add(new PartDelta(index, DeltaKind.Opaque, delta));
        return null;
    }

    private static string? Text(
        int index, DeltaKind kind, JsonView delta, ReadOnlySpan<byte> field, List<StreamEvent> events)
    {
        RawJson value = RequestReader.Get(delta, field);
        if (!value.IsMissing && !value.IsString) return "a delta whose content is no text";
        Add(index, kind, value, events);
        if (Fields.Rest(delta, Known) is { } rest)
            events.Add(new PartDelta(index, DeltaKind.Opaque, WithoutContent(delta, field, rest)));
        return null;
    }

    /// <summary>The delta with an empty content: its own fields (estimated_tokens) travel behind the content.</summary>
    private static RawJson WithoutContent(JsonView delta, ReadOnlySpan<byte> field, Extras rest)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        using var writer = new Utf8JsonWriter(buffer, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteRaw("type"u8, RequestReader.Get(delta, "type"u8));
        writer.WriteString(field, ""u8);
        foreach (var (name, value) in rest.Fields)
        {
            writer.WritePropertyName(name);
            writer.WriteRaw(value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new RawJson(buffer.WrittenMemory);
    }

    private static void Add(int index, DeltaKind kind, RawJson value, List<StreamEvent> events)
    {
        if (!value.IsNullOrEmpty) events.Add(new PartDelta(index, kind, value));
    }

    private static PartDelta Cite(int index, Citation citation) =>
        new(index, DeltaKind.Citation, citation.Raw) { Citation = citation };
}
