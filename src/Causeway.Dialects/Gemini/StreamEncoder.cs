using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Writes a streamed answer. A call is written when its arguments are whole, since this API has no pieces of them.</summary>
internal sealed class StreamEncoder(AnswerEncoding encoding, LossReport losses) : IStreamEncoder
{
    private const DialectId Target = DialectId.Gemini;

    private readonly Dictionary<int, OpenPart> _open = [];
    private readonly List<Citation> _sources = [];
    private Utf8JsonWriter? _writer;
    private string _model = encoding.Model;
    private string _id = "";
    private Usage? _usage;
    private RawJson _signature;   // of thinking that a call may follow

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started:
                losses.AddForeign(started.Extras, Target, "");
                if (started.Model.Length > 0) _model = started.Model;
                _id = started.Id;
                break;
            case PartStarted part: Open(part, output); break;
            case PartDelta delta when _open.TryGetValue(delta.Index, out var open): Grow(open, delta, output); break;
            case PartEnded ended: End(ended.Index, output); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent { Origin: DialectId.AnthropicMessages, Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "gemini has no such event"); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed:
                output.BeginFrame(default);
                Errors.Encode(failed.Error, output);
                output.EndFrame();
                break;
        }
    }

    /// <summary>The connection's end is the mark.</summary>
    public void EncodeEndMark(IBufferWriter<byte> output)
    {
    }

    private void Open(PartStarted started, IBufferWriter<byte> output)
    {
        losses.AddForeign(started.Header.Extras, Target, "content");
        if (started.Header is TextPart or RefusalPart or ReasoningPart or ToolCallPart) _open[started.Index] = new OpenPart(started.Header is ReasoningPart thought ? thought.Own() : started.Header);
        else if (AnswerWriter.CanWriteWhole(started.Header, losses)) Chunk(output, writer => AnswerWriter.Whole(writer, started.Header));
    }

    private void Grow(OpenPart open, PartDelta delta, IBufferWriter<byte> output)
    {
        switch (delta.Kind)
        {
            case DeltaKind.Text when !delta.Value.IsNullOrEmpty:
                var text = delta.Value;
                if (open.Header is not ReasoningPart) Flush(output);
                Chunk(output, writer => AnswerWriter.Text(writer, text, open.Header is ReasoningPart, default));
                break;
            case DeltaKind.Arguments or DeltaKind.Signature: open.Pieces.Add(delta.Value.Own()); break;
            case DeltaKind.Citation when delta.Citation is { } source && AnswerWriter.CanCite(source, losses):
                _sources.Add(source with { Raw = source.Raw.Own(), Url = source.Url.Own(), Title = source.Title.Own(), Quote = source.Quote.Own() });
                break;
            case DeltaKind.Opaque: losses.Add("content.delta", "gemini has no such delta"); break;
        }
    }

    private void End(int index, IBufferWriter<byte> output)
    {
        if (!_open.Remove(index, out var open)) return;
        if (open.Header is ReasoningPart thought)
        {
            Flush(output);
            _signature = ThoughtSignature.ForClient(new ReasoningPart
            {
                Origin = thought.Origin,
                Encrypted = thought.Encrypted,
                Signature = open.Pieces.Count > 0 ? RawTexts.Join(open.Pieces, ""u8) : default,
            });
        }
        else if (open.Header is ToolCallPart call)
        {
            var arguments = open.Pieces.Count > 0 ? ToolArguments.FromText(RawTexts.Join(open.Pieces, ""u8)) : RawJson.EmptyObject;
            var signature = _signature;
            _signature = default;
            Chunk(output, writer => AnswerWriter.Call(writer, call, arguments, signature));
        }
    }

    /// <summary>A signature that no call followed stands on a part of its own.</summary>
    private void Flush(IBufferWriter<byte> output)
    {
        if (_signature.IsNullOrEmpty) return;
        var signature = _signature;
        _signature = default;
        Chunk(output, writer => AnswerWriter.Text(writer, RawJson.EmptyString, thought: true, signature));
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        foreach (var index in _open.Keys.Order().ToList()) End(index, output);
        Flush(output);
        Chunk(output, static writer => AnswerWriter.Text(writer, RawJson.EmptyString, thought: false, default), finished.Reason);
    }

    private void Chunk(IBufferWriter<byte> output, Action<Utf8JsonWriter> part, StopReason? stop = null)
    {
        if (_id.Length == 0) _id = Guid.NewGuid().ToString("N");
        output.BeginFrame(default);
        if (_writer is null) _writer = new Utf8JsonWriter(output, JsonOutput.Options);
        else _writer.Reset(output);
        AnswerWriter.Begin(_writer);
        part(_writer);
        AnswerWriter.End(_writer, stop, stop is null ? [] : _sources, stop is null ? null : _usage ?? new Usage(), _model, _id);
        _writer.Flush();
        output.EndFrame();
    }

    private sealed class OpenPart(Part header)
    {
        public Part Header { get; } = header;
        public List<RawJson> Pieces { get; } = [];
    }
}
