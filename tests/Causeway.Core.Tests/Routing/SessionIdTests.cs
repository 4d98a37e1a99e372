using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;

namespace Causeway.Core.Tests.Routing;

public sealed class SessionIdTests
{
    [Theory]
    [InlineData("""{"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"abc\"}"}}""", "abc")]
    [InlineData("""{"metadata":{"user_id":"user_0a1b_account__session_abc-1"}}""", "abc-1")]
    [InlineData("""{"metadata":{"session_id":"abc"}}""", "abc")]
    [InlineData("""{"prompt_cache_key":"abc"}""", "abc")]
    [InlineData("""{"metadata":{"user_id":"someone"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"{not json"}}""", null)]
    [InlineData("""{"metadata":[],"prompt_cache_key":7}""", null)]
    [InlineData("""{}""", null)]
    public async Task It_is_found_in_the_body(string body, string? expected)
    {
        using var exchange = await TestExchange.OfAsync(body);
        Assert.Equal(expected, SessionId.Of(exchange));
    }

    [Theory]
    [InlineData("x-claude-code-session-id")]
    [InlineData("X-Session-Id")]
    [InlineData("session_id")]
    public async Task A_header_comes_first(string header)
    {
        using var exchange = await TestExchange.OfAsync("""{"prompt_cache_key":"abc"}""", (header, "mine"));
        Assert.Equal("mine", SessionId.Of(exchange));
        Assert.Equal(Rendezvous.Hash("mine"), exchange.Seed);
    }
}
