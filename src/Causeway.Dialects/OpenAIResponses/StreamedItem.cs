using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>An item of a stream that passes to a client as it came: what was streamed of it so far.</summary>
internal sealed class StreamedItem
{
    private readonly ArrayBufferWriter<byte> _arguments = new();   // the JSON string without its quotes
    private readonly List<long> _contents = [];   // the parts' numbers as the events say them
    private readonly List<long> _summaries = [];

    public StreamedItem(JsonView item)
    {
        RawJson id = RequestReader.Get(item, "id"u8);
        Type = ((RawJson)RequestReader.Get(item, "type"u8)).AsString() ?? "";
        HasOwnId = !id.IsNullOrEmpty;
        Id = HasOwnId ? id.Own() : RawJson.FromString(OutputItem.NewId("item"));
        (ArgumentsName, var events) = Type switch
        {
            "function_call" => ("arguments", "response.function_call_arguments"),
            "custom_tool_call" => ("input", "response.custom_tool_call_input"),
            _ => ("", ""),
        };
        (ArgumentsDelta, ArgumentsDone) = events.Length == 0 ? ("", "") : (events + ".delta", events + ".done");
    }

    public string Type { get; }

    /// <summary>Its id, as its first event said it: a JSON string.</summary>
    public RawJson Id { get; }

    public bool HasOwnId { get; }

    /// <summary>Which field holds the arguments; empty if the item is no call.</summary>
    public string ArgumentsName { get; }

    public string ArgumentsDelta { get; }

    public string ArgumentsDone { get; }

    public bool HasArgumentsDone { get; set; }

    /// <summary>The arguments as they were streamed: a JSON string.</summary>
    public RawJson Streamed => new((byte[])[(byte)'"', .. _arguments.WrittenSpan, (byte)'"']);

    /// <summary>The whole item as its last event said it; missing while it is under way.</summary>
    public RawJson Done { get; private set; }

    /// <summary>
    /// Notes what an event adds; false if it is for a part that was never begun. Parts are counted from 0, whatever the event says;
    /// <paramref name="part"/> is the field with the right number, null if the event has it.
    /// </summary>
    public bool Takes(string type, JsonView root, out (string Name, RawJson Number)? part)
    {
        part = null;
        if (type == ArgumentsDelta && RequestReader.Get(root, "delta"u8) is { ValueKind: JsonValueKind.String } delta) _arguments.Write(delta.Utf8[1..^1]);
        var (index, parts, name) = (RequestReader.Get(root, "content_index"u8), _contents, "content_index");
        if (index.ValueKind == JsonValueKind.Undefined) (index, parts, name) = (RequestReader.Get(root, "summary_index"u8), _summaries, "summary_index");
        if (((RawJson)index).AsInteger() is not { } number) return true;
        if (type.EndsWith("_part.added", StringComparison.Ordinal)) parts.Add(number);
        var place = parts.LastIndexOf(number);
        if (place != number) part = (name, RawJson.FromNumber(place));
        return place >= 0;
    }

    /// <summary>An event about this item at the place that <paramref name="like"/> says.</summary>
    public JsonView Event(JsonView like, (string Name, RawJson Value) content) =>
        new JsonView().With(("item_id", Id), ("output_index", RequestReader.Get(like, "output_index"u8)), content).AsElement();

    /// <summary>
    /// What of the whole arguments was not streamed yet: a JSON string, missing if nothing. False if they contradict what was streamed.
    /// </summary>
    public bool TryComplete(RawJson whole, out RawJson rest)
    {
        rest = default;
        if (!whole.IsString || whole.Utf8[1..^1].SequenceEqual(_arguments.WrittenSpan)) return true;
        var (all, streamed) = (JsonText.Decode(whole.Utf8), JsonText.Decode(Streamed.Utf8));
        if (!all.AsSpan().StartsWith(streamed)) return !IsJsonObject(streamed);
        if (all.Length == streamed.Length) return true;
        rest = RawJson.FromText(all.AsSpan(streamed.Length));
        _arguments.Write(rest.Utf8[1..^1]);
        return true;
    }

    /// <summary>Takes the whole item; the item as it should be, missing if it is so already.</summary>
    public RawJson End(JsonView item, RawJson arguments)
    {
        var isOwn = (RawJson)RequestReader.Get(item, "id"u8) == Id;
        RawJson content = default;
        foreach (var part in RequestReader.Get(item, "content"u8).EnumerateArray())
        {
            if (LacksAnnotations(part)) content = WithAnnotations(item);
        }

        RawJson mended = isOwn && arguments.IsMissing && content.IsMissing ? default
            : arguments.IsMissing && content.IsMissing ? item.With(("id", Id))
            : content.IsMissing ? item.With(("id", Id), (ArgumentsName, arguments)) : item.With(("id", Id), ("content", content));
        Done = mended.IsMissing ? ((RawJson)item).Own() : mended;
        return mended;
    }

    /// <summary>Does an item of the final answer say the same?</summary>
    public bool IsRepeatedBy(JsonView other)
    {
        if (Done.Utf8.SequenceEqual(other.Utf8)) return true;
        using var tree = JsonInput.TryParse(Done.Utf8.ToArray(), out _);
        return tree is not null && Same(tree.RootElement, other, "type"u8) && Same(tree.RootElement, other, "id"u8)
            && Same(tree.RootElement, other, "arguments"u8) && Same(tree.RootElement, other, "input"u8)
            && Texts(tree.RootElement).SequenceEqual(Texts(other));
    }

    /// <summary>Is an output text without the list of its annotations, which clients read unasked?</summary>
    public static bool LacksAnnotations(JsonView part) =>
        JsonText.Is(RequestReader.Get(part, "type"u8), "output_text"u8) && RequestReader.Get(part, "annotations"u8).ValueKind != JsonValueKind.Array;

    private static RawJson WithAnnotations(JsonView item)
    {
        var parts = new List<RawJson>();
        foreach (var part in RequestReader.Get(item, "content"u8).EnumerateArray())
            parts.Add(LacksAnnotations(part) ? part.With(("annotations", new RawJson("[]"u8.ToArray()))) : part);
        return JsonRewrite.List(parts);
    }

    private static bool Same(JsonView left, JsonView right, ReadOnlySpan<byte> name) =>
        ((RawJson)RequestReader.Get(left, name)).AsString() == ((RawJson)RequestReader.Get(right, name)).AsString();

    private static List<string?> Texts(JsonView item)
    {
        var texts = new List<string?>();
        foreach (var part in RequestReader.Get(item, "content"u8).EnumerateArray())
        {
            var text = RequestReader.Get(part, "text"u8);
            texts.Add(((RawJson)(text.ValueKind == JsonValueKind.String ? text : RequestReader.Get(part, "refusal"u8))).AsString());
        }

        return texts;
    }

    private static bool IsJsonObject(byte[] text)
    {
        using var tree = JsonInput.TryParse(text, out _);
        return tree?.RootElement.ValueKind == JsonValueKind.Object;
    }
}
