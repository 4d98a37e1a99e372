using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Writes a streamed answer. The API allows one open block at a time, while canonical parts may be open together (parallel
/// calls of chat completions interleave): the first open part goes out at once, later ones wait for their turn.
/// </summary>
internal sealed class StreamEncoder(AnswerEncoding request, LossReport losses) : IStreamEncoder
{
    private readonly FrameWriter _frames = new();
    private readonly List<StreamBlock> _blocks = [];   // open or waiting; the first goes out at once
    private readonly HashSet<string> _callIds = [];
    private Started? _start;          // until message_start is written: it needs the usage that follows
    private Usage? _usage;
    private RawJson _deltaEvent;      // an upstream message_delta that says more than the canonical events
    private int _nextIndex;
    private bool _started;
    private bool _done;

    /// <inheritdoc/>
    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        if (_done) return;
        if (item is Started start)
        {
            _start = start with { Extras = Own(start.Extras) };
            return;
        }

        if (item is UsageReported report)
        {
            _usage = report.Usage with { Raw = report.Usage.Raw.Own() };
            if (_start is not null) EnsureStarted(output);
            return;
        }

        if (item is Failed failed)
        {
            _frames.Error(output, failed.Error);
            _done = true;
            return;
        }

        EnsureStarted(output);
        Dispatch(item, output);
    }

    /// <inheritdoc/>
    public void EncodeEndMark(IBufferWriter<byte> output) => FrameWriter.MessageStop(output);

    private void Dispatch(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case PartStarted started:
                var block = new StreamBlock(started.Index, started.Header);
                if (block.Carries(losses)) _blocks.Add(block);
                break;
            case PartDelta delta:
                TakeDelta(delta, output);
                break;
            case PartEnded ended:
                if (Find(ended.Index) is { } open) open.Ended = true;
                break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" } own:
                _deltaEvent = own.Raw.Own();
                break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages } own:
                _frames.Opaque(output, own);
                break;
            case OpaqueEvent foreign:
                losses.Add(foreign.Name.Length > 0 ? foreign.Name : "event", "anthropic-messages has no such event");
                break;
            case Finished finished:
                foreach (var left in _blocks) left.Ended = true;
                Advance(output);
                _frames.Finish(output, finished, _callIds.Count > 0, _usage, _deltaEvent);
                _done = true;
                return;
        }

        Advance(output);
    }

    private void TakeDelta(PartDelta delta, IBufferWriter<byte> output)
    {
        if (Find(delta.Index) is not { } block || StreamBlock.SaysNothing(delta)) return;
        if (block != _blocks[0])
        {
            block.Queue(delta);
            return;
        }

        Begin(block, output);
        block.WriteDelta(_frames, output, delta, losses);
    }

    /// <summary>Ends blocks that are complete and lets the next ones catch up.</summary>
    private void Advance(IBufferWriter<byte> output)
    {
        while (_blocks.Count > 0)
        {
            var block = _blocks[0];
            if (block.MayBegin) Begin(block, output);
            block.WriteQueue(_frames, output, losses);
            if (!block.Ended) return;
            block.End(_frames, output);
            _blocks.RemoveAt(0);
        }
    }

    private void Begin(StreamBlock block, IBufferWriter<byte> output)
    {
        if (!block.IsBegun) block.Begin(_frames, output, _nextIndex++, _callIds, losses);
    }

    private StreamBlock? Find(int index)
    {
        foreach (var block in _blocks)
        {
            if (block.PartIndex == index) return block;
        }

        return null;
    }

    private void EnsureStarted(IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        losses.AddForeign(_start?.Extras, DialectId.AnthropicMessages, "");
        _frames.Start(output, _start, request.Model, _usage);
        _start = null;
    }

    private static Extras? Own(Extras? extras)
    {
        if (extras is null) return null;
        var own = new Extras(extras.Origin);
        foreach (var (name, value) in extras.Fields) own.Add(name, value.Own());
        return own;
    }
}
