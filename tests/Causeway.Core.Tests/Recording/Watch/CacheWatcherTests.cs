using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>When a conversation's prompt cache does not work any more, what changed is named.</summary>
public sealed class CacheWatcherTests
{
    private static readonly ExchangeDigest First = new() { System = 1, Tools = [new("Bash", 1), new("Edit", 2), new("Read", 3)], Turns = [1, 2, 3, 4, 5] };
    private static readonly ExchangeDigest Next = First with { Turns = [1, 2, 3, 4, 5, 6, 7] };

    private static LogEntry Entry(Watched watched, long input, long? cached) => watched.Entry() with { InputTokens = input, CacheReadTokens = cached };

    private static string Causes(Watched watched) => string.Join(" ", Assert.Single(watched.Told())["causes"]!.AsArray().Select(cause => (string)cause!["kind"]!));

    public static TheoryData<string, string> Changes() => new()
    {
        { "model", "model_switched" }, { "provider", "provider_switched" }, { "key", "key_switched" }, { "system", "system_edited" }, { "no system", "system_edited" },
        { "tools reordered", "tools_reordered" }, { "tool added", "tools_added" }, { "tool removed", "tools_removed" }, { "tool changed", "tools_changed" }, { "tool replaced", "tools_removed tools_added" },
        { "history", "history_rewritten" }, { "first turn", "history_rewritten" }, { "pause", "idle" }, { "pause and system", "system_edited idle" }, { "nothing", "unknown" }, { "last turn", "unknown" },
        { "model and tools", "model_switched tools_reordered" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_cause_is_named(string change, string expected)
    {
        var watched = new Watched(new CacheRegressionRule());
        watched.Note(Entry(watched, 20_000, 18_000), First);
        watched.Time.Advance(TimeSpan.FromMinutes(change.StartsWith("pause", StringComparison.Ordinal) ? 7 : 4));
        var entry = Entry(watched, 21_000, 0);
        var tools = First.Tools.ToArray();
        watched.Note(
            change switch { "model" or "model and tools" => entry with { Model = "other" }, "provider" => entry with { Provider = "other" }, "key" => entry with { Key = "spare" }, _ => entry },
            change switch
            {
                "system" or "pause and system" => Next with { System = 2 },
                "no system" => Next with { System = 0 },
                "tools reordered" or "model and tools" => Next with { Tools = [tools[1], tools[0], tools[2]] },
                "tool added" => Next with { Tools = [tools[0], new("Grep", 9), tools[1], tools[2]] },
                "tool removed" => Next with { Tools = [tools[0], tools[2]] },
                "tool changed" => Next with { Tools = [tools[0], new("Edit", 9), tools[2]] },
                "tool replaced" => Next with { Tools = [tools[0], new("Grep", 9), tools[2]] },
                "history" => Next with { Turns = [1, 2, 99, 4, 5, 6, 7] },
                "first turn" => Next with { Turns = [99, 2, 3, 4, 5, 6, 7] },
                "last turn" => Next with { Turns = [1, 2, 3, 4, 99, 6, 7] },
                _ => Next,
            });
        Assert.Equal(expected, Causes(watched));
    }

    [Fact]
    public void The_alert_says_what_was_and_what_is()
    {
        var watched = new Watched(new CacheRegressionRule());
        watched.Note(Entry(watched, 20_000, 18_000) with { Agent = "a1" }, First);
        watched.Note(Entry(watched, 21_000, 1_000) with { Agent = "a1" }, Next with { Tools = [new("Edit", 9)] });
        var told = Assert.Single(watched.Told());
        Assert.Equal("cache_regression s a1 vk", Watched.Line(told, "type", "session", "agent", "virtual_key"));
        Assert.Equal("openai m 20000 18000 0.9", Watched.Line(told["before"]!, "provider", "model", "input_tokens", "cache_read_tokens", "share"));
        Assert.Equal("21000 1000 0.0476", Watched.Line(told["after"]!, "input_tokens", "cache_read_tokens", "share"));
        Assert.Equal(["tools are gone: Bash, Read", "tools are described in another way: Edit"], told["causes"]!.AsArray().Select(cause => (string)cause!["what"]!));
        Assert.Equal("agent 'a1' of session 's': 90% of the input came from the prompt cache, now 5% of 21000 tokens: tools are gone: Bash, Read; tools are described in another way: Edit", (string?)told["text"]);
    }

    [Theory]
    [InlineData(20_000, 10_000, 21_000, 2_099, true)]
    [InlineData(20_000, 9_999, 21_000, 0, false)]     // it was no good before
    [InlineData(20_000, 18_000, 21_000, 2_100, false)]
    [InlineData(3_999, 3_900, 21_000, 0, false)]
    [InlineData(20_000, 18_000, 3_999, 0, false)]
    [InlineData(4_000, 3_900, 4_000, null, true)]
    public void Only_a_collapse_of_some_size_is_told_of(long input, long cached, long thenInput, int? thenCached, bool isTold)
    {
        var watched = new Watched(new CacheRegressionRule());
        watched.Note(Entry(watched, input, cached), First);
        watched.Note(Entry(watched, thenInput, thenCached), Next);
        Assert.Equal(isTold ? 1 : 0, watched.Told().Count);
    }

    [Fact]
    public void It_is_told_of_once_and_again_when_the_cache_has_worked_in_between()
    {
        var watched = new Watched(new CacheRegressionRule());
        void Say(long cached, ulong system) => watched.Note(Entry(watched, 20_000, cached), First with { System = system });
        Say(18_000, 1);
        Say(0, 2);
        Assert.Single(watched.Told());
        Say(0, 2);
        Say(18_000, 2);
        Say(0, 3);
        Assert.Empty(watched.Told());   // so soon
        Say(18_000, 3);
        watched.Time.Advance(TimeSpan.FromMinutes(15));
        Say(0, 4);
        Assert.Equal("system_edited idle", Causes(watched));
    }

    [Fact]
    public void Helpers_that_speak_under_the_same_name_are_conversations_of_their_own()
    {
        var watched = new Watched(new CacheRegressionRule());
        for (var i = 0; i < 5; i++)
        {
            watched.Note(Entry(watched, 20_000, 18_000), First);
            watched.Note(Entry(watched, 9_000, 0) with { Model = "small" }, new ExchangeDigest { System = 50, Turns = [(ulong)(60 + i)] });   // reads a page
            watched.Note(watched.Entry(500) with { InputTokens = 20_000 }, First);
            watched.Note(Entry(watched, 20_000, 0) with { Session = "other" }, First);
            watched.Note(Entry(watched, 20_000, 0) with { Agent = "other" }, First);
        }

        Assert.Empty(watched.Told());
        watched.Note(Entry(watched, 20_000, 0), Next);
        Assert.Single(watched.Told());
    }
}
