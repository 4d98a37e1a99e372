using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reasoning, with what its provider needs to take it up again.</summary>
internal sealed class ThoughtItem(ReasoningPart header, int index) : StreamItem(OutputItem.NewId("rs"), index)
{
    private readonly ReasoningPart _header = header.Own();
    private readonly List<RawJson> _signature = [];
    private bool _hasText;

    public override void Begin(EventWriter events, IBufferWriter<byte> output) =>
        events.Item("response.output_item.added"u8, Index, OutputItem.Reasoning(Id, new ReasoningPart { Origin = _header.Origin, Text = RawJson.EmptyString }), output);

    public override void Grow(PartDelta delta, EventWriter events, IBufferWriter<byte> output, LossReport losses)
    {
        if (delta.Value.IsNullOrEmpty) return;
        if (delta.Kind == DeltaKind.Signature) _signature.Add(delta.Value.Own());
        if (delta.Kind != DeltaKind.Text) return;
        if (!_hasText) WritePart("response.reasoning_summary_part.added"u8, RawJson.EmptyString, events, output);
        _hasText = true;
        Keep(delta.Value);
        var writer = Begin("response.reasoning_summary_text.delta"u8, events, output);
        writer.WriteRaw("delta"u8, delta.Value);
        events.End(output);
    }

    public override RawJson End(EventWriter events, IBufferWriter<byte> output)
    {
        var text = Text;
        if (_hasText)
        {
            var writer = Begin("response.reasoning_summary_text.done"u8, events, output);
            writer.WriteRaw("text"u8, text);
            events.End(output);
            WritePart("response.reasoning_summary_part.done"u8, text, events, output);
        }

        var item = OutputItem.Reasoning(Id, new ReasoningPart
        {
            Origin = _header.Origin,
            Text = text,
            Encrypted = _header.Encrypted,
            Signature = _signature.Count > 0 ? RawTexts.Join(_signature, ""u8) : default,
        });
        events.Item("response.output_item.done"u8, Index, item, output);
        return item;
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type, EventWriter events, IBufferWriter<byte> output)
    {
        var writer = events.Begin(type, Id, Index, output);
        writer.WriteNumber("summary_index"u8, 0);
        return writer;
    }

    private void WritePart(ReadOnlySpan<byte> type, RawJson text, EventWriter events, IBufferWriter<byte> output)
    {
        var writer = Begin(type, events, output);
        writer.WritePropertyName("part"u8);
        ReasoningItem.WriteSummary(writer, text);
        events.End(output);
    }
}
