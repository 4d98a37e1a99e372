using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>
/// Holds a stream to the rules that strict clients rely on, on its way to a client of the same API. Copies of the API break some of
/// them in single events: ids that change, arguments that were never streamed, a last event without the output. Such an event is
/// mended and the rest passes as it came. What is missing as a whole cannot be mended; then the stream does not conform.
/// </summary>
internal sealed class StreamMender
{
    private readonly Dictionary<long, StreamedItem> _items = [];   // by output index
    private readonly ArrayBufferWriter<byte> _mended = new();
    private RawJson _response;   // the answer's id, as its creation said it
    private long _last = -1;     // the last event's number

    /// <summary>All events so far are as they should be, or mended.</summary>
    public bool Conforms { get; private set; } = true;

    /// <summary>What is to go out in place of the last event; empty if it may pass as it came.</summary>
    public ReadOnlyMemory<byte> Mended => _mended.WrittenMemory;

    /// <summary>Looks at an event.</summary>
    public void Look(in SseFrame frame, JsonView root, string type)
    {
        _mended.ResetWrittenCount();
        if (_response.IsMissing && type is not ("response.created" or "error")) Conforms = false;
        if (!Conforms) return;
        type = NameOf(type);
        var body = Mend(root, type);
        if (!Conforms) return;
        var number = ((RawJson)RequestReader.Get(root, "sequence_number"u8)).AsInteger();
        if (body.IsMissing && _mended.WrittenCount == 0 && number > _last && Ascii.Equals(frame.Event.Span, type)) _last = number.Value;
        else Write(type, body.IsMissing ? root : body.AsElement(), number);
    }

    /// <summary>Some servers have names of their own for the parts of reasoning.</summary>
    private static string NameOf(string type) => type switch
    {
        "response.reasoning_part.added" => "response.content_part.added",
        "response.reasoning_part.done" => "response.content_part.done",
        _ => type,
    };

    /// <summary>The event as it should be; missing if it is so already.</summary>
    private RawJson Mend(JsonView root, string type)
    {
        if (RequestReader.Get(root, "response"u8) is { ValueKind: JsonValueKind.Object } response)
            return MendResponse(response, type) is { IsMissing: false } whole ? root.With(("response", whole)) : default;
        if (((RawJson)RequestReader.Get(root, "output_index"u8)).AsInteger() is not { } index) return default;
        if (type == "response.output_item.added") return Add(root, index);
        if (!_items.TryGetValue(index, out var item) || !item.Done.IsMissing || !item.Takes(type, root, out var part))
        {
            Conforms = false;
            return default;
        }

        if (type == "response.output_item.done") return End(root, item);
        RawJson id = RequestReader.Get(root, "item_id"u8);
        if (type == item.ArgumentsDone)
        {
            var whole = Sum(root, item, RequestReader.Get(root, Encoding.ASCII.GetBytes(item.ArgumentsName)));
            item.HasArgumentsDone = true;
            if (!whole.IsMissing) return root.With(("item_id", item.Id), (item.ArgumentsName, whole));
        }

        var mended = id == item.Id ? default : root.With(("item_id", item.Id));
        return part is { } right ? (mended.IsMissing ? root : mended.AsElement()).With(right) : mended;
    }

    private RawJson MendResponse(JsonView response, string type)
    {
        RawJson id = RequestReader.Get(response, "id"u8);
        if (_response.IsMissing) _response = id.IsNullOrEmpty ? RawJson.FromString(OutputItem.NewId("resp")) : id.Own();
        RawJson output = default;
        if ((type is "response.completed" or "response.incomplete") && !IsRepeatedBy(RequestReader.Get(response, "output"u8)))
        {
            Conforms = _items.Values.All(item => !item.Done.IsMissing);
            output = JsonRewrite.List(_items.OrderBy(item => item.Key).Select(item => item.Value.Done));
        }

        if (id == _response && output.IsMissing) return default;
        return output.IsMissing ? response.With(("id", _response)) : response.With(("id", _response), ("output", output));
    }

    /// <summary>Does the answer hold the items as they were streamed?</summary>
    private bool IsRepeatedBy(JsonView output)
    {
        if (output.GetArrayLength() != _items.Count) return false;
        var place = 0;
        foreach (var item in output.EnumerateArray())
        {
            if (!_items.TryGetValue(place++, out var streamed) || !streamed.IsRepeatedBy(item)) return false;
        }

        return true;
    }

    private RawJson Add(JsonView root, long index)
    {
        var item = RequestReader.Get(root, "item"u8);
        if (index != _items.Count || item.ValueKind != JsonValueKind.Object)
        {
            Conforms = false;
            return default;
        }

        _items[index] = new StreamedItem(item);
        return _items[index].HasOwnId ? default : root.With(("item", item.With(("id", _items[index].Id))));
    }

    private RawJson End(JsonView root, StreamedItem streamed)
    {
        var item = RequestReader.Get(root, "item"u8);
        RawJson arguments = default;
        if (streamed.ArgumentsName.Length > 0)
        {
            RawJson given = RequestReader.Get(item, Encoding.ASCII.GetBytes(streamed.ArgumentsName));
            arguments = Sum(root, streamed, given);
            if (!streamed.HasArgumentsDone)
                Write(streamed.ArgumentsDone, streamed.Event(root, (streamed.ArgumentsName, arguments.IsMissing ? given : arguments)), null);
        }

        var whole = streamed.End(item, arguments);
        return whole.IsMissing ? default : root.With(("item", whole));
    }

    /// <summary>What of the whole arguments was not streamed is, now; the streamed ones, if the whole contradicts them.</summary>
    private RawJson Sum(JsonView root, StreamedItem item, RawJson whole)
    {
        if (!item.TryComplete(whole, out var rest)) return item.Streamed;
        if (!rest.IsMissing) Write(item.ArgumentsDelta, item.Event(root, ("delta", rest)), null);
        return default;
    }

    private void Write(string type, JsonView body, long? number)
    {
        _last = Math.Max(number ?? 0, _last + 1);
        _mended.BeginFrame(Encoding.ASCII.GetBytes(type));
        _mended.Write(body.With(("type", RawJson.FromString(type)), ("sequence_number", RawJson.FromNumber(_last))).Utf8);
        _mended.EndFrame();
    }
}
