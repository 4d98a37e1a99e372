using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Folds the events of a stream into the answer they make. It keeps bytes of its own, since the raw values of an event die with the
/// next one.
/// </summary>
public sealed class StreamFold(DialectId origin)
{
    private readonly List<FoldedPart> _parts = [];
    private Started? _started;
    private Finished? _finished;
    private Usage? _usage;

    /// <summary>Why the stream broke off; null if it did not.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>The answer is complete.</summary>
    public bool IsComplete => _finished is not null;

    /// <summary>Takes all of <paramref name="events"/> and empties the list.</summary>
    public void AddAll(List<StreamEvent> events)
    {
        foreach (var item in events) Add(item);
        events.Clear();
    }

    /// <summary>Takes one event.</summary>
    public void Add(StreamEvent item)
    {
        switch (item)
        {
            case Started started: _started = started with { Extras = Own(started.Extras) }; break;
            case PartStarted part: _parts.Add(new FoldedPart(part.Index, part.Header)); break;
            case PartDelta delta: _parts.FindLast(part => part.Index == delta.Index)?.Add(delta); break;
            case UsageReported report: _usage = (report.Usage with { Raw = report.Usage.Raw.Own() }).Over(_usage); break;
            case Finished finished: _finished = finished with { StopSequence = finished.StopSequence.Own() }; break;
            case Failed failed: Error = failed.Error; break;
        }
    }

    /// <summary>The answer so far.</summary>
    public ChatResponse ToResponse() => new()
    {
        Origin = origin,
        Id = _started?.Id ?? "",
        Model = _started?.Model ?? "",
        Created = _started?.Created,
        Parts = [.. _parts.Select(part => part.ToPart())],
        Stop = _finished?.Reason ?? StopReason.Other,
        StopSequence = _finished?.StopSequence ?? default,
        Usage = _usage,
        Extras = _started?.Extras,
    };

    private static Extras? Own(Extras? extras)
    {
        if (extras is null) return null;
        var own = new Extras(extras.Origin);
        foreach (var (name, value) in extras.Fields) own.Add(name, value.Own());
        return own;
    }

    private sealed class FoldedPart
    {
        private readonly Part _header;
        private readonly List<RawJson> _texts = [];
        private readonly List<RawJson> _signatures = [];
        private readonly List<Citation> _citations = [];

        public FoldedPart(int index, Part header)
        {
            Index = index;
            _header = header switch
            {
                OpaquePart opaque => new OpaquePart(opaque.Origin, opaque.Kind, opaque.Raw.Own()),
                ReasoningPart { Encrypted.IsMissing: false } hidden => new ReasoningPart { Origin = hidden.Origin, Encrypted = hidden.Encrypted.Own() },
                MediaPart media => new MediaPart { Kind = media.Kind, Form = media.Form, Data = media.Data.Own(), MediaType = media.MediaType, Name = media.Name.Own() },
                _ => header,
            };
            _header.Extras = Own(header.Extras);
        }

        public int Index { get; }

        public void Add(PartDelta delta)
        {
            switch (delta.Kind)
            {
                case DeltaKind.Text or DeltaKind.Arguments: _texts.Add(delta.Value.Own()); break;
                case DeltaKind.Signature: _signatures.Add(delta.Value.Own()); break;
                case DeltaKind.Citation when delta.Citation is { } source:
                    _citations.Add(source with { Raw = source.Raw.Own(), Url = source.Url.Own(), Title = source.Title.Own(), Quote = source.Quote.Own() });
                    break;
            }
        }

        public Part ToPart() => _header switch
        {
            TextPart => new TextPart(Joined()) { Citations = _citations.Count > 0 ? _citations : null, Extras = _header.Extras },
            RefusalPart => new RefusalPart(Joined()) { Extras = _header.Extras },
            ReasoningPart { Encrypted.IsMissing: true } thought => new ReasoningPart
            {
                Origin = thought.Origin,
                Text = Joined(),
                Signature = _signatures.Count > 0 ? RawTexts.Join(_signatures, ""u8) : default,
                Extras = _header.Extras,
            },
            ToolCallPart call => new ToolCallPart
            {
                Id = call.Id,
                Name = call.Name,
                Arguments = _texts.Count > 0 ? ToolArguments.FromText(RawTexts.Join(_texts, ""u8)) : RawJson.EmptyObject,
                IsFreeText = call.IsFreeText,
                Extras = _header.Extras,
            },
            _ => _header,
        };

        private RawJson Joined() => RawTexts.Join(_texts, ""u8);
    }
}
