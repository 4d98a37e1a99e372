using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>Agents that go round in circles are told of, and those that work are not.</summary>
public sealed class RunawayWatcherTests
{
    /// <summary>A request of a conversation with so many turns, and what came of it.</summary>
    private static ExchangeDigest Said(int turns, ulong results, ulong text, params (string Tool, ulong Arguments)[] calls) => new()
    {
        Turns = [.. Enumerable.Range(1, turns).Select(i => (ulong)i)], Results = results, AnswerText = text, Calls = [.. calls.Select(call => KeyValuePair.Create(call.Tool, call.Arguments))],
    };

    [Fact]
    public void The_same_call_again_and_again_is_told_of_once()
    {
        var watched = new Watched(new RunawayAgentRule { InARow = 6 });
        for (var i = 0; i < 5; i++) watched.Note(watched.Entry() with { Dollars = 0.1m, InputTokens = 1000 + i }, Said(1 + (2 * i), (ulong)i, 0, ("Bash", 7)));
        Assert.Empty(watched.Told());
        watched.Note(watched.Entry() with { Dollars = 0.1m, InputTokens = 1005 }, Said(11, 5, 0, ("Bash", 7)));
        Assert.Equal("runaway_agent same_call_in_a_row Bash 6 s - vk openai/m 6 1005 0.6",
            Watched.Line(Assert.Single(watched.Told()), "type", "reason", "tool", "times", "session", "agent", "virtual_key", "model", "requests", "input_tokens", "dollars"));
        for (var i = 6; i < 20; i++) watched.Note(watched.Entry(), Said(1 + (2 * i), (ulong)i, 0, ("Bash", 7)));
        Assert.Empty(watched.Told());
        watched.Time.Advance(TimeSpan.FromMinutes(15));
        watched.Note(watched.Entry(), Said(60, 60, 0, ("Bash", 7)));
        Assert.Single(watched.Told());
    }

    [Fact]
    public void Other_calls_between_other_arguments_other_agents_and_the_same_request_once_more_are_none_of_it()
    {
        var watched = new Watched(new RunawayAgentRule { InARow = 3, Calls = 100, Stalled = 100 });
        for (var i = 0; i < 12; i++)
        {
            watched.Note(watched.Entry() with { Session = "between" }, Said(1 + i, (ulong)i, 0, i % 3 == 2 ? ("Edit", (ulong)i) : ("Bash", 7)));
            watched.Note(watched.Entry() with { Session = "arguments" }, Said(1 + i, (ulong)i, 0, ("Read", (ulong)i)));
            watched.Note(watched.Entry() with { Session = "agents", Agent = $"{i % 6}" }, Said(1 + i, (ulong)i, 0, ("Bash", 7)));
            watched.Note(watched.Entry() with { Session = "again" }, Said(5, 1, 0, ("Bash", 7)));
            watched.Note(watched.Entry() with { Session = null }, Said(1 + i, (ulong)i, 0, ("Bash", 7)));
            watched.Note(watched.Entry(500) with { Session = "failed" }, Said(1 + i, (ulong)i, 0, ("Bash", 7)));
            watched.Note(watched.Entry() with { Session = "unknown" });
        }

        Assert.Empty(watched.Told());
    }

    [Fact]
    public void The_same_call_too_often_within_a_while_is_told_of_whatever_is_between()
    {
        var watched = new Watched(new RunawayAgentRule { InARow = 100, Calls = 10, Window = TimeSpan.FromMinutes(10) });
        void Round(int i) => watched.Note(watched.Entry() with { Agent = "a1" }, Said(1 + i, (ulong)i, 0, ("Read", 7), ("Edit", (ulong)i)));
        for (var i = 0; i < 9; i++) Round(i);
        watched.Time.Advance(TimeSpan.FromMinutes(11));
        for (var i = 9; i < 18; i++) Round(i);
        Assert.Empty(watched.Told());
        Round(18);
        Assert.Equal("same_call_in_window Read 10 a1", Watched.Line(Assert.Single(watched.Told()), "reason", "tool", "times", "agent"));
    }

    [Fact]
    public void A_conversation_that_grows_and_brings_nothing_new_is_told_of()
    {
        var watched = new Watched(new RunawayAgentRule { Stalled = 8 });
        watched.Note(watched.Entry(), Said(1, 9, 0, ("Bash", 1)));
        for (var i = 1; i < 8; i++) watched.Note(watched.Entry(), Said(1 + i, 9, 0, ("Bash", (ulong)i + 1)));
        Assert.Empty(watched.Told());
        watched.Note(watched.Entry(), Said(9, 9, 0, ("Bash", 99)));
        Assert.Equal("growth_without_progress - 8", Watched.Line(Assert.Single(watched.Told()), "reason", "tool", "times"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_new_result_or_a_new_text_is_progress(bool result, bool text)
    {
        var watched = new Watched(new RunawayAgentRule { Stalled = 3 });
        for (var i = 0; i < 20; i++) watched.Note(watched.Entry(), Said(1 + i, result ? (ulong)i + 1 : 9, text ? (ulong)i + 1 : 0, ("Bash", (ulong)i)));
        Assert.Empty(watched.Told());
    }
}
