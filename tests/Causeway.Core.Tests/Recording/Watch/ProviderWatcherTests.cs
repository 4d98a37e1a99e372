using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>A provider that is down is told of once, and once more when it is back.</summary>
public sealed class ProviderWatcherTests
{
    [Fact]
    public void Nothing_but_failures_for_a_while_is_down_and_the_first_answer_is_up()
    {
        var watched = new Watched(new ProviderDownRule { MinRequests = 10 });
        watched.Note(watched.Entry());
        watched.Time.Advance(TimeSpan.FromMinutes(3));
        for (var i = 0; i < 9; i++) watched.Note(watched.Entry(503));
        Assert.Empty(watched.Told());
        watched.Note(watched.Entry(503));
        Assert.Equal("provider_down openai false 10 120 broken", Watched.Line(Assert.Single(watched.Told()), "type", "provider", "unreached", "failed", "window_seconds", "why"));
        for (var i = 0; i < 30; i++) watched.Note(watched.Entry(503));
        Assert.Empty(watched.Told());
        watched.Time.Advance(TimeSpan.FromSeconds(90));
        watched.Note(watched.Entry(429));   // it is there
        Assert.Equal("provider_up openai 90", Watched.Line(Assert.Single(watched.Told()), "type", "provider", "down_seconds"));
        watched.Note(watched.Entry());
        Assert.Empty(watched.Told());
    }

    [Fact]
    public void One_answer_within_the_while_and_it_is_not_down()
    {
        var watched = new Watched(new ProviderDownRule { MinRequests = 10 });
        watched.Note(watched.Entry());
        for (var i = 0; i < 50; i++) watched.Note(watched.Entry(500));
        Assert.Empty(watched.Told());
        watched.Time.Advance(TimeSpan.FromSeconds(125));
        for (var i = 0; i < 10; i++) watched.Note(watched.Entry(500));
        Assert.Equal("provider_down", Watched.Kind(Assert.Single(watched.Told())));
    }

    [Fact]
    public void One_that_cannot_be_reached_is_down_at_once_also_where_another_one_answered()
    {
        var watched = new Watched(new ProviderDownRule());
        watched.Resting.Add("openai");
        var entry = watched.Entry(200, "anthropic");
        watched.Note(entry with { Attempts = [new("openai", "m", "main", 502, TimeSpan.Zero, "refused"), .. entry.Attempts] });
        Assert.Equal("provider_down openai true refused", Watched.Line(Assert.Single(watched.Told()), "type", "provider", "unreached", "why"));
        watched.Resting.Clear();
        watched.Note(watched.Entry());
        Assert.Equal("provider_up", Watched.Kind(Assert.Single(watched.Told())));
        watched.Resting.Add("openai");
        watched.Note(watched.Entry(502));
        Assert.Empty(watched.Told());   // it comes and goes
        watched.Time.Advance(TimeSpan.FromMinutes(15));
        watched.Note(watched.Entry(502));
        Assert.Equal("provider_down", Watched.Kind(Assert.Single(watched.Told())));
    }

    [Fact]
    public void Whoever_refuses_or_is_left_alone_is_not_down()
    {
        var watched = new Watched(new ProviderDownRule { MinRequests = 2 });
        foreach (var status in new[] { 400, 401, 403, 404, 429, 499 })
        {
            for (var i = 0; i < 20; i++) watched.Note(watched.Entry(status, $"p{status}"));
        }

        Assert.Empty(watched.Told());
    }
}
