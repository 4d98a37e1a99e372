using Causeway.Core.Recording.Capture;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Live;

/// <summary>What a model has said so far, part by part. Not thread-safe.</summary>
/// <param name="edit">What is done to it before it is told.</param>
internal sealed class LiveParts(ContentEdit edit)
{
    private const int MostBytes = 256 << 10;   // of one exchange: what comes later is not told
    private const int MostParts = 1000;

    private readonly List<LivePart> _parts = [];
    private int _bytes;

    /// <summary>Something that was said is not here.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Takes events, and tells what is new in them; null: nobody wants to know.</summary>
    public void Take(List<StreamEvent> events, Action<LiveEvent>? tell)
    {
        foreach (var item in events)
        {
            switch (item)
            {
                case PartStarted started when HeadOf(started) is var (name, head): Begin(new LivePart(started.Index, name, head), tell); break;
                case PartDelta { Kind: DeltaKind.Text or DeltaKind.Arguments, Value.IsString: true } delta: Add(Find(delta.Index) ?? BeginUnknown(delta, tell), delta.Value.Utf8[1..^1], tell); break;
                case PartEnded ended: End(Find(ended.Index), tell); break;
                case Finished:
                    foreach (var part in _parts) End(part, tell);
                    break;
            }
        }
    }

    /// <summary>Takes what another one has, and tells it.</summary>
    public void Take(LiveParts other, Action<LiveEvent>? tell)
    {
        foreach (var part in other._parts)
        {
            var own = Begin(new LivePart(part.Index, part.Name, part.Head), tell);
            Add(own, part.Said, tell);
            if (part.IsOver) End(own, tell);
        }

        IsCut |= other.IsCut;
    }

    /// <summary>Tells somebody new what was told so far, after all others have been told what may be.</summary>
    public void Tell(Action<LiveEvent> others, Action<LiveEvent> tell)
    {
        foreach (var part in _parts)
        {
            if (part.Next(edit) is { } next) others(next);
            if (part.Name == LivePart.Tool || part.Said.Length > 0) tell(part.Told(edit));
        }
    }

    /// <summary>Gives back its memory.</summary>
    public void Clear()
    {
        foreach (var part in _parts) part.Dispose();
        _parts.Clear();
        _bytes = 0;
    }

    private LivePart? Begin(LivePart part, Action<LiveEvent>? tell)
    {
        if (_parts.Count == MostParts)
        {
            IsCut = true;
            return null;
        }

        _parts.Add(part);
        if (part.Name == LivePart.Tool) tell?.Invoke(part.Told(edit));   // its name is worth telling before its arguments
        return part;
    }

    /// <summary>A part that had begun before anybody watched. What is no tool's is taken for text.</summary>
    private LivePart? BeginUnknown(PartDelta delta, Action<LiveEvent>? tell) => Begin(
        delta.Kind == DeltaKind.Text ? new LivePart(delta.Index, "text", TextHead(delta.Index)) : new LivePart(delta.Index, LivePart.Tool, ToolHead(delta.Index, "", "")), tell);

    private void Add(LivePart? part, ReadOnlySpan<byte> said, Action<LiveEvent>? tell)
    {
        if (part is null || said.IsEmpty) return;
        IsCut |= _bytes + said.Length > MostBytes;
        if (IsCut) return;
        _bytes += said.Length;
        part.Add(said);
        if (tell is not null && part.Next(edit) is { } next) tell(next);
    }

    private void End(LivePart? part, Action<LiveEvent>? tell)
    {
        if (part is null || part.IsOver) return;
        part.IsOver = true;
        if (tell is not null && part.Next(edit) is { } next) tell(next);
    }

    private LivePart? Find(int index) => _parts.FindLast(part => part.Index == index);

    private static (string Name, string Head)? HeadOf(PartStarted started) => started.Header switch
    {
        TextPart or RefusalPart => ("text", TextHead(started.Index)),
        ReasoningPart => ("reasoning", TextHead(started.Index)),
        ToolCallPart call => (LivePart.Tool, ToolHead(started.Index, call.Id, call.Name)),
        _ => null,
    };

    private static string TextHead(int index) => $"{{\"index\":{index},\"text\":\"";

    private static string ToolHead(int index, string id, string name) => $"{{\"index\":{index},\"id\":{RawJson.FromString(id)},\"name\":{RawJson.FromString(name)},\"arguments\":\"";
}
