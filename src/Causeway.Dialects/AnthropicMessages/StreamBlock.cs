using System.Buffers;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>One block of a streamed answer on its way out: waiting, open, or ended.</summary>
internal sealed class StreamBlock(int partIndex, Part header)
{
    private readonly Part _header = Own(header);
    private List<PartDelta>? _queue;
    private int _index = -1;
    private bool _signed;

    /// <summary>The canonical part's number.</summary>
    public int PartIndex { get; } = partIndex;

    /// <summary>No more deltas come.</summary>
    public bool Ended { get; set; }

    /// <summary>content_block_start is written.</summary>
    public bool IsBegun => _index >= 0;

    /// <summary>
    /// May the block begin now? Texts and thinking wait for their first content: an empty block would say nothing, and
    /// clients that replay it are refused.
    /// </summary>
    public bool MayBegin =>
        _header is ToolCallPart or OpaquePart or ReasoningPart { Encrypted.IsMissing: false } || _queue is { Count: > 0 };

    /// <summary>Can this API hold the part? If not, that is a loss.</summary>
    public bool Carries(LossReport losses)
    {
        var lost = _header switch
        {
            TextPart or RefusalPart or ToolCallPart or OpaquePart { Origin: DialectId.AnthropicMessages } => null,
            ReasoningPart reasoning =>
                reasoning.Origin == DialectId.AnthropicMessages || reasoning.Encrypted.IsMissing ? null : "reasoning",
            OpaquePart opaque => $"content.{opaque.Kind}",
            _ => "content.media",
        };
        if (lost is not null) losses.Add(lost, "an anthropic-messages answer cannot hold it");
        return lost is null;
    }

    /// <summary>A delta without content is not worth a frame.</summary>
    public static bool SaysNothing(PartDelta delta) =>
        delta.Kind is DeltaKind.Text or DeltaKind.Arguments or DeltaKind.Signature && delta.Value.IsNullOrEmpty;

    /// <summary>Keeps a delta until the block's turn comes.</summary>
    public void Queue(PartDelta delta) => (_queue ??= []).Add(delta with
    {
        Value = delta.Value.Own(),
        Citation = delta.Citation is null ? null : delta.Citation with
        {
            Raw = delta.Citation.Raw.Own(),
            Url = delta.Citation.Url.Own(),
            Title = delta.Citation.Title.Own(),
            Quote = delta.Citation.Quote.Own(),
        },
    });

    /// <summary>Writes content_block_start.</summary>
    public void Begin(FrameWriter frames, IBufferWriter<byte> output, int index, HashSet<string> callIds, LossReport losses)
    {
        _index = index;
        var callId = "";
        if (_header is ToolCallPart call)
        {
            callId = call.Id;
            if (callId.Length == 0 || !callIds.Add(callId)) callIds.Add(callId = AnswerBlocks.NewId("toolu_"));
        }

        frames.BlockStart(output, index, _header, callId, losses);
    }

    /// <summary>Writes the deltas that waited.</summary>
    public void WriteQueue(FrameWriter frames, IBufferWriter<byte> output, LossReport losses)
    {
        if (_queue is null) return;
        foreach (var delta in _queue) WriteDelta(frames, output, delta, losses);
        _queue = null;
    }

    /// <summary>Writes content_block_delta.</summary>
    public void WriteDelta(FrameWriter frames, IBufferWriter<byte> output, PartDelta delta, LossReport losses)
    {
        switch (delta.Kind)
        {
            case DeltaKind.Text when _header is ReasoningPart:
                frames.Delta(output, _index, "thinking_delta"u8, "thinking"u8, delta.Value);
                break;
            case DeltaKind.Text:
                frames.Delta(output, _index, "text_delta"u8, "text"u8, delta.Value);
                break;
            case DeltaKind.Arguments:
                frames.Delta(output, _index, "input_json_delta"u8, "partial_json"u8, delta.Value);
                break;
            case DeltaKind.Signature when _header is ReasoningPart { Origin: DialectId.AnthropicMessages }:
                frames.Delta(output, _index, "signature_delta"u8, "signature"u8, delta.Value);
                _signed = true;
                break;
            case DeltaKind.Signature when _header is ReasoningPart foreign:
                frames.Delta(output, _index, "signature_delta"u8, "signature"u8, MintedSignature.Wrap(foreign.Origin, delta.Value));
                _signed = true;
                break;
            case DeltaKind.Citation when delta.Citation is { } citation && AnswerBlocks.CanCite(citation):
                frames.Citation(output, _index, citation);
                break;
            case DeltaKind.Citation:
                losses.Add("annotations", "a citation needs a URL");
                break;
            case DeltaKind.Opaque:
                frames.OpaqueDelta(output, _index, delta.Value);
                break;
        }
    }

    /// <summary>Writes content_block_stop. Thinking without a signature gets one: clients replay it with the block.</summary>
    public void End(FrameWriter frames, IBufferWriter<byte> output)
    {
        if (!IsBegun) return;
        if (_header is ReasoningPart { Encrypted.IsMissing: true } && !_signed)
            frames.Delta(output, _index, "signature_delta"u8, "signature"u8, MintedSignature.Empty);
        frames.BlockStop(output, _index);
    }

    /// <summary>The header with bytes of its own where it is kept until later.</summary>
    private static Part Own(Part header)
    {
        Part own = header switch
        {
            OpaquePart opaque => new OpaquePart(opaque.Origin, opaque.Kind, opaque.Raw.Own()),
            ReasoningPart reasoning => new ReasoningPart { Encrypted = reasoning.Encrypted.Own(), Origin = reasoning.Origin },
            _ => header,
        };
        if (header.Extras is not { } extras) return own;
        own.Extras = new Extras(extras.Origin);
        foreach (var (name, value) in extras.Fields) own.Extras.Add(name, value.Own());
        return own;
    }
}
