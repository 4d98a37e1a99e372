using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes a streamed answer. Parts may be open together here, told apart by their numbers, so nothing has to wait.</summary>
internal sealed class StreamEncoder(LossReport losses) : IStreamEncoder
{
    private const DialectId Target = DialectId.CohereChat;
    private readonly Dictionary<int, OpenPart> _parts = [];
    private readonly EventWriter _events = new();
    private readonly SignatureCarrier _carrier = new(Target, losses);
    private Usage? _usage;
    private RawJson _odds;   // of the next delta
    private bool _started;
    private bool _done;
    private int _contents;
    private int _calls;
    private int _citations;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        if (_done) return;
        if (item is not (UsageReported or Failed)) Start(item as Started, output);
        switch (item)
        {
            case PartStarted part: Open(part, output); break;
            case PartDelta delta: Grow(delta, output); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = (report.Usage with { Raw = report.Usage.Raw.Own() }).Over(_usage); break;
            case OpaqueEvent { Origin: Target, Name: "logprobs" } odds: _odds = odds.Raw.Own(); break;
            case OpaqueEvent { Origin: Target } own: EventWriter.Raw(output, own); break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "cohere-chat has no such event"); break;
            case Finished finished:
                _carrier.End();
                foreach (var index in _parts.Keys.ToList()) End(index, output);
                _events.Finish(output, FinishReasons.Encode(finished.Reason, _calls > 0, losses), _usage);
                EncodeEndMark(output);
                _done = true;
                break;
            case Failed failed:
                _events.Fail(output, failed.Error);
                _done = true;
                break;
        }
    }

    /// <summary>The API sends this behind <c>message-end</c>, though its reference does not say so.</summary>
    public void EncodeEndMark(IBufferWriter<byte> output)
    {
        output.BeginFrame(default);
        output.Write("[DONE]"u8);
        output.EndFrame();
    }

    private void Start(Started? started, IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        losses.AddForeign(started?.Extras, Target, "");
        _events.Start(output, started, losses);
    }

    private void Open(PartStarted started, IBufferWriter<byte> output)
    {
        var header = started.Header;
        switch (header)
        {
            case ToolCallPart call:
                _parts[started.Index] = new OpenPart(PartKind.Call, _calls);
                losses.AddForeign(call.Extras, Target, "content");
                _events.StartCall(output, _calls++, call, _carrier.IdOf(call), losses);
                break;
            case TextPart when ToolPlan.IsOne(header): _parts[started.Index] = new OpenPart(PartKind.Plan, 0); break;
            case OpaquePart { Origin: Target } own: _events.StartContent(output, _contents, own.Raw); _events.End(output, "content-end"u8, _contents++); break;
            case OpaquePart opaque: losses.Add($"content.{opaque.Kind}", "cohere-chat has no such block"); break;
            case MediaPart media: losses.Add($"content.{media.Kind.ToString().ToLowerInvariant()}", "a message of the model holds no media"); break;
            case ReasoningPart { Encrypted.IsMissing: false } hidden: _carrier.Take(hidden.Own()); break;
            default:
                losses.AddForeign(header.Extras, Target, "content");
                var kind = header is ReasoningPart ? PartKind.Thinking : PartKind.Text;
                _parts[started.Index] = new OpenPart(kind, _contents) { Origin = (header as ReasoningPart)?.Origin };
                _events.StartContent(output, _contents++, kind == PartKind.Thinking);
                break;
        }
    }

    private void Grow(PartDelta delta, IBufferWriter<byte> output)
    {
        if (!_parts.TryGetValue(delta.Index, out var part) || (delta.Kind is DeltaKind.Text or DeltaKind.Arguments && delta.Value.IsNullOrEmpty)) return;
        switch (delta.Kind)
        {
            case DeltaKind.Text when part.Kind == PartKind.Plan: _events.Plan(output, delta.Value); break;
            case DeltaKind.Text:
                _events.Content(output, part.Number, part.Kind == PartKind.Thinking, delta.Value, _odds);
                _odds = default;
                break;
            case DeltaKind.Arguments:
                part.HasArguments = true;
                _events.Arguments(output, part.Number, delta.Value);
                break;
            case DeltaKind.Citation:
                _events.Cite(output, _citations, delta.Citation!, part.Number);
                _events.End(output, "citation-end"u8, _citations++);
                break;
            case DeltaKind.Signature when part.Origin is { } origin && !delta.Value.IsNullOrEmpty: _carrier.Take(MintedSignature.Wrap(origin, delta.Value).Own(), isHidden: false); break;
            case DeltaKind.Opaque: losses.Add("content.delta", "cohere-chat has no such delta"); break;
        }
    }

    private void End(int index, IBufferWriter<byte> output)
    {
        if (!_parts.Remove(index, out var part) || part.Kind == PartKind.Plan) return;
        if (part is { Kind: PartKind.Call, HasArguments: false }) _events.Arguments(output, part.Number, RawJson.FromText("{}"u8));
        _events.End(output, part.Kind == PartKind.Call ? "tool-call-end"u8 : "content-end"u8, part.Number);
    }

    private enum PartKind
    {
        Text,
        Thinking,
        Plan,
        Call,
    }

    private sealed class OpenPart(PartKind kind, int number)
    {
        public PartKind Kind { get; } = kind;
        public int Number { get; } = number;
        public DialectId? Origin { get; init; }
        public bool HasArguments { get; set; }
    }
}
