using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>The parts of a streamed answer that are open, by the numbers the API gives them.</summary>
internal sealed class OpenParts
{
    private readonly Dictionary<long, int> _calls = [];
    private int _nextPart;
    private int _plan = -1;
    private int _content = -1;        // the open content part
    private long _contentIndex = -1;  // its number in the API's terms
    private bool _isThinking;

    /// <summary>Words of the plan before the calls.</summary>
    public void Plan(RawJson text, List<StreamEvent> events)
    {
        if (!text.IsString) return;
        if (_plan < 0) events.Add(new PartStarted(_plan = _nextPart++, ToolPlan.Of(RawJson.EmptyString)));
        Grow(_plan, DeltaKind.Text, text, events);
    }

    /// <summary>A piece of content; a new number, or another kind, begins a part.</summary>
    public void Content(long index, bool isThinking, RawJson text, List<StreamEvent> events)
    {
        if (_content >= 0 && (index != _contentIndex || isThinking != _isThinking)) CloseContent(events);
        if (_content < 0)
        {
            ClosePlan(events);
            (_content, _contentIndex, _isThinking) = (_nextPart++, index, isThinking);
            Part header = isThinking ? new ReasoningPart { Origin = DialectId.CohereChat, Text = RawJson.EmptyString } : new TextPart(RawJson.EmptyString);
            events.Add(new PartStarted(_content, header));
        }

        Grow(_content, DeltaKind.Text, text, events);
    }

    /// <summary>The content part is complete. A text stays open: its citations may follow.</summary>
    public void EndContent(long index, List<StreamEvent> events)
    {
        if (_content >= 0 && _isThinking && index == _contentIndex) CloseContent(events);
    }

    /// <summary>A call begins.</summary>
    public void StartCall(long index, ToolCallPart call, List<StreamEvent> events)
    {
        ClosePlan(events);
        CloseContent(events);
        EndCall(index, events);
        _calls[index] = _nextPart;
        events.Add(new PartStarted(_nextPart++, new ToolCallPart { Id = call.Id, Name = call.Name, Extras = call.Extras }));
    }

    /// <summary>A piece of a call's arguments.</summary>
    public void GrowCall(long index, RawJson text, List<StreamEvent> events)
    {
        if (_calls.TryGetValue(index, out var part)) Grow(part, DeltaKind.Arguments, text, events);
    }

    /// <summary>A call is complete.</summary>
    public void EndCall(long index, List<StreamEvent> events)
    {
        if (_calls.Remove(index, out var part)) events.Add(new PartEnded(part));
    }

    /// <summary>A citation: of the plan, or of the text that is open.</summary>
    public void Cite(Citation citation, JsonView raw, List<StreamEvent> events)
    {
        var part = CitationCodec.IsOfPlan(raw) && _plan >= 0 ? _plan : _isThinking ? -1 : _content;
        if (part < 0)
        {
            Content(_contentIndex + 1, isThinking: false, RawJson.EmptyString, events);
            part = _content;
        }

        events.Add(new PartDelta(part, DeltaKind.Citation, citation.Raw) { Citation = citation });
    }

    /// <summary>The answer is complete.</summary>
    public void EndAll(List<StreamEvent> events)
    {
        ClosePlan(events);
        CloseContent(events);
        foreach (var index in _calls.Keys.ToList()) EndCall(index, events);
    }

    private void ClosePlan(List<StreamEvent> events)
    {
        if (_plan >= 0) events.Add(new PartEnded(_plan));
        _plan = -1;
    }

    private void CloseContent(List<StreamEvent> events)
    {
        if (_content >= 0) events.Add(new PartEnded(_content));
        _content = -1;
    }

    private static void Grow(int part, DeltaKind kind, RawJson text, List<StreamEvent> events)
    {
        if (text.IsString && !text.IsNullOrEmpty) events.Add(new PartDelta(part, kind, text));
    }
}
