using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// Makes the events of a second stream go on where the first broke off: the answer does not begin again, its text goes on in the part that is
/// open, what the second model repeats of the end is left out, and the usage counts both.
/// </summary>
/// <param name="spoken">What the client has.</param>
/// <param name="before">What the first stream consumed; null if unknown.</param>
internal sealed class StreamSplice(SpokenText spoken, Usage? before)
{
    private const int Dropped = -1;
    private const int LongestLead = 96;     // characters that are held back to see whether they repeat the end
    private const int LeastOverlap = 6;     // characters; less is chance

    private readonly Dictionary<int, int> _parts = [];   // this stream's numbers to the client's
    private int? _leading;                               // the client's part whose lead is held back
    private string _lead = "";

    /// <summary>Changes events that are about to be written.</summary>
    public void Apply(List<StreamEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            switch (events[i])
            {
                case Started or OpaqueEvent: events.RemoveAt(i--); break;
                case PartStarted started when !Begin(started, out var part): events.RemoveAt(i--); break;
                case PartStarted started: events[i] = started with { Index = _parts[started.Index] }; break;
                case PartDelta delta: i += Put(events, i, delta); break;
                case PartEnded ended: i += End(events, i, ended); break;
                case UsageReported report: events[i] = new UsageReported(Sum(report.Usage)); break;
                case Finished when _leading is not null: events.Insert(i, Lead()); i++; break;
            }
        }
    }

    /// <summary>Gives a part its number; false if the client has seen it begin, or is not to see it.</summary>
    private bool Begin(PartStarted started, out int part)
    {
        var isFirstText = started.Header is TextPart && !_parts.ContainsValue(spoken.OpenPart ?? Dropped);
        part = started.Header is ReasoningPart ? Dropped : isFirstText && spoken.OpenPart is { } open ? open : Math.Max(spoken.NextPart, _parts.Values.DefaultIfEmpty(Dropped).Max() + 1);
        _parts[started.Index] = part;
        if (isFirstText && _lead.Length == 0) _leading = part;
        return part != Dropped && part != spoken.OpenPart;
    }

    private int Put(List<StreamEvent> events, int at, PartDelta delta)
    {
        if (!_parts.TryGetValue(delta.Index, out var part) || part == Dropped)
        {
            events.RemoveAt(at);
            return -1;
        }

        if (part != _leading || delta.Kind != DeltaKind.Text)
        {
            events[at] = delta with { Index = part };
            return 0;
        }

        _lead += delta.Value.AsString();
        if (_lead.Length >= LongestLead)
        {
            events[at] = Lead();
            return 0;
        }

        events.RemoveAt(at);
        return -1;
    }

    private int End(List<StreamEvent> events, int at, PartEnded ended)
    {
        var part = _parts.GetValueOrDefault(ended.Index, Dropped);
        if (part == Dropped)
        {
            events.RemoveAt(at);
            return -1;
        }

        events[at] = new PartEnded(part);
        if (part != _leading) return 0;
        events.Insert(at, Lead());
        return 1;
    }

    /// <summary>The text that was held back, without what the client has already.</summary>
    private PartDelta Lead()
    {
        var (part, text) = (_leading!.Value, spoken.Text);
        _leading = null;
        for (var length = Math.Min(_lead.Length, text.Length); length >= LeastOverlap; length--)
        {
            if (!text.AsSpan().EndsWith(_lead.AsSpan(0, length), StringComparison.Ordinal)) continue;
            return Delta(part, _lead[length..]);
        }

        return Delta(part, text.Length > 0 && char.IsWhiteSpace(text[^1]) ? _lead.TrimStart() : _lead);
    }

    private static PartDelta Delta(int part, string text) => new(part, DeltaKind.Text, RawJson.FromString(text));

    /// <summary>To the client it is one answer: its own request's input, and all of the output.</summary>
    public Usage Sum(Usage usage) => before is null ? usage : usage with
    {
        InputTokens = before.InputTokens ?? usage.InputTokens,
        OutputTokens = usage.OutputTokens + (before.OutputTokens ?? 0),
        Raw = default,
    };
}
