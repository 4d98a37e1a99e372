using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>Turns calls of functions that stand for free-text tools back into calls of those.</summary>
/// <param name="translation">Says which functions those are.</param>
public sealed class ToolBridge(Translation translation)
{
    private readonly Dictionary<int, List<RawJson>> _open = [];   // pieces of the arguments, by part

    /// <summary>The parts of a whole answer.</summary>
    public static void Restore(List<Part> parts, Translation translation)
    {
        if (!translation.HasBridges) return;
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ToolCallPart { IsFreeText: false } call && translation.IsBridged(call.Name))
                parts[i] = new ToolCallPart { Id = call.Id, Name = call.Name, Extras = call.Extras, IsFreeText = true, Arguments = ToolArguments.FromText(TextOf(call.Arguments)) };
        }
    }

    /// <summary>The events of a streamed answer, a few at a time. The text of a call comes at once, with the end of its arguments.</summary>
    public void Restore(List<StreamEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            switch (events[i])
            {
                case PartStarted { Header: ToolCallPart { IsFreeText: false } call } started when translation.IsBridged(call.Name):
                    _open[started.Index] = [];
                    events[i] = started with { Header = new ToolCallPart { Id = call.Id, Name = call.Name, Extras = call.Extras, IsFreeText = true } };
                    break;
                case PartDelta { Kind: DeltaKind.Arguments } delta when _open.TryGetValue(delta.Index, out var pieces):
                    pieces.Add(delta.Value.Own());
                    events.RemoveAt(i--);
                    break;
                case PartEnded ended when _open.Remove(ended.Index, out var pieces):
                    var arguments = pieces.Count == 0 ? RawJson.EmptyObject : ToolArguments.FromText(JsonText.Concat(pieces));
                    events.Insert(i++, new PartDelta(ended.Index, DeltaKind.Arguments, TextOf(arguments)));
                    break;
            }
        }
    }

    /// <summary>The text that arguments hold, as a JSON string; arguments of another form are taken for the text themselves.</summary>
    private static RawJson TextOf(RawJson arguments)
    {
        using var tree = JsonInput.TryParse(arguments.Utf8.ToArray(), out _);
        RawJson text = tree is null ? default : RequestReader.Get(tree.RootElement, "input"u8);
        return text.IsString ? text.Own() : RawJson.FromText(arguments.Utf8);
    }
}
