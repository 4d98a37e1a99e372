using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Tests.Upstream;

public sealed class StreamTallyTests
{
    private readonly StreamTally _tally = new();

    private void Say(int deltas, string text = "abcd")
    {
        for (var i = 0; i < deltas; i++) _tally.Note(new PartDelta(0, DeltaKind.Text, RawJson.FromString(text)));
    }

    [Fact]
    public void What_the_provider_says_at_the_end_counts()
    {
        Say(7);
        _tally.Note(new UsageReported(new Usage { InputTokens = 10, OutputTokens = 3 }));
        _tally.Note(new Finished(StopReason.End, default));
        Assert.Equal((10, 3, false), (_tally.Usage!.InputTokens, _tally.Usage.OutputTokens, _tally.Usage.IsEstimate));
    }

    [Fact]
    public void Nothing_is_known_of_a_stream_that_said_nothing() => Assert.Null(_tally.Usage);

    [Fact]
    public void A_stream_that_broke_off_is_estimated_from_what_came()
    {
        _tally.Note(new UsageReported(new Usage { InputTokens = 10, OutputTokens = 1 }));   // as Anthropic begins
        Say(7);
        Assert.Equal((10, 7, true), (_tally.Usage!.InputTokens, _tally.Usage.OutputTokens, _tally.Usage.IsEstimate));
    }

    [Fact]
    public void Long_pieces_hold_more_than_one_token()
    {
        Say(2, new string('x', 400));
        Assert.Equal((200L, null), (_tally.Usage!.OutputTokens, _tally.Usage.InputTokens));
    }

    [Fact]
    public void A_provider_that_never_says_it_is_estimated_too()
    {
        Say(5);
        _tally.Note(new Finished(StopReason.End, default));
        Assert.Equal((5, true), (_tally.Usage!.OutputTokens, _tally.Usage.IsEstimate));
    }

    [Fact]
    public void An_answer_without_words_that_nobody_counted_was_an_answer_all_the_same()
    {
        _tally.Note(new Finished(StopReason.End, default));
        Assert.Equal((0L, null, true), (_tally.Usage!.OutputTokens, _tally.Usage.InputTokens, _tally.Usage.IsEstimate));
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(5, -1)]
    [InlineData(5, Usage.MostTokens + 1)]
    [InlineData(long.MaxValue, long.MinValue)]
    public void What_no_call_can_have_is_not_believed(long input, long output)
    {
        Say(7);
        _tally.Note(new UsageReported(new Usage { InputTokens = input, OutputTokens = output, CacheReadTokens = -7, ReasoningTokens = 3 }));
        _tally.Note(new Finished(StopReason.End, default));
        Assert.Equal((input == 5 ? 5L : null, output == 5 ? 5 : 7, null, 3, true),
            (_tally.Usage!.InputTokens, _tally.Usage.OutputTokens, _tally.Usage.CacheReadTokens, _tally.Usage.ReasoningTokens, _tally.Usage.IsEstimate));
    }

    [Fact]
    public void A_zero_that_was_said_is_a_zero()
    {
        Say(5);
        _tally.Note(new UsageReported(new Usage { InputTokens = 0, OutputTokens = 0 }));
        _tally.Note(new Finished(StopReason.End, default));
        Assert.Equal((0, false), (_tally.Usage!.OutputTokens, _tally.Usage.IsEstimate));
    }
}
