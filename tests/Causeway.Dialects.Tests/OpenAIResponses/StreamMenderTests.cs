using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIResponses;

namespace Causeway.Dialects.Tests.OpenAIResponses;

/// <summary>Streams that break a rule of the API in single events reach its own clients mended, and otherwise byte for byte.</summary>
public sealed class StreamMenderTests
{
    private const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}""";
    private const string CallAdded = """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":""}}""";
    private const string CallDelta = """{"type":"response.function_call_arguments.delta","sequence_number":2,"output_index":0,"item_id":"fc_1","delta":"{\"x\":"}""";
    private const string CallArguments = """{"type":"response.function_call_arguments.done","sequence_number":3,"output_index":0,"item_id":"fc_1","arguments":"{\"x\":1}"}""";
    private const string CallDone = """{"type":"response.output_item.done","sequence_number":4,"output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"}}""";
    private const string CallCompleted = """{"type":"response.completed","sequence_number":5,"response":{"id":"resp_1","status":"completed","extra":7,"output":[{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"}]}}""";

    private const string TextAdded = """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","content":[]}}""";
    private const string PartAdded = """{"type":"response.content_part.added","sequence_number":2,"output_index":0,"item_id":"msg_1","content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""";
    private const string TextDelta = """{"type":"response.output_text.delta","sequence_number":3,"output_index":0,"item_id":"msg_1","content_index":0,"delta":"Hi"}""";
    private const string TextDone = """{"type":"response.output_item.done","sequence_number":4,"output_index":0,"item":{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"Hi","annotations":[]}]}}""";
    private const string TextCompleted = """{"type":"response.completed","sequence_number":5,"response":{"id":"resp_1","status":"completed","output":[{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"Hi","annotations":[]}]}]}}""";

    private static readonly string[] Text = [Created, TextAdded, PartAdded, TextDelta, TextDone, TextCompleted];

    /// <summary>What passes of a stream; null for an event that passes as it came.</summary>
    private static List<string?> Pass(out bool conforms, bool named, params string[] stream)
    {
        using var decoder = new OpenAIResponsesDialect().CreateStreamDecoder(Translation.None);
        var passed = new List<string?>();
        foreach (var data in stream)
        {
            using var reader = new SseReader();
            var name = named ? $"event: {JsonNode.Parse(data)!["type"]}\n" : "";
            reader.Append(Encoding.UTF8.GetBytes($"{name}data: {data}\n\n"));
            Assert.True(reader.TryRead(out var frame));
            decoder.Decode(frame, []);
            passed.Add(decoder.Mended.IsEmpty ? null : Encoding.UTF8.GetString(decoder.Mended.Span));
        }

        conforms = decoder.Conforms;
        return passed;
    }

    private static List<JsonNode> Events(string? mended) =>
        [.. mended!.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => JsonNode.Parse(frame[(frame.IndexOf("data: ", StringComparison.Ordinal) + 6)..])!)];

    private static JsonNode Only(string? mended) => Assert.Single(Events(mended));

    [Fact]
    public void A_stream_that_keeps_the_rules_passes_as_it_came()
    {
        Assert.All(Pass(out var conforms, named: true, Text), Assert.Null);
        Assert.True(conforms);
        Assert.All(Pass(out conforms, named: true, Created, CallAdded, CallDelta.Replace("\"{\\\"x\\\":\"", "\"{\\\"x\\\":1}\""), CallArguments, CallDone, CallCompleted), Assert.Null);
        Assert.True(conforms);
    }

    [Fact]
    public void Events_without_names_get_them()
    {
        var passed = Pass(out var conforms, named: false, Text);
        Assert.True(conforms);
        Assert.All(passed.Zip(Text), pair =>
        {
            Assert.StartsWith($"event: {JsonNode.Parse(pair.Second)!["type"]}\ndata: ", pair.First);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.Second), Only(pair.First)));
        });
    }

    [Fact]
    public void Missing_and_falling_numbers_rise()
    {
        var passed = Pass(out _, named: true, Created, TextAdded.Replace("\"sequence_number\":1,", ""), PartAdded.Replace("\"sequence_number\":2", "\"sequence_number\":0"), TextDelta);
        Assert.Equal(1, (int)Only(passed[1])["sequence_number"]!);
        Assert.Equal(2, (int)Only(passed[2])["sequence_number"]!);
        Assert.Null(passed[3]);
    }

    [Fact]
    public void Ids_that_change_are_set_back_to_the_first()
    {
        var passed = Pass(out var conforms, named: true, Created, TextAdded, PartAdded.Replace("msg_1", "msg_2"), TextDelta.Replace("msg_1", "msg_3"),
            TextDone.Replace("msg_1", "msg_4"), TextCompleted.Replace("msg_1", "msg_5").Replace("resp_1", "resp_2"));
        Assert.True(conforms);
        Assert.Equal("msg_1", (string?)Only(passed[2])["item_id"]);
        Assert.Equal("msg_1", (string?)Only(passed[3])["item_id"]);
        Assert.Equal("msg_1", (string?)Only(passed[4])["item"]!["id"]);
        Assert.Equal("resp_1", (string?)Only(passed[5])["response"]!["id"]);
        Assert.Equal("msg_1", (string?)Only(passed[5])["response"]!["output"]![0]!["id"]);
    }

    [Fact]
    public void The_last_event_repeats_what_was_streamed_and_keeps_the_rest()
    {
        var last = Only(Pass(out _, named: true, Created, CallAdded, CallDelta, CallArguments, CallDone, CallCompleted.Replace("\"output\":[", "\"output\":[],\"unused\":["))[^1]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CallDone)!["item"], Assert.Single(last["response"]!["output"]!.AsArray())));
        Assert.Equal(7, (int)last["response"]!["extra"]!);
    }

    [Fact]
    public void What_was_not_streamed_of_the_arguments_is_streamed_before_their_end()
    {
        var mended = Pass(out _, named: true, Created, CallAdded, CallDelta, CallArguments)[^1];
        var events = Events(mended);
        Assert.Equal(["response.function_call_arguments.delta", "response.function_call_arguments.done"], events.Select(e => (string?)e["type"]));
        Assert.Equal(("1}", "fc_1", 0), ((string?)events[0]["delta"], (string?)events[0]["item_id"], (int)events[0]["output_index"]!));
        Assert.Equal([3, 4], events.Select(e => (int)e["sequence_number"]!));
    }

    [Fact]
    public void A_call_that_only_ends_is_streamed_whole()
    {
        var passed = Pass(out var conforms, named: true, Created, CallAdded, CallDone, CallCompleted);
        Assert.True(conforms);
        var events = Events(passed[2]);
        Assert.Equal(["response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done"], events.Select(e => (string?)e["type"]));
        Assert.Equal("""{"x":1}""", (string?)events[0]["delta"]);
        Assert.Equal("""{"x":1}""", (string?)events[1]["arguments"]);
    }

    [Fact]
    public void Arguments_that_contradict_the_streamed_ones_give_way()
    {
        var passed = Pass(out _, named: true, Created, CallAdded, CallDelta.Replace("{\\\"x\\\":", "{\\\"x\\\": 1}"), CallArguments, CallDone);
        Assert.Equal("""{"x": 1}""", (string?)Only(passed[3])["arguments"]);
        Assert.Equal("""{"x": 1}""", (string?)Only(passed[4])["item"]!["arguments"]);
    }

    [Fact]
    public void Texts_have_a_list_of_annotations()
    {
        var passed = Pass(out _, named: true, Created, TextAdded, PartAdded, TextDelta, TextDone.Replace(",\"annotations\":[]", ""));
        Assert.Empty(Only(passed[^1])["item"]!["content"]![0]!["annotations"]!.AsArray());
    }

    [Fact]
    public void Parts_are_counted_from_zero()
    {
        string Shift(string data) => data.Replace("\"content_index\":0", "\"content_index\":1");
        var passed = Pass(out var conforms, named: true, Created, TextAdded, Shift(PartAdded), Shift(TextDelta));
        Assert.True(conforms);
        Assert.Equal([0, 0], passed[2..].Select(mended => (int)Only(mended)["content_index"]!));
    }

    [Theory]
    [InlineData("the creation", 0)]
    [InlineData("the item", 1)]
    [InlineData("the part", 2)]
    public void What_is_missing_as_a_whole_is_not_mended(string what, int place)
    {
        Pass(out var conforms, named: true, [.. Text.Where((_, at) => at != place)]);
        Assert.False(conforms, what);
    }
}
