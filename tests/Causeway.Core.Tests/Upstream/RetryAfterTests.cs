using System.Text;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Upstream;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static double? Read(ErrorKind kind, string body, params (string Name, string Value)[] headers)
    {
        using var reply = new HttpResponseMessage();
        foreach (var (name, value) in headers) Assert.True(reply.Headers.TryAddWithoutValidation(name, value));
        return RetryAfter.Seconds(reply, Encoding.UTF8.GetBytes(body), kind, Now);
    }

    [Theory]
    [InlineData("retry-after", "20", 20.0)]
    [InlineData("retry-after", " 20 ", 20.0)]
    [InlineData("retry-after", "1.5", 1.5)]
    [InlineData("retry-after", "0", 0.0)]
    [InlineData("retry-after", "30s", 30.0)]
    [InlineData("retry-after", "Wed, 25 Nov 2026 12:00:30 GMT", 30.0)]
    [InlineData("retry-after", "2026-11-25T12:01:00Z", 60.0)]
    [InlineData("retry-after", "Wed, 25 Nov 2026 11:00:00 GMT", 0.0)]        // the past
    [InlineData("retry-after", "3600", 3600.0)]
    [InlineData("retry-after", "99999999999", 604_800.0)]                     // no number of an int
    [InlineData("retry-after", "1e5", null)]
    [InlineData("retry-after", "-5", null)]
    [InlineData("retry-after", "NaN", null)]
    [InlineData("retry-after", "Infinity", null)]
    [InlineData("retry-after", "soon", null)]
    [InlineData("retry-after", "", null)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("x-ms-retry-after-ms", "1500", 1.5)]
    [InlineData("retry-after-ms", "garbage", null)]
    public void Headers_are_read_in_all_their_forms(string name, string value, double? seconds) => Assert.Equal(seconds, Read(ErrorKind.Internal, "", (name, value)));

    [Fact]
    public void A_number_that_no_double_holds_is_the_longest_time() => Assert.Equal(604_800, Read(ErrorKind.RateLimited, "", ("retry-after", new string('9', 400))));

    [Fact]
    public void Milliseconds_count_before_seconds_and_garbage_before_nothing()
    {
        Assert.Equal(0.3, Read(ErrorKind.RateLimited, "", ("retry-after", "1"), ("retry-after-ms", "300")));
        Assert.Equal(1, Read(ErrorKind.RateLimited, "", ("retry-after", "1"), ("retry-after-ms", "x")));
    }

    [Fact]
    public void A_date_is_told_by_the_providers_own_clock() =>
        Assert.Equal(10, Read(ErrorKind.RateLimited, "", ("Date", "Wed, 25 Nov 2020 12:00:00 GMT"), ("retry-after", "Wed, 25 Nov 2020 12:00:10 GMT")));

    [Theory]
    [InlineData("1m30s", 90.0)]
    [InlineData("1m30.5s", 90.5)]
    [InlineData("6m0s", 360.0)]
    [InlineData("250ms", 0.25)]
    [InlineData("7.66s", 7.66)]
    [InlineData("2h0m1s", 7201.0)]
    [InlineData("1d", 86_400.0)]
    [InlineData("34.074824224s", 34.074824224)]
    [InlineData("30", null)]
    [InlineData("s", null)]
    [InlineData("1.2.3s", null)]
    [InlineData("1x", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Spans_of_time_are_read(string? text, double? seconds)
    {
        if (seconds is { } expected) Assert.Equal(expected, RetryAfter.Span(text)!.Value, 9);
        else Assert.Null(RetryAfter.Span(text));
    }

    [Fact]
    public void Of_the_limits_that_are_used_up_the_last_to_come_back_counts()
    {
        (string, string)[] openai = [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1m30s"), ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s")];
        Assert.Equal(360, Read(ErrorKind.RateLimited, "", openai));
        Assert.Null(Read(ErrorKind.Internal, "", openai));   // a failure has nothing to do with limits
        Assert.Equal(90, Read(ErrorKind.RateLimited, "", [.. openai[..2], ("x-ratelimit-remaining-tokens", "100"), openai[3]]));
        Assert.Null(Read(ErrorKind.RateLimited, "", ("x-ratelimit-remaining-requests", "5"), ("x-ratelimit-reset-requests", "1m")));
    }

    [Theory]
    [InlineData("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", "2026-11-25T12:02:05Z", 125.0)]
    [InlineData("X-RateLimit-Remaining", "X-RateLimit-Reset", "1795608060000", 60.0)]   // OpenRouter: milliseconds since 1970
    [InlineData("x-ratelimit-remaining", "x-ratelimit-reset", "1795608030", 30.0)]
    [InlineData("x-ratelimit-remaining", "x-ratelimit-reset", "12", 12.0)]
    [InlineData("x-ratelimit-remaining", "x-ratelimit-reset", "whenever", null)]
    public void Resets_are_read_as_each_provider_writes_them(string remaining, string reset, string value, double? seconds) =>
        Assert.Equal(seconds, Read(ErrorKind.RateLimited, "", (remaining, "0"), (reset, value)));

    [Theory]
    [InlineData("""{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}""", 34.5)]
    [InlineData("""{"error":{"message":"Rate limit reached for gpt-4o. Please try again in 1m2.5s. Visit https://example.com to learn more."}}""", 62.5)]
    [InlineData("""{"error":{"message":"Please try again in 20ms."}}""", 0.02)]
    [InlineData("""{"error":{"message":"Requests have exceeded the limit. Please retry after 2 seconds."}}""", 2.0)]
    [InlineData("""{"error":{"message":"Please try again in a while."}}""", null)]
    [InlineData("""{"error":{"message":"try again in "}}""", null)]
    [InlineData("""{"error":{"details":7}}""", null)]
    [InlineData("<html>", null)]
    public void The_body_of_a_refusal_is_read_where_headers_say_nothing(string body, double? seconds)
    {
        Assert.Equal(seconds, Read(ErrorKind.RateLimited, body));
        Assert.Equal(7, Read(ErrorKind.RateLimited, body, ("retry-after", "7")));
    }
}
