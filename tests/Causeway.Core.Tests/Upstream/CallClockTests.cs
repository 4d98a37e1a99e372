using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Upstream;

/// <summary>Which time is up is told by which was the shortest, not by what the clock shows afterwards: timers are never exact.</summary>
public sealed class CallClockTests
{
    private static async Task<GatewayError> UpAsync(string network, string more, TimeSpan? deadline, Action<CallClock>? then = null)
    {
        var gateway = TestExchange.Gateway($$"""{"providers":{"openai":{"keys":[{"value":"a"}],"network_config":{{network}} } } }""");
        using var exchange = await TestExchange.OfAsync(gateway, DialectId.OpenAIChat, more);
        exchange.Policy = RoutePolicy.Default with { Deadline = deadline };
        using var clock = new CallClock(exchange, new Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog), TimeProvider.System, CancellationToken.None);
        then?.Invoke(clock);
        return clock.WhatIsUp();
    }

    [Theory]
    [InlineData("""{"default_request_timeout_in_seconds":5,"first_token_timeout_in_seconds":3}""", "{}", null, "did not answer within 5 s")]
    [InlineData("""{"default_request_timeout_in_seconds":5,"first_token_timeout_in_seconds":3}""", """{"stream":true}""", null, "sent no content within 3 s")]
    [InlineData("""{"default_request_timeout_in_seconds":5,"first_token_timeout_in_seconds":30}""", """{"stream":true}""", null, "did not answer within 5 s")]
    [InlineData("""{"default_request_timeout_in_seconds":5}""", "{}", 2, "the deadline for the request")]
    [InlineData("""{"default_request_timeout_in_seconds":5}""", "{}", 20, "did not answer within 5 s")]
    public async Task Until_the_head(string network, string more, int? deadline, string message) =>
        Assert.Contains(message, (await UpAsync(network, more, deadline is { } seconds ? TimeSpan.FromSeconds(seconds) : null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"stream_idle_timeout_in_seconds":2,"first_token_timeout_in_seconds":3}""", "was silent for 2 s")]
    [InlineData("""{"stream_idle_timeout_in_seconds":4,"first_token_timeout_in_seconds":3}""", "sent no content within 3 s")]
    public async Task Until_the_first_content(string network, string message) =>
        Assert.Contains(message, (await UpAsync(network, """{"stream":true}""", null, clock => clock.BeginRead())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_deadline_that_has_passed_already_ends_the_call_at_once()
    {
        var gateway = TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]}}}""");
        using var exchange = await TestExchange.OfAsync(gateway, DialectId.OpenAIChat, "{}");
        exchange.Policy = RoutePolicy.Default with { Deadline = TimeSpan.FromTicks(1) };
        using var clock = new CallClock(exchange, new Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog), TimeProvider.System, CancellationToken.None);
        var up = new TaskCompletionSource();
        using var registration = clock.Token.Register(up.SetResult);
        await up.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(UpstreamFailure.Deadline, clock.WhatIsUp().Code);
    }
}
