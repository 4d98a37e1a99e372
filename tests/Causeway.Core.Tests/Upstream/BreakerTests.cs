using Causeway.Core.Configuration;
using Causeway.Core.Upstream.Health;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Upstream;

public sealed class BreakerTests
{
    private readonly FakeTimeProvider _time = new();

    private static GatewayError Error(ErrorKind kind, double? retryAfter = null, bool unreached = false) =>
        new(kind, "x") { RetryAfterSeconds = retryAfter, IsUnreached = unreached };

    [Fact]
    public void It_opens_after_failures_in_a_row_and_a_success_between_them_counts_anew()
    {
        var breaker = new Breaker(_time, 3);
        breaker.Failed();
        breaker.Failed();
        breaker.Succeeded();
        breaker.Failed();
        breaker.Failed();
        Assert.False(breaker.IsResting);
        breaker.Failed();
        Assert.True(breaker.IsResting);
    }

    [Fact]
    public void After_the_rest_one_request_probes_and_what_becomes_of_it_decides()
    {
        var breaker = new Breaker(_time, 1);
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(breaker.IsResting);
        breaker.Begin();
        Assert.True(breaker.IsResting);     // for all others
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(breaker.IsResting);     // twice as long
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(breaker.IsResting);
        breaker.Begin();
        breaker.Succeeded();
        Assert.False(breaker.IsResting);
        Assert.Null(breaker.RestsUntil);
    }

    [Fact]
    public void A_probe_that_is_never_heard_of_again_does_not_keep_it_closed()
    {
        var breaker = new Breaker(_time, 1);
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(2));
        breaker.Begin();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(breaker.IsResting);
    }

    [Fact]
    public void Failures_of_requests_under_way_do_not_make_the_rest_longer()
    {
        var breaker = new Breaker(_time, 1);
        for (var i = 0; i < 50; i++) breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(breaker.IsResting);
    }

    [Fact]
    public void A_provider_that_asks_for_patience_gets_it_at_once_and_no_more_than_an_hour()
    {
        var breaker = new Breaker(_time, 5);
        breaker.Failed(TimeSpan.FromDays(3));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), breaker.RestsUntil);
    }

    [Fact]
    public void A_key_at_its_limit_rests_for_the_model_alone_and_a_refused_one_for_all()
    {
        var (a, b) = (new KeyConfig { Name = "a", Value = "1" }, new KeyConfig { Name = "b", Value = "2" });
        var health = new ProviderHealth(_time);
        health.Failed("gpt-4o", a, Error(ErrorKind.RateLimited, retryAfter: 20));
        health.Failed("gpt-4o", b, Error(ErrorKind.Authentication));
        Assert.Equal((true, false), (health.IsResting(a, "gpt-4o"), health.IsResting(a, "gpt-4.1")));
        Assert.Equal((true, true), (health.IsResting(b, "gpt-4o"), health.IsResting(b, "gpt-4.1")));
        Assert.False(health.IsResting("gpt-4o"));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((false, true), (health.IsResting(a, "gpt-4o"), health.IsResting(b, "gpt-4o")));
    }

    [Fact]
    public void A_model_that_fails_rests_alone_and_a_provider_that_cannot_be_reached_rests_whole()
    {
        var health = new ProviderHealth(_time);
        for (var i = 0; i < 5; i++) health.Failed("gpt-4o", null, Error(ErrorKind.UpstreamUnavailable));
        Assert.Equal((true, false), (health.IsResting("gpt-4o"), health.IsResting("gpt-4.1")));
        health.Succeeded("gpt-4o", null);
        Assert.False(health.IsResting("gpt-4o"));
        for (var i = 0; i < 5; i++) health.Failed("gpt-4o", null, Error(ErrorKind.UpstreamUnavailable, unreached: true));
        Assert.Equal((true, true), (health.IsResting("gpt-4o"), health.IsResting("gpt-4.1")));
    }

    [Fact]
    public void A_request_that_is_itself_wrong_says_that_the_provider_is_well()
    {
        var health = new ProviderHealth(_time);
        for (var i = 0; i < 4; i++) health.Failed("gpt-4o", null, Error(ErrorKind.UpstreamUnavailable));
        health.Failed("gpt-4o", null, Error(ErrorKind.InvalidRequest));
        health.Failed("gpt-4o", null, Error(ErrorKind.UpstreamUnavailable));
        Assert.False(health.IsResting("gpt-4o"));
        Assert.Empty(health.Resting());
    }
}
