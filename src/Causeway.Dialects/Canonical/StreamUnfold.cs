using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>Plays a whole answer as the events of a stream: for upstreams that answer whole when asked to stream, and for caches.</summary>
public static class StreamUnfold
{
    /// <summary>Appends the events of <paramref name="response"/> to <paramref name="events"/>; their raw values live as long as the response's.</summary>
    public static void Into(ChatResponse response, List<StreamEvent> events)
    {
        events.Add(new Started(response.Id, response.Model, response.Created) { Extras = response.Extras });
        for (var index = 0; index < response.Parts.Count; index++) Part(index, response.Parts[index], events);
        if (response.Usage is { } usage) events.Add(new UsageReported(usage));
        events.Add(new Finished(response.Stop, response.StopSequence));
    }

    private static void Part(int index, Part part, List<StreamEvent> events)
    {
        events.Add(new PartStarted(index, Header(part)));
        switch (part)
        {
            case TextPart text:
                Add(DeltaKind.Text, text.Text);
                foreach (var citation in text.Citations ?? []) events.Add(new PartDelta(index, DeltaKind.Citation, citation.Raw) { Citation = citation });
                break;
            case RefusalPart refusal: Add(DeltaKind.Text, refusal.Text); break;
            case ReasoningPart { Encrypted.IsMissing: true } thought:
                Add(DeltaKind.Text, thought.Text);
                Add(DeltaKind.Signature, thought.Signature);
                break;
            case ToolCallPart call: Add(DeltaKind.Arguments, RawJson.FromText(call.Arguments.Utf8)); break;
        }

        events.Add(new PartEnded(index));

        void Add(DeltaKind kind, RawJson value)
        {
            if (!value.IsNullOrEmpty) events.Add(new PartDelta(index, kind, value));
        }
    }

    private static Part Header(Part part) => part switch
    {
        TextPart => new TextPart(RawJson.EmptyString) { Extras = part.Extras },
        RefusalPart => new RefusalPart(RawJson.EmptyString) { Extras = part.Extras },
        ReasoningPart { Encrypted.IsMissing: true } thought => new ReasoningPart { Origin = thought.Origin, Text = RawJson.EmptyString, Extras = part.Extras },
        ToolCallPart call => new ToolCallPart { Id = call.Id, Name = call.Name, IsFreeText = call.IsFreeText, Extras = part.Extras },
        _ => part,
    };
}
