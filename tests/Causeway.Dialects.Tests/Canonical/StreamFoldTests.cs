using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.Canonical;

public sealed class StreamFoldTests
{
    private static readonly Gen<RawJson> Text = Gen.String[1, 20].Select(RawJson.FromString);

    private static readonly Gen<Part> Parts = Gen.OneOf(
        Text.Select(text => (Part)new TextPart(text)),
        Text.Select(text => (Part)new RefusalPart(text)),
        Gen.Select(Text, Text).Select((thought, signature) => (Part)new ReasoningPart { Origin = DialectId.AnthropicMessages, Text = thought, Signature = signature }),
        Text.Select(data => (Part)new ReasoningPart { Origin = DialectId.AnthropicMessages, Encrypted = data }),
        Gen.Select(Gen.String[1, 8], Gen.String[1, 8], Gen.String).Select((id, name, value) =>
            (Part)new ToolCallPart { Id = id, Name = name, Arguments = new RawJson(System.Text.Encoding.UTF8.GetBytes(new System.Text.Json.Nodes.JsonObject { ["a"] = value }.ToJsonString())) }),
        Text.Select(raw => (Part)new OpaquePart(DialectId.AnthropicMessages, "server_tool_use", raw)));

    private static readonly Gen<ChatResponse> Responses = Gen.Select(Gen.String[0, 6], Parts.Array[0, 6], Gen.Enum<StopReason>(), Gen.Long[0, 9999]).Select((id, parts, stop, tokens) => new ChatResponse
    {
        Origin = DialectId.AnthropicMessages, Id = id, Model = "m", Created = 7, Parts = [.. parts], Stop = stop, Usage = new Usage { InputTokens = tokens, OutputTokens = 2 },
    });

    [Fact]
    public void What_is_unfolded_and_folded_again_is_the_same() => Responses.Sample(response =>
    {
        var events = new List<StreamEvent>();
        StreamUnfold.Into(response, events);
        var fold = new StreamFold(DialectId.AnthropicMessages);
        fold.AddAll(events);
        Assert.True(fold.IsComplete);
        Assert.Equal(Show(response), Show(fold.ToResponse()));
    });

    [Fact]
    public void Texts_cut_anywhere_fold_to_the_whole_also_inside_a_surrogate_pair()
    {
        var fold = new StreamFold(DialectId.OpenAIChat);
        fold.Add(new Started("i", "m", 1));
        fold.Add(new PartStarted(0, new TextPart(RawJson.EmptyString)));
        foreach (var piece in (string[])["\"a\\ud83d\"", "\"\\ude00b\""]) fold.Add(new PartDelta(0, DeltaKind.Text, new RawJson(System.Text.Encoding.UTF8.GetBytes(piece))));
        fold.Add(new PartEnded(0));
        Assert.Equal("a😀b", ((TextPart)fold.ToResponse().Parts[0]).Text.AsString());
    }

    [Fact]
    public void A_broken_stream_keeps_what_came_and_says_why()
    {
        var fold = new StreamFold(DialectId.OpenAIChat);
        fold.AddAll([new Started("i", "m", 1), new PartStarted(0, new TextPart(RawJson.EmptyString)), new PartDelta(0, DeltaKind.Text, RawJson.FromString("half")),
            new Failed(new GatewayError(ErrorKind.UpstreamUnavailable, "gone"))]);
        Assert.Equal(("gone", false), (fold.Error!.Message, fold.IsComplete));
        Assert.Equal("half", ((TextPart)fold.ToResponse().Parts[0]).Text.AsString());
    }

    private static string Show(ChatResponse response) => string.Join('|', response.Parts.Select(part => part switch
    {
        TextPart text => $"text {text.Text}",
        RefusalPart refusal => $"refusal {refusal.Text}",
        ReasoningPart thought => $"reasoning {thought.Text} {thought.Signature} {thought.Encrypted}",
        ToolCallPart call => $"call {call.Id} {call.Name} {call.Arguments}",
        OpaquePart opaque => $"opaque {opaque.Kind} {opaque.Raw}",
        _ => "?",
    })) + $" {response.Id} {response.Model} {response.Created} {response.Stop} {response.Usage}";

}
