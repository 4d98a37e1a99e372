using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Tests.Upstream;

public sealed class StreamSpliceTests
{
    private static PartStarted Text(int index) => new(index, new TextPart(RawJson.EmptyString));

    private static PartDelta Delta(int index, string text) => new(index, DeltaKind.Text, RawJson.FromString(text));

    private static SpokenText Spoken(string text, int part = 0, bool ended = false)
    {
        var spoken = new SpokenText();
        spoken.Note(Text(part));
        spoken.Note(Delta(part, text));
        if (ended) spoken.Note(new PartEnded(part));
        return spoken;
    }

    /// <summary>The events that come out when each of these comes in a read of its own.</summary>
    private static List<StreamEvent> Apply(StreamSplice splice, params StreamEvent[] events)
    {
        var all = new List<StreamEvent>();
        foreach (var item in events)
        {
            var one = new List<StreamEvent> { item };
            splice.Apply(one);
            all.AddRange(one);
        }

        return all;
    }

    private static string TextOf(IEnumerable<StreamEvent> events) => string.Concat(events.OfType<PartDelta>().Select(delta => delta.Value.AsString()));

    private static string GoOn(string spoken, params string[] more)
    {
        StreamEvent[] events = [new Started("id", "m", null), Text(0), .. more.Select(text => Delta(0, text)), new PartEnded(0), new Finished(StopReason.End, default)];
        return TextOf(Apply(new StreamSplice(Spoken(spoken), null), events));
    }

    [Fact]
    public void The_answer_does_not_begin_again_and_its_part_is_ended_once()
    {
        var events = Apply(new StreamSplice(Spoken("Once upon", part: 2), null), new Started("id", "m", null), Text(0), Delta(0, " a time."), new PartEnded(0), new Finished(StopReason.End, default));
        Assert.Equal([typeof(PartDelta), typeof(PartEnded), typeof(Finished)], events.Select(item => item.GetType()));
        Assert.Equal((2, " a time."), (((PartDelta)events[0]).Index, TextOf(events)));
        Assert.Equal(2, ((PartEnded)events[1]).Index);
    }

    [Theory]
    [InlineData("It was a dark and stormy", new[] { " night." }, " night.")]
    [InlineData("It was a dark and stormy", new[] { "dark and stormy night." }, " night.")]             // the last words again
    [InlineData("It was a dark and stormy", new[] { "It was a dark ", "and stormy night." }, " night.")] // all of it again
    [InlineData("It was a dark and stormy ", new[] { " night." }, "night.")]                             // no two spaces
    [InlineData("A word", new[] { "wording" }, "wording")]                                               // four letters are chance
    [InlineData("It was a dark and stormy", new[] { "It was a dark ale." }, "It was a dark ale.")]      // something else
    [InlineData("Grüße an 🎉🎉 alle", new[] { "🎉🎉 alle zusammen" }, " zusammen")]
    public void What_is_repeated_is_left_out(string spoken, string[] more, string expected) => Assert.Equal(expected, GoOn(spoken, more));

    [Fact]
    public void A_long_repetition_is_held_back_until_it_ends()
    {
        var spoken = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"));
        var pieces = (spoken + " and the end.").Chunk(17).Select(chunk => new string(chunk)).ToArray();
        Assert.Equal(" and the end.", GoOn(spoken, pieces));
    }

    [Fact]
    public void A_beginning_that_is_new_is_not_held_back_for_long()
    {
        var splice = new StreamSplice(Spoken("Once upon a time"), null);
        Apply(splice, Text(0));
        var sent = TextOf(Apply(splice, [.. Enumerable.Range(0, 20).Select(i => Delta(0, $" there lived {i}"))]));
        Assert.StartsWith(" there lived 0 there lived 1", sent, StringComparison.Ordinal);
        Assert.EndsWith(" there lived 19", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Reasoning_of_the_second_model_is_left_out_and_its_calls_get_numbers_of_their_own()
    {
        var events = Apply(new StreamSplice(Spoken("Let me look"), null),
            new PartStarted(0, new ReasoningPart { Origin = DialectId.OpenAIChat }), Delta(0, "hm"), new PartEnded(0),
            Text(1), Delta(1, " it up."), new PartEnded(1),
            new PartStarted(2, new ToolCallPart { Id = "c", Name = "f" }), new PartDelta(2, DeltaKind.Arguments, RawJson.FromString("{}")), new PartEnded(2));
        Assert.Equal(" it up.{}", TextOf(events));
        Assert.Equal([0, 0, 1, 1, 1], events.Select(item => item switch { PartStarted s => s.Index, PartDelta d => d.Index, PartEnded e => e.Index, _ => -1 }));
    }

    [Fact]
    public void Behind_a_text_that_had_ended_the_second_one_is_a_part_of_its_own_and_repeats_nothing()
    {
        var events = Apply(new StreamSplice(Spoken("The whole answer.", ended: true), null),
            new PartStarted(0, new ReasoningPart { Origin = DialectId.OpenAIChat }), Text(1), Delta(1, "whole answer. More."), new PartEnded(1));
        Assert.Equal(" More.", TextOf(events));
        Assert.Equal(1, Assert.IsType<PartStarted>(events[0]).Index);
    }

    [Fact]
    public void Usage_counts_the_clients_own_input_and_all_of_the_output()
    {
        var before = new Usage { InputTokens = 100, CacheReadTokens = 80, OutputTokens = 30, IsEstimate = true };
        var sum = new StreamSplice(Spoken("x"), before).Sum(new Usage { InputTokens = 140, CacheReadTokens = 120, OutputTokens = 12, ReasoningTokens = 2 })!;
        Assert.Equal((100, 80, 42, 2, true), (sum.InputTokens, sum.CacheReadTokens, sum.OutputTokens, sum.ReasoningTokens, sum.IsEstimate));
        Assert.Same(before, new StreamSplice(Spoken("x"), before).Sum(null));
        Assert.Equal(9, new StreamSplice(Spoken("x"), new Usage { OutputTokens = 4 }).Sum(new Usage { InputTokens = 9, OutputTokens = null })!.InputTokens);
        Assert.Equal(4, new StreamSplice(Spoken("x"), new Usage { OutputTokens = 4 }).Sum(new Usage { InputTokens = 9, OutputTokens = null })!.OutputTokens);
    }
}
