using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>A text or a refusal: a message of one content part.</summary>
internal sealed class MessageItem(Part header, int index, string? known = null) : StreamItem(known ?? OutputItem.NewId("msg"), index)
{
    private readonly List<Citation> _citations = [];

    private bool IsRefusal => header is RefusalPart;

    public override void Begin(EventWriter events, IBufferWriter<byte> output)
    {
        events.Item("response.output_item.added"u8, Index, OutputItem.Message(Id, header, default, []), output);
        WritePart("response.content_part.added"u8, RawJson.EmptyString, [], events, output);
    }

    public override void Grow(PartDelta delta, EventWriter events, IBufferWriter<byte> output, LossReport losses)
    {
        if (delta is { Kind: DeltaKind.Citation, Citation: { } citation })
        {
            if (IsRefusal || !OutputItem.CanCite(citation, losses)) return;
            _citations.Add(citation with { Raw = citation.Raw.Own(), Url = citation.Url.Own(), Title = citation.Title.Own(), Quote = citation.Quote.Own() });
            var note = Begin("response.output_text.annotation.added"u8, events, output);
            note.WriteNumber("annotation_index"u8, _citations.Count - 1);
            note.WritePropertyName("annotation"u8);
            OutputItem.WriteAnnotation(note, citation);
            events.End(output);
            return;
        }

        if (delta.Kind != DeltaKind.Text || delta.Value.IsNullOrEmpty) return;
        Keep(delta.Value);
        var writer = Begin(IsRefusal ? "response.refusal.delta"u8 : "response.output_text.delta"u8, events, output);
        writer.WriteRaw("delta"u8, delta.Value);
        WriteLogprobs(writer);
        events.End(output);
    }

    public override RawJson End(EventWriter events, IBufferWriter<byte> output)
    {
        var text = Text;
        var writer = Begin(IsRefusal ? "response.refusal.done"u8 : "response.output_text.done"u8, events, output);
        writer.WriteRaw(IsRefusal ? "refusal"u8 : "text"u8, text);
        WriteLogprobs(writer);
        events.End(output);
        WritePart("response.content_part.done"u8, text, _citations, events, output);
        var item = OutputItem.Message(Id, header, text, _citations);
        events.Item("response.output_item.done"u8, Index, item, output);
        return item;
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type, EventWriter events, IBufferWriter<byte> output)
    {
        var writer = events.Begin(type, Id, Index, output);
        writer.WriteNumber("content_index"u8, 0);
        return writer;
    }

    private void WritePart(ReadOnlySpan<byte> type, RawJson text, List<Citation> citations, EventWriter events, IBufferWriter<byte> output)
    {
        var writer = Begin(type, events, output);
        writer.WritePropertyName("part"u8);
        OutputItem.WriteContent(writer, header, text, citations);
        events.End(output);
    }

    private void WriteLogprobs(Utf8JsonWriter writer)
    {
        if (IsRefusal) return;
        writer.WriteStartArray("logprobs"u8);
        writer.WriteEndArray();
    }
}
