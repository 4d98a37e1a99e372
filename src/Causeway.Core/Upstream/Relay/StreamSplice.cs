using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// Makes the events of a second stream go on where the first broke off: the answer does not begin again, its text goes on in the part that is
/// open, what the second model repeats is left out, and the usage counts both. One for each attempt.
/// </summary>
internal sealed class StreamSplice
{
    private const int Dropped = -1;

    private readonly Dictionary<int, int> _parts = [];   // this stream's numbers to the client's
    private readonly Usage? _before;
    private readonly SpliceLead _lead;
    private readonly int? _open;     // the client's text part that has not ended
    private int _next;               // the number of the next new part
    private int? _leading;           // the client's part whose beginning is held back
    private bool _hasText;

    /// <summary>Goes on with what was <paramref name="spoken"/> so far, which consumed <paramref name="before"/>; null if that is unknown.</summary>
    public StreamSplice(SpokenText spoken, Usage? before)
    {
        (_before, _open, _next) = (before, spoken.OpenPart, spoken.NextPart);
        _lead = new SpliceLead(spoken.Text);
    }

    /// <summary>Changes events that are about to be written.</summary>
    public void Apply(List<StreamEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            switch (events[i])
            {
                case Started or OpaqueEvent: events.RemoveAt(i--); break;
                case PartStarted started when !Begin(started): events.RemoveAt(i--); break;
                case PartStarted started: events[i] = started with { Index = _parts[started.Index] }; break;
                case PartDelta delta: i += Put(events, i, delta); break;
                case PartEnded ended: i += End(events, i, ended); break;
                case UsageReported report: events[i] = new UsageReported(Sum(report.Usage)!); break;
                case Finished when _leading is not null: events.Insert(i++, Lead()); break;
            }
        }
    }

    /// <summary>To the client it is one answer: its own request's input, and all of the output.</summary>
    public Usage? Sum(Usage? usage)
    {
        if (_before is null || usage is null) return usage ?? _before;
        var input = _before.InputTokens is null ? usage : _before;
        return new Usage
        {
            InputTokens = input.InputTokens,
            CacheReadTokens = input.CacheReadTokens,
            CacheWriteTokens = input.CacheWriteTokens,
            CacheWriteHourTokens = input.CacheWriteHourTokens,
            OutputTokens = Add(_before.OutputTokens, usage.OutputTokens),
            ReasoningTokens = Add(_before.ReasoningTokens, usage.ReasoningTokens),
            IsEstimate = _before.IsEstimate || usage.IsEstimate,
            Origin = usage.Origin,
        };

        static long? Add(long? a, long? b) => a is null ? b : a + (b ?? 0);
    }

    /// <summary>Gives a part its number; false if the client has seen it begin, or is not to see it.</summary>
    private bool Begin(PartStarted started)
    {
        if (started.Header is ReasoningPart)
        {
            _parts[started.Index] = Dropped;
            return false;
        }

        var isFirstText = started.Header is TextPart && !_hasText;
        var goesOn = isFirstText && _open is not null;
        var part = goesOn ? _open!.Value : _next++;
        _parts[started.Index] = part;
        _hasText |= isFirstText;
        if (isFirstText) _leading = part;
        return !goesOn;
    }

    private int Put(List<StreamEvent> events, int at, PartDelta delta)
    {
        if (!_parts.TryGetValue(delta.Index, out var part) || part == Dropped) return Remove(events, at);
        events[at] = delta with { Index = part };
        if (part != _leading || delta.Kind != DeltaKind.Text) return 0;
        if (!_lead.Add(delta.Value.AsString() ?? "")) return Remove(events, at);
        events[at] = Lead();
        return 0;
    }

    private int End(List<StreamEvent> events, int at, PartEnded ended)
    {
        var part = _parts.GetValueOrDefault(ended.Index, Dropped);
        if (part == Dropped) return Remove(events, at);
        events[at] = new PartEnded(part);
        if (part != _leading) return 0;
        events.Insert(at, Lead());
        return 1;
    }

    private static int Remove(List<StreamEvent> events, int at)
    {
        events.RemoveAt(at);
        return -1;
    }

    private PartDelta Lead()
    {
        var part = _leading!.Value;
        _leading = null;
        return new PartDelta(part, DeltaKind.Text, RawJson.FromString(_lead.Rest()));
    }
}
