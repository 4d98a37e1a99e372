using System.Globalization;
using Causeway.Core.Routing;

namespace Causeway.Core.Tests.Routing;

public sealed class RendezvousTests
{
    private static readonly (string Name, double Weight)[] Targets = [("openai/gpt-4o", 0.7), ("anthropic/claude-sonnet-5", 0.2), ("groq/llama-3.3-70b", 0.1)];

    private static string Choose(ulong seed, params IEnumerable<(string Name, double Weight)> targets) =>
        targets.MaxBy(target => Rendezvous.Score(seed, Rendezvous.Hash(target.Name), target.Weight)).Name;

    private static ulong Session(int i) => Rendezvous.Hash("session-" + i.ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hundred_thousand_choices_are_within_one_percent_of_the_weights(bool ofSessions)
    {
        const int Choices = 100_000;
        var counts = Enumerable.Range(0, Choices).CountBy(i => Choose(ofSessions ? Session(i) : Rendezvous.RandomSeed(), Targets)).ToDictionary();
        foreach (var (name, weight) in Targets) Assert.InRange(counts[name] / (double)Choices, weight - 0.01, weight + 0.01);
    }

    [Fact]
    public void A_session_stays_and_when_a_target_goes_only_its_own_sessions_move()
    {
        var moved = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var before = Choose(Session(i), Targets);
            Assert.Equal(before, Choose(Session(i), Targets.Reverse()));
            var after = Choose(Session(i), Targets.Where(target => target.Name != "anthropic/claude-sonnet-5"));
            if (before != after) Assert.Equal("anthropic/claude-sonnet-5", before);
            if (before != after) moved++;
        }

        Assert.InRange(moved, 1_800, 2_200);
    }

    [Fact]
    public void A_target_of_weight_0_is_taken_only_when_alone()
    {
        for (var i = 0; i < 1_000; i++) Assert.Equal("b", Choose(Session(i), ("a", 0), ("b", 0.001)));
        Assert.Equal("a", Choose(1, ("a", 0)));
    }
}
