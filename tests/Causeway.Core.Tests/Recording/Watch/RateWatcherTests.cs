using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Tests.Recording.Watch;

/// <summary>Shares and sums are told of when they pass their threshold, once, and once more when it is over.</summary>
public sealed class RateWatcherTests
{
    private static void Ask(Watched watched, int count, int status, int milliseconds = 10)
    {
        for (var i = 0; i < count; i++)
        {
            watched.Note(watched.Entry(status));
            watched.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    [Fact]
    public void Failures_above_the_threshold_are_told_once_and_again_when_they_are_over()
    {
        var watched = new Watched(new ErrorRateRule { Threshold = 0.2, MinRequests = 20 });
        Ask(watched, 80, 200);
        Ask(watched, 20, 500);   // a fifth: not above
        Assert.Empty(watched.Told());
        Ask(watched, 1, 500);
        var told = Assert.Single(watched.Told());
        Assert.Equal("error_rate firing all - 0.2 0.2079 21 101 300", Watched.Line(told, "type", "state", "scope", "subject", "threshold", "value", "failed", "requests", "window_seconds"));
        Assert.Equal("all requests: 21 of 101 failed (20% are allowed) in the last 00:05:00", (string?)told["text"]);
        Ask(watched, 50, 500);
        Assert.Empty(watched.Told());
        Ask(watched, 200, 200);
        Assert.Empty(watched.Told());   // 20.2 %
        Ask(watched, 100, 200);
        Assert.Equal("resolved", Watched.Line(Assert.Single(watched.Told()), "state"));
    }

    [Fact]
    public void Failures_leave_the_window_and_after_a_cool_down_they_are_told_anew()
    {
        var watched = new Watched(new ErrorRateRule { Threshold = 0.2, MinRequests = 20 });
        Ask(watched, 20, 503);
        Assert.Single(watched.Told());
        watched.Time.Advance(TimeSpan.FromMinutes(6));
        Ask(watched, 1, 200);
        Assert.Equal("resolved 0 1", Watched.Line(Assert.Single(watched.Told()), "state", "failed", "requests"));
        Ask(watched, 40, 503);
        Assert.Empty(watched.Told());   // too early
        watched.Time.Advance(TimeSpan.FromMinutes(10));
        Ask(watched, 20, 503);
        Assert.Equal("firing", Watched.Line(Assert.Single(watched.Told()), "state"));
    }

    [Fact]
    public void Few_requests_and_the_clients_own_mistakes_say_nothing()
    {
        var watched = new Watched(new ErrorRateRule { Threshold = 0.2, MinRequests = 20 });
        Ask(watched, 19, 500);
        watched.Time.Advance(TimeSpan.FromMinutes(6));
        foreach (var status in new[] { 400, 404, 413, 422, 499 }) Ask(watched, 30, status);
        for (var i = 0; i < 30; i++) watched.Note(watched.Entry(429) with { Attempts = [] });   // the gateway's own limit
        Assert.Empty(watched.Told());
    }

    [Fact]
    public void Each_model_of_a_provider_counts_for_itself()
    {
        var watched = new Watched(new ErrorRateRule { Threshold = 0.2, Scope = WatchScope.Target }, new ErrorRateRule { Threshold = 0.2 });
        for (var i = 0; i < 20; i++)
        {
            watched.Note(watched.Entry(529, "anthropic", "a"));
            for (var j = 0; j < 9; j++) watched.Note(watched.Entry());
        }

        Assert.Equal("target anthropic/a 20", Watched.Line(Assert.Single(watched.Told()), "scope", "subject", "requests"));
    }

    [Fact]
    public void Of_slow_requests_a_twentieth_is_allowed_at_p95()
    {
        var watched = new Watched(new LatencyRule { Threshold = 10, MinRequests = 20 }, new LatencyRule { Threshold = 2, IsFirstToken = true, Quantile = 0.5 });
        void Took(int count, double seconds, double? first = null)
        {
            for (var i = 0; i < count; i++) watched.Note(watched.Entry() with { Duration = TimeSpan.FromSeconds(seconds), FirstToken = first is { } known ? TimeSpan.FromSeconds(known) : null });
        }

        Took(95, 10);
        Took(5, 11);
        Assert.Empty(watched.Told());
        Took(1, 11);
        var told = Assert.Single(watched.Told());
        Assert.Equal("latency firing duration 10 0.95 6 101", Watched.Line(told, "type", "state", "of", "threshold", "quantile", "slow", "requests"));
        Took(200, 1, 1);
        Assert.Equal("resolved", Watched.Line(Assert.Single(watched.Told()), "state"));
        Took(201, 5, 3);
        Assert.Equal("first_token 201", Watched.Line(Assert.Single(watched.Told()), "of", "slow"));
        for (var i = 0; i < 300; i++) watched.Note(watched.Entry(500) with { Duration = TimeSpan.FromSeconds(60) });   // failures are another matter
        Assert.Empty(watched.Told());
    }

    [Theory]
    [InlineData(WatchScope.All, null)]
    [InlineData(WatchScope.VirtualKey, "vk")]
    [InlineData(WatchScope.Team, "web")]
    [InlineData(WatchScope.Session, "s")]
    public void Dollars_an_hour_are_told_of_by_whoever_spends_them(WatchScope scope, string? subject)
    {
        var watched = new Watched(new SpendRateRule { Threshold = 10, Window = TimeSpan.FromMinutes(15), MinRequests = 1, Scope = scope });
        for (var i = 0; i < 10; i++)
        {
            watched.Note(watched.Entry() with { Dollars = 0.25m });
            watched.Note(watched.Entry() with { Dollars = null });
            watched.Time.Advance(TimeSpan.FromSeconds(30));
        }

        if (scope != WatchScope.All) watched.Note(watched.Entry() with { Dollars = 100, VirtualKey = null, Team = null, Session = null });
        Assert.Empty(watched.Told());   // 2.50 dollars in a quarter of an hour
        watched.Note(watched.Entry() with { Dollars = 0.01m });
        Assert.Equal($"spend_rate firing {subject ?? "-"} 10 10.04 2.51", Watched.Line(Assert.Single(watched.Told()), "type", "state", "subject", "threshold", "value", "dollars"));
        watched.Time.Advance(TimeSpan.FromMinutes(16));
        watched.Note(watched.Entry() with { VirtualKey = "other", Team = "other", Session = "other" });
        Assert.Equal("resolved", Watched.Line(Assert.Single(watched.Told()), "state"));
    }

    [Fact]
    public void Rules_that_stay_remember_and_those_that_go_are_silent()
    {
        var watched = new Watched(new ErrorRateRule { Threshold = 0.2, MinRequests = 20 });
        Ask(watched, 19, 500);
        watched.Rules = [new ErrorRateRule { Threshold = 0.2, MinRequests = 20 }, new ProviderDownRule { MinRequests = 5 }];
        Ask(watched, 1, 500);
        Assert.Equal("error_rate", Watched.Kind(Assert.Single(watched.Told())));
        watched.Rules = [];
        Ask(watched, 100, 500);
        Assert.Empty(watched.Told());
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var watched = new Watched(new SpendRateRule { Threshold = 1, Scope = WatchScope.Session, MinRequests = 1 });
        var map = new RecentMap<int, object>(3, TimeSpan.FromMinutes(1), watched.Time);
        var first = map.See(1);
        map.See(2);
        map.See(3);
        Assert.Same(first, map.See(1));
        map.See(4);
        Assert.Equal([4, 1, 3], map.All.Select(item => item.Key));
        watched.Time.Advance(TimeSpan.FromMinutes(2));
        map.See(5);
        Assert.Equal([5], map.All.Select(item => item.Key));
    }
}
