using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Tests.Routing;

/// <summary>
/// What is promised of choices by weight, where they are made: between targets and between the keys of a provider. Within one percent means
/// that a share and its weight differ by less than 0.01; chance alone makes that 0.0043 at three standard deviations of a share of 0.7.
/// </summary>
public sealed class WeightedChoiceTests
{
    private const int Choices = 100_000;
    private const double Allowed = 0.01;

    private static readonly (string Name, double Weight)[] Shares = [("openai/gpt-4o", 0.7), ("anthropic/claude-sonnet-5", 0.2), ("groq/llama-3.3-70b", 0.1)];

    private static readonly GatewayRuntime Gateway = TestExchange.Gateway("""
        {"providers":{"openai":{"keys":[{"value":"a"}]},"anthropic":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"a"}]}}}
        """);

    /// <summary>Ids as clients make them: a UUID each.</summary>
    private static readonly string[] Sessions = [.. Enumerable.Range(0, Choices).Select(_ => Guid.NewGuid().ToString())];

    /// <summary>Who chooses from some shares: the name that a session gets, or a request of none.</summary>
    private static Func<string?, string> Chooser(bool keys, IEnumerable<(string Name, double Weight)> shares)
    {
        if (keys)
        {
            var ring = new KeyRing([.. shares.Select(share => new KeyConfig { Name = share.Name, Value = "secret", Weight = share.Weight })]);
            return session => ring.Pick("m", [], session is null ? Rendezvous.RandomSeed() : Rendezvous.Hash(session))!.Name;
        }

        List<RouteTarget> targets = [.. shares.Select(share => new RouteTarget(share.Name, share.Weight))];
        return session =>
        {
            using var exchange = session is null ? null : Of(session);
            return Balancer.Choose(targets, Balance.Weighted, "m", Gateway, exchange).Value![0].ToString();
        };
    }

    private static Exchange Of(string session)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-session-id"] = session;
        return new Exchange(http, DialectRegistry.Client(DialectId.OpenAIChat), Gateway);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Shares_are_within_one_percent_of_the_weights(bool keys, bool ofSessions)
    {
        var choose = Chooser(keys, Shares);
        var counts = Sessions.CountBy(session => choose(ofSessions ? session : null)).ToDictionary();
        foreach (var (name, weight) in Shares) Assert.InRange(counts[name] / (double)Choices, weight - Allowed, weight + Allowed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_stays_while_the_set_of_targets_is_the_same(bool keys)
    {
        var before = Chooser(keys, Shares);
        var after = Chooser(keys, Shares.Reverse());   // another node, or a restart with the file's entries in another order
        var stayed = Sessions.Count(session => before(session) == after(session));
        Assert.True(stayed >= 0.999 * Choices, $"{stayed} of {Choices} stayed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void When_a_target_goes_only_its_own_sessions_move_and_the_others_share_them_by_weight(bool keys)
    {
        foreach (var (gone, share) in Shares)
        {
            (string Name, double Weight)[] left = [.. Shares.Where(one => one.Name != gone)];
            var (before, after) = (Chooser(keys, Shares), Chooser(keys, left));
            var moved = Sessions.Select(session => (Before: before(session), After: after(session))).Where(one => one.Before != one.After).ToList();
            Assert.All(moved, one => Assert.Equal(gone, one.Before));
            Assert.InRange(moved.Count / (double)Choices, share - Allowed, share + Allowed);
            var heirs = moved.CountBy(one => one.After).ToDictionary();
            foreach (var (name, weight) in left) Assert.InRange(heirs[name] / (double)moved.Count, (weight / (1 - share)) - 0.03, (weight / (1 - share)) + 0.03);
        }
    }

    [Fact]
    public void The_choice_of_a_target_says_nothing_about_the_choice_of_a_key()
    {
        var (target, key) = (Chooser(false, [("openai/a", 1), ("openai/b", 1)]), Chooser(true, [("first", 1), ("second", 1)]));
        var ofA = Sessions.Where(session => target(session) == "openai/a").ToList();
        Assert.InRange(ofA.Count(session => key(session) == "first") / (double)ofA.Count, 0.5 - Allowed, 0.5 + Allowed);
    }
}
