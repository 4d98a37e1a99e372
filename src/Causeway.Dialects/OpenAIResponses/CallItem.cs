using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>A call of one of the client's tools.</summary>
internal sealed class CallItem(ToolCallPart call, int index) : StreamItem(OutputItem.NewId(call.IsFreeText ? "ctc" : "fc"), index)
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
        if (!call.IsFreeText) writer.WriteString("name"u8, NamespacedName.Split(call.Name).Tool);
        events.End(output);
        var item = OutputItem.Call(Id, call, call.Id, text, isDone: true);
        events.Item("response.output_item.done"u8, Index, item, output);
        return item;
    }
}
