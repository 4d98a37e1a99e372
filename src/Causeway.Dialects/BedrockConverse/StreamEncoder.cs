using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes a streamed answer as event-stream messages.</summary>
internal sealed class StreamEncoder(LossReport losses) : IStreamEncoder
{
    private const DialectId Target = DialectId.BedrockConverse;

    private readonly Dictionary<int, (Part Header, int Block)> _open = [];
    private readonly EventStreamWriter _events = new();
    private Usage? _usage;
    private int _nextBlock;
    private bool _started;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started:
                losses.AddForeign(started.Extras, Target, "");
                Start(output);
                break;
            case PartStarted part: Open(part, output); break;
            case PartDelta delta when _open.TryGetValue(delta.Index, out var open): Grow(open.Header, open.Block, delta, output); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "bedrock-converse has no such event"); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed: _events.Exception(Encoding.UTF8.GetBytes(Errors.TypeOf(failed.Error.Kind)), output, failed.Error.Message); break;
        }
    }

    /// <summary>The connection's end is the mark.</summary>
    public void EncodeEndMark(IBufferWriter<byte> output)
    {
    }

    private void Start(IBufferWriter<byte> output)
    {
        if (!_started) _events.Event("messageStart"u8, output, static writer => writer.WriteString("role"u8, "assistant"u8));
        _started = true;
    }

    private void Open(PartStarted started, IBufferWriter<byte> output)
    {
        Start(output);
        losses.AddForeign(started.Header.Extras, Target, "content");
        if (started.Header is not (TextPart or RefusalPart or ToolCallPart or ReasoningPart))
        {
            losses.Add($"content.{(started.Header as OpaquePart)?.Kind ?? "media"}", "bedrock-converse streams hold no such block");
            return;
        }

        var block = _nextBlock++;
        _open[started.Index] = (started.Header, block);
        if (started.Header is ToolCallPart call)
        {
            _events.Event("contentBlockStart"u8, output, writer =>
            {
                writer.WriteStartObject("start"u8);
                writer.WriteStartObject("toolUse"u8);
                writer.WriteString("toolUseId"u8, call.Id);
                writer.WriteString("name"u8, call.Name);
                writer.WriteEndObject();
                writer.WriteEndObject();
                writer.WriteNumber("contentBlockIndex"u8, block);
            });
        }
        else if (started.Header is ReasoningPart { Encrypted.IsMissing: false } hidden)
        {
            if (hidden.Origin == Target) Delta(output, block, writer => Member(writer, "reasoningContent"u8, "redactedContent"u8, hidden.Encrypted));
            else Delta(output, block, writer => Member(writer, "reasoningContent"u8, "signature"u8, BlockWriter.SignatureForClient(hidden)));
        }
    }

    private void Grow(Part header, int block, PartDelta delta, IBufferWriter<byte> output)
    {
        if (delta.Kind != DeltaKind.Citation && delta.Value.IsNullOrEmpty) return;
        var value = delta.Value;
        switch (delta.Kind)
        {
            case DeltaKind.Text when header is ReasoningPart: Delta(output, block, writer => Member(writer, "reasoningContent"u8, "text"u8, value)); break;
            case DeltaKind.Text: Delta(output, block, writer => writer.WriteRaw("text"u8, value)); break;
            case DeltaKind.Arguments: Delta(output, block, writer => Member(writer, "toolUse"u8, "input"u8, value)); break;
            case DeltaKind.Signature when header is ReasoningPart thought:
                var signature = thought.Origin == Target ? value : MintedSignature.Wrap(thought.Origin, value);
                Delta(output, block, writer => Member(writer, "reasoningContent"u8, "signature"u8, signature));
                break;
            case DeltaKind.Citation: losses.Add("content.citations", "bedrock-converse cites documents of its own only"); break;
            case DeltaKind.Opaque: losses.Add("content.delta", "bedrock-converse has no such delta"); break;
        }
    }

    private static void Member(Utf8JsonWriter writer, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> name, RawJson value)
    {
        writer.WriteStartObject(owner);
        writer.WriteRaw(name, value);
        writer.WriteEndObject();
    }

    private void Delta(IBufferWriter<byte> output, int block, Action<Utf8JsonWriter> delta) => _events.Event("contentBlockDelta"u8, output, writer =>
    {
        writer.WriteStartObject("delta"u8);
        delta(writer);
        writer.WriteEndObject();
        writer.WriteNumber("contentBlockIndex"u8, block);
    });

    private void End(int part, IBufferWriter<byte> output)
    {
        if (_open.Remove(part, out var open)) _events.Event("contentBlockStop"u8, output, writer => writer.WriteNumber("contentBlockIndex"u8, open.Block));
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        Start(output);
        foreach (var part in _open.Keys.Order().ToList()) End(part, output);
        _events.Event("messageStop"u8, output, writer => writer.WriteString("stopReason"u8, StopReasons.Encode(finished.Reason)));
        _events.Event("metadata"u8, output, writer =>
        {
            UsageCodec.Write(writer, _usage ?? new Usage());
            writer.WriteStartObject("metrics"u8);
            writer.WriteNumber("latencyMs"u8, 0);
            writer.WriteEndObject();
        });
    }
}
