using Causeway.Core.Governance;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Causeway.Core.Tests.Governance.Limits.Limited;

namespace Causeway.Core.Tests.Governance.Limits;

public sealed class LimitHeadersTests
{
    private readonly FakeTimeProvider _time = new(Noon.AddMilliseconds(250));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(170_000, "17ms")]
    [InlineData(170_001, "18ms")]
    [InlineData(9_990_001, "1s")]
    [InlineData(10_000_000, "1s")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(86_400_000, "8.64s")]
    [InlineData(3_600_000_000, "6m0s")]
    [InlineData(864_000_000, "1m26.4s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(864_000_000_000, "24h0m0s")]
    public void Spans_are_written_as_openai_writes_them(long ticks, string text)
    {
        Assert.Equal(text, LimitText.Span(ticks));
        Assert.InRange(RetryAfter.Span(text)!.Value - (ticks / 1e7), -1e-9, 0.001);
    }

    [Theory]
    [InlineData(60, "1m")]
    [InlineData(90, "90s")]
    [InlineData(0.5, "0.5s")]
    [InlineData(7200, "2h")]
    [InlineData(86_400 * 7, "7d")]
    public void Windows_are_written_as_the_configuration_has_them(double seconds, string text) => Assert.Equal(text, LimitText.Window(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task An_answer_says_how_the_limits_stand()
    {
        var gateway = Gateway(Of("all") with { Requests = 60, RequestWindow = TimeSpan.FromMinutes(6), Tokens = 100_000, TokenWindow = TimeSpan.FromHours(1) });
        using var exchange = await AdmitAsync(gateway, DialectId.OpenAIChat);
        Assert.Null(exchange.Error);
        Assert.Equal(("60", "59", "6m0s"), Three(exchange, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"));
        Assert.Equal(("100000", "99483", "1h0m0s"), Three(exchange, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"));
        Assert.Null(exchange.Header("anthropic-ratelimit-requests-limit"));
    }

    [Fact]
    public async Task Clients_of_anthropics_api_get_anthropics_headers()
    {
        var gateway = Gateway(Of("all") with { Requests = 60, Tokens = 100_000, TokenWindow = TimeSpan.FromHours(1) });
        using var exchange = await AdmitAsync(gateway, DialectId.AnthropicMessages);
        Assert.Equal(("60", "59", "2026-11-25T12:01:01Z"), Three(exchange, "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"));
        Assert.Equal(("100000", "99483", "2026-11-25T13:00:01Z"), Three(exchange, "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"));
        Assert.Null(exchange.Header("x-ratelimit-limit-requests"));
    }

    [Theory]
    [InlineData(DialectId.OpenAIChat, "x-ratelimit-remaining-requests", """{"error":{"message":"MESSAGE","type":"rate_limit_error","param":null,"code":"request_limited"}}""")]
    [InlineData(DialectId.AnthropicMessages, "anthropic-ratelimit-requests-remaining", """{"type":"error","error":{"type":"rate_limit_error","message":"MESSAGE"},"request_id":null}""")]
    public async Task A_refusal_is_of_the_clients_api_with_retry_after_and_the_headers(DialectId dialect, string remaining, string expected)
    {
        var gateway = Gateway(Of("key", new Scope { VirtualKey = "dev" }) with { Requests = 1 });
        using var first = await AdmitAsync(gateway, dialect);
        _time.Advance(TimeSpan.FromMilliseconds(20_500));
        using var second = await AdmitAsync(gateway, dialect);
        var response = second.Http.Response;
        Assert.Equal((429, "40", "0"), (response.StatusCode, second.Header("retry-after"), second.Header(remaining)));
        var message = "rate limit 'key' (virtual key 'dev') allows 1 request in 1m and has none left. Please try again in 39.5s.";
        response.Body.Position = 0;
        Assert.Equal(expected.Replace("MESSAGE", message, StringComparison.Ordinal), await new StreamReader(response.Body).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "7")]
    public void The_providers_limits_are_shown_to_clients_that_have_none(bool hasOwn, string? shown)
    {
        using var reply = new HttpResponseMessage();
        reply.Headers.Add("x-ratelimit-remaining-requests", "7");
        reply.Headers.Add("anthropic-ratelimit-requests-remaining", "7");
        reply.Headers.Add("x-request-id", "r");
        var headers = new HeaderDictionary();
        ForwardedHeaders.CopyAnswer(reply, headers, hasOwn);
        Assert.Equal((shown, shown, "r"), ((string?)headers["x-ratelimit-remaining-requests"], (string?)headers["anthropic-ratelimit-requests-remaining"], headers["x-request-id"].ToString()));
    }

    [Fact]
    public async Task A_dry_run_is_not_counted()
    {
        var gateway = Gateway(Of("all") with { Requests = 1 });
        for (var i = 0; i < 3; i++)
        {
            using var exchange = await ByAsync(gateway, Dev);
            exchange.Http.Request.Headers["x-causeway-dry-run"] = "1";
            var reached = false;
            await new Admit(_time).InvokeAsync(exchange, _ => { reached = true; return ValueTask.CompletedTask; });
            Assert.True(reached && exchange.Limits is null);
        }
    }

    private static (string?, string?, string?) Three(Exchange exchange, string one, string two, string three) => (exchange.Header(one), exchange.Header(two), exchange.Header(three));

    /// <summary>Through Admit, and what makes an answer of its errors.</summary>
    private async Task<Exchange> AdmitAsync(GatewayRuntime gateway, DialectId dialect)
    {
        var exchange = await ByAsync(gateway, Dev, dialect);
        exchange.Http.Response.Body = new MemoryStream();
        await new TranslateErrors(Microsoft.Extensions.Logging.Abstractions.NullLogger<TranslateErrors>.Instance)
            .InvokeAsync(exchange, all => new Admit(_time).InvokeAsync(all, _ => ValueTask.CompletedTask));
        return exchange;
    }
}
