using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// One event of a streamed answer. Grammar: Started, then parts (PartStarted, PartDelta*, PartEnded; several may be open at
/// once, told apart by index), UsageReported and Opaque anywhere after Started, then Finished or Failed, once and last.
/// Raw values are only good until the next event is decoded.
/// </summary>
public abstract record StreamEvent
{
    private protected StreamEvent()
    {
    }
}

/// <summary>The answer begins.</summary>
/// <param name="Id">The provider's id of the answer; empty if it gave none.</param>
/// <param name="Model">The model that answers, as the provider names it; empty if it did not say.</param>
/// <param name="Created">When, in seconds since 1970; null if unknown.</param>
public sealed record Started(string Id, string Model, long? Created) : StreamEvent
{
    /// <summary>Fields of the answer's own dialect without canonical meaning.</summary>
    public Extras? Extras { get; init; }
}

/// <summary>A part begins.</summary>
/// <param name="Index">Number of the part, from 0, rising.</param>
/// <param name="Header">The part without its content: a <see cref="TextPart"/> or <see cref="ReasoningPart"/> with an empty
/// text, a <see cref="ToolCallPart"/> with id and name, or an <see cref="OpaquePart"/>.</param>
public sealed record PartStarted(int Index, Part Header) : StreamEvent;

/// <summary>What a <see cref="PartDelta"/> adds.</summary>
public enum DeltaKind
{
    /// <summary>Text of a text, refusal or reasoning part: a JSON string.</summary>
    Text,

    /// <summary>A piece of a tool call's arguments: a JSON string that holds a fragment of JSON text.</summary>
    Arguments,

    /// <summary>The signature of a reasoning part: a JSON string.</summary>
    Signature,

    /// <summary>A citation of a text part, as its dialect writes it; see <see cref="PartDelta.Citation"/>.</summary>
    Citation,

    /// <summary>A delta that only the part's own dialect knows, whole.</summary>
    Opaque,
}

/// <summary>A part grows.</summary>
/// <param name="Index">The part.</param>
/// <param name="Kind">What is added.</param>
/// <param name="Value">The addition.</param>
public sealed record PartDelta(int Index, DeltaKind Kind, RawJson Value) : StreamEvent
{
    /// <summary>The citation, for <see cref="DeltaKind.Citation"/>.</summary>
    public Citation? Citation { get; init; }
}

/// <summary>A part is complete.</summary>
/// <param name="Index">The part.</param>
public sealed record PartEnded(int Index) : StreamEvent;

/// <summary>Usage so far; a later report replaces the numbers it repeats.</summary>
/// <param name="Usage">The numbers.</param>
public sealed record UsageReported(Usage Usage) : StreamEvent;

/// <summary>The answer is complete.</summary>
/// <param name="Reason">Why the model stopped.</param>
/// <param name="StopSequence">The stop sequence that was met: a JSON string, or missing.</param>
public sealed record Finished(StopReason Reason, RawJson StopSequence) : StreamEvent;

/// <summary>The answer broke off. What was sent so far must not look complete.</summary>
/// <param name="Error">What happened.</param>
public sealed record Failed(GatewayError Error) : StreamEvent;

/// <summary>An event that only its dialect knows.</summary>
/// <param name="Origin">The dialect it was read in.</param>
/// <param name="Name">Its event name, if any.</param>
/// <param name="Raw">The whole event's data.</param>
public sealed record OpaqueEvent(DialectId Origin, string Name, RawJson Raw) : StreamEvent;
