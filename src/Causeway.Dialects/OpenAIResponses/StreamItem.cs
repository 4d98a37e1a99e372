using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>One item of a streamed answer on its way out. It keeps what was streamed, since its last events repeat it.</summary>
internal abstract class StreamItem(string id, int index)
{
    private readonly List<RawJson> _pieces = [];

    protected string Id { get; } = id;

    /// <summary>Its number in the answer.</summary>
    public int Index { get; } = index;

    /// <summary>What was streamed so far: a JSON string.</summary>
    protected RawJson Text => _pieces.Count == 0 ? RawJson.EmptyString : RawTexts.Join(_pieces, ""u8);

    /// <summary>The item for a part; null, and a loss, if this API has none.</summary>
    public static StreamItem? Of(Part header, int index, LossReport losses)
    {
        switch (header)
        {
            case TextPart or RefusalPart: return new MessageItem(header, index);
            case ReasoningPart thought: return new ThoughtItem(thought, index);
            case ToolCallPart call: return new CallItem(call, index);
            case MediaPart { Kind: MediaKind.Image, Form: MediaForm.Base64 } image:
                var id = OutputItem.NewId("ig");
                return new WholeItem(OutputItem.Image(id, image), id, index);
            case OpaquePart { Origin: DialectId.OpenAIResponses } own: return new WholeItem(own.Raw.Own(), "", index);
            default:
                losses.Add(header is OpaquePart opaque ? $"content.{opaque.Kind}" : "content.media", "openai-responses has no such item");
                return null;
        }
    }

    public abstract void Begin(EventWriter events, IBufferWriter<byte> output);

    public abstract void Grow(PartDelta delta, EventWriter events, IBufferWriter<byte> output, LossReport losses);

    /// <summary>Writes the last events; the whole item.</summary>
    public abstract RawJson End(EventWriter events, IBufferWriter<byte> output);

    protected void Keep(RawJson piece) => _pieces.Add(piece.Own());

    private sealed class MessageItem(Part header, int index) : StreamItem(OutputItem.NewId("msg"), index)
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

    private sealed class ThoughtItem(ReasoningPart header, int index) : StreamItem(OutputItem.NewId("rs"), index)
    {
        private readonly List<RawJson> _signature = [];
        private bool _hasText;

        public override void Begin(EventWriter events, IBufferWriter<byte> output) =>
            events.Item("response.output_item.added"u8, Index, OutputItem.Reasoning(Id, new ReasoningPart { Origin = header.Origin, Text = RawJson.EmptyString }), output);

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
                Origin = header.Origin,
                Text = text,
                Encrypted = header.Encrypted.Own(),
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

    private sealed class CallItem(ToolCallPart call, int index) : StreamItem(OutputItem.NewId(call.IsFreeText ? "ctc" : "fc"), index)
    {
        private bool _hasArguments;

        public override void Begin(EventWriter events, IBufferWriter<byte> output) =>
            events.Item("response.output_item.added"u8, Index, OutputItem.Call(Id, call, call.Id, RawJson.EmptyString, isDone: false), output);

        public override void Grow(PartDelta delta, EventWriter events, IBufferWriter<byte> output, LossReport losses)
        {
            if (delta.Kind != DeltaKind.Arguments || delta.Value.IsNullOrEmpty) return;
            _hasArguments = true;
            Keep(delta.Value);
            var writer = events.Begin(call.IsFreeText ? "response.custom_tool_call_input.delta"u8 : "response.function_call_arguments.delta"u8, Id, Index, output);
            writer.WriteRaw("delta"u8, delta.Value);
            events.End(output);
        }

        public override RawJson End(EventWriter events, IBufferWriter<byte> output)
        {
            if (!_hasArguments && !call.IsFreeText) Grow(new PartDelta(0, DeltaKind.Arguments, RawJson.FromText("{}"u8)), events, output, new LossReport());
            var text = Text;
            var writer = events.Begin(call.IsFreeText ? "response.custom_tool_call_input.done"u8 : "response.function_call_arguments.done"u8, Id, Index, output);
            writer.WriteRaw(call.IsFreeText ? "input"u8 : "arguments"u8, text);
            if (!call.IsFreeText) writer.WriteString("name"u8, call.Name);
            events.End(output);
            var item = OutputItem.Call(Id, call, call.Id, text, isDone: true);
            events.Item("response.output_item.done"u8, Index, item, output);
            return item;
        }
    }

    /// <summary>An item that came at once.</summary>
    private sealed class WholeItem(RawJson item, string id, int index) : StreamItem(id, index)
    {
        public override void Begin(EventWriter events, IBufferWriter<byte> output) => events.Item("response.output_item.added"u8, Index, item, output);

        public override void Grow(PartDelta delta, EventWriter events, IBufferWriter<byte> output, LossReport losses)
        {
        }

        public override RawJson End(EventWriter events, IBufferWriter<byte> output)
        {
            events.Item("response.output_item.done"u8, Index, item, output);
            return item;
        }
    }
}
