using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>An item that came at once.</summary>
internal sealed class WholeItem(RawJson item, string id, int index) : StreamItem(id, index)
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
