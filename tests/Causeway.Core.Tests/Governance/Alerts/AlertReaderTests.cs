using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Tests.Governance.Alerts;

public sealed class AlertReaderTests
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static ConfigLoad Load(string alert) => ConfigLoader.Parse(
        Encoding.UTF8.GetBytes($$$"""{"providers": {}, "governance": {"alerts": [{{{alert}}}]}}"""), "test",
        name => name switch { "HOOK" => "https://hooks.example.com/secret-path", "KEY" => $"whsec_{Key}", "EMPTY" => "", "TOKEN" => "Bearer t", _ => null });

    [Fact]
    public void An_address_its_secret_and_its_headers_may_stand_in_the_environment()
    {
        var load = Load("""{"url": "env.HOOK", "secret": "env.KEY", "headers": {"authorization": "env.TOKEN", "X-Team": "web"}, "events": ["budget_threshold"]}""");
        Assert.Empty(load.Errors);
        Assert.Empty(load.Warnings);
        var target = load.Config!.Alerts.Single();
        Assert.Equal(("https://hooks.example.com/secret-path", "hooks.example.com"), (target.Url.ToString(), target.ToString()));
        Assert.Equal(Convert.FromBase64String(Key), target.Secret);
        Assert.Equal([new("authorization", "Bearer t"), new("X-Team", "web")], target.Headers);
        Assert.Equal((true, false), (target.Wants("budget_threshold"), target.Wants("provider_down")));
    }

    [Fact]
    public void Without_a_secret_it_is_unsigned_and_without_events_it_is_told_of_all()
    {
        var target = Load("""{"url": "http://127.0.0.1:9/x"}""").Config!.Alerts.Single();
        Assert.Null(target.Secret);
        Assert.True(target.Wants("budget_threshold") && target.Wants("provider_down"));
        Assert.Equal(Encoding.UTF8.GetBytes("a text of twenty-four bytes"), Load("""{"url": "env.HOOK", "secret": "a text of twenty-four bytes"}""").Config!.Alerts.Single().Secret);
    }

    [Theory]
    [InlineData("""{"secret": "env.KEY"}""", "url", "is required")]
    [InlineData("""{"url": "env.NOBODY"}""", "url", "NOBODY is not set")]
    [InlineData("""{"url": "hooks.example.com"}""", "url", "must be an address")]
    [InlineData("""{"url": "ftp://hooks.example.com"}""", "url", "must be an address")]
    [InlineData("""{"url": "https://me:pw@hooks.example.com/"}""", "url", "in `headers`")]
    [InlineData("""{"url": "http://169.254.169.254/latest"}""", "url", "link-local")]
    [InlineData("""{"url": "http://[fe80::1]/"}""", "url", "link-local")]
    [InlineData("""{"url": "http://[::ffff:169.254.1.1]/"}""", "url", "link-local")]
    [InlineData("""{"url": "env.HOOK", "secret": ""}""", "secret", "is empty")]
    [InlineData("""{"url": "env.HOOK", "secret": "env.EMPTY"}""", "secret", "EMPTY is not set")]
    [InlineData("""{"url": "env.HOOK", "secret": "whsec_"}""", "secret", "must have base64")]
    [InlineData("""{"url": "env.HOOK", "secret": "whsec_no base64!"}""", "secret", "must have base64")]
    [InlineData("""{"url": "env.HOOK", "headers": {"Webhook-Signature": "x"}}""", "headers.Webhook-Signature", "is set by the gateway")]
    [InlineData("""{"url": "env.HOOK", "headers": {"a b": "x"}}""", "headers.a b", "is no name of a header")]
    [InlineData("""{"url": "env.HOOK", "headers": {"a": "x\ny"}}""", "headers.a", "must be one line")]
    [InlineData("""{"url": "env.HOOK", "events": ["budget_treshold"]}""", "events[0]", "did you mean `budget_threshold`?")]
    [InlineData("""{"url": "env.HOOK", "events": []}""", "events", "must name a kind")]
    public void What_cannot_be_is_an_error_that_shows_no_secret(string alert, string path, string fix)
    {
        var load = Load(alert);
        Assert.Contains(load.Errors, error => error.Path == $"governance.alerts[0].{path}" && error.Fix.Contains(fix, StringComparison.Ordinal));
        Assert.DoesNotContain(load.Errors, error => error.ToString().Contains("://", StringComparison.Ordinal) && !error.Fix.Contains("such as", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"url": "http://hooks.example.com/"}""", "is not encrypted")]
    [InlineData("""{"url": "env.HOOK", "secret": "short"}""", "is short")]
    public void What_is_weak_is_warned_of(string alert, string warning)
    {
        var load = Load(alert);
        Assert.NotNull(load.Config);
        Assert.Contains(load.Warnings, found => found.Fix.Contains(warning, StringComparison.Ordinal));
    }
}
