using System.Buffers;
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

    /// <summary>The item for a part; null, and a loss, if this API has none. It has the id <paramref name="known"/>, if the client knows one already.</summary>
    public static StreamItem? Of(Part header, int index, LossReport losses, string? known = null)
    {
        switch (header)
        {
            case TextPart or RefusalPart: return new MessageItem(header, index, known);
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
}
