using Causeway.Core.Configuration;
using Causeway.Core.Upstream.Health;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Upstream;

public sealed class ProviderHealthTests
{
    private const string Model = "gpt-4o";

    private readonly FakeTimeProvider _time = new();
    private readonly ProviderHealth _health;
    private readonly KeyConfig _key = new() { Name = "a", Value = "1" };

    public ProviderHealthTests() => _health = new ProviderHealth(_time);

    private static GatewayError Error(ErrorKind kind, double? retryAfter = null, string? code = null) => new(kind, "x") { RetryAfterSeconds = retryAfter, Code = code };

    [Fact]
    public void A_success_of_a_request_that_was_sent_before_the_refusal_does_not_end_the_rest()
    {
        var sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        _health.Failed(Model, _key, Error(ErrorKind.RateLimited, retryAfter: 3600));
        _health.Failed(Model, null, Error(ErrorKind.Overloaded, retryAfter: 60));
        _time.Advance(TimeSpan.FromSeconds(1));
        _health.Succeeded(Model, _key, sent);
        Assert.True(_health.IsResting(_key, Model));
        Assert.True(_health.IsResting(Model));
        _health.Succeeded(Model, _key, _time.GetTimestamp());   // one that was sent during the rest, for want of others
        Assert.False(_health.IsResting(_key, Model));
        Assert.False(_health.IsResting(Model));
        Assert.Empty(_health.Resting());
    }

    [Fact]
    public void The_first_content_of_a_probe_ends_the_rest_but_not_the_count_of_failures()
    {
        for (var i = 0; i < 5; i++) _health.Failed(Model, null, Error(ErrorKind.UpstreamUnavailable));
        _time.Advance(TimeSpan.FromSeconds(2));
        _health.Begin(Model);
        Assert.True(_health.IsResting(Model));                  // for all but the probe
        _health.Answered(Model, null, _time.GetTimestamp());
        Assert.False(_health.IsResting(Model));

        for (var i = 0; i < 4; i++)                             // streams that begin and break off
        {
            _health.Failed(Model, null, Error(ErrorKind.UpstreamUnavailable));
            _health.Answered(Model, null, _time.GetTimestamp());
        }

        Assert.False(_health.IsResting(Model));
        _health.Failed(Model, null, Error(ErrorKind.UpstreamUnavailable));
        Assert.True(_health.IsResting(Model));
    }

    [Fact]
    public void An_hour_of_patience_rests_the_key_for_the_model_and_nothing_else()
    {
        _health.Failed(Model, _key, Error(ErrorKind.RateLimited, retryAfter: 3600));
        Assert.Equal((true, false, false), (_health.IsResting(_key, Model), _health.IsResting(_key, "gpt-4.1"), _health.IsResting(Model)));
        var resting = Assert.Single(_health.Resting());
        Assert.Equal((Model, "a", _time.GetUtcNow() + TimeSpan.FromHours(1)), (resting.Model, resting.Key, resting.Until));
    }

    [Fact]
    public void What_a_content_filter_refuses_is_no_fault_of_the_key()
    {
        _health.Failed(Model, _key, Error(ErrorKind.PermissionDenied, code: GatewayError.ContentFilter));
        Assert.False(_health.IsResting(_key, Model));
        _health.Failed(Model, _key, Error(ErrorKind.PermissionDenied));
        Assert.True(_health.IsResting(_key, Model));
    }

    [Fact]
    public void The_names_of_models_that_clients_make_up_do_not_fill_the_memory()
    {
        for (var i = 0; i < 5000; i++)
        {
            _health.Begin($"m{i}").End();
            _health.Failed($"m{i}", _key, Error(ErrorKind.RateLimited));
            _health.Failed($"m{i}", null, Error(ErrorKind.Overloaded, retryAfter: 5));
        }

        Assert.InRange(_health.Loads.Count(), 1, 1000);
        Assert.InRange(_health.Resting().Count, 1, 2000);
    }
}
