using System.Globalization;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Governance.Limits;

/// <summary>
/// How a limit stands, in the headers that clients look at. Sources: OpenAI's guide "Rate limits" and Anthropic's "Rate limits", both under "headers";
/// by both, a reset is when all is there again.
/// </summary>
internal static class LimitHeaders
{
    /// <summary>Writes them in the form of the client's API; all that is not Anthropic's has OpenAI's.</summary>
    public static void Write(IHeaderDictionary headers, DialectId dialect, LimitPermit permit, TimeProvider time)
    {
        if (dialect == DialectId.AnthropicMessages)
        {
            var now = time.GetUtcNow();
            if (permit.Requests is { } requests) Set(headers, requests, Date(requests, now), "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset");
            if (permit.Tokens is { } tokens) Set(headers, tokens, Date(tokens, now), "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset");
        }
        else
        {
            if (permit.Requests is { } requests) Set(headers, requests, LimitText.Span(requests.Reset.Ticks), "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
            if (permit.Tokens is { } tokens) Set(headers, tokens, LimitText.Span(tokens.Reset.Ticks), "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
        }
    }

    /// <summary>Is it one of the headers in which a provider says how its own limits stand?</summary>
    public static bool IsOne(string name) =>
        name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase);

    private static void Set(IHeaderDictionary headers, LimitGauge gauge, string reset, string limitName, string remainingName, string resetName)
    {
        headers[limitName] = Text(gauge.Limit);
        headers[remainingName] = Text(gauge.Remaining);
        headers[resetName] = reset;
    }

    /// <summary>In whole seconds, rounded up.</summary>
    private static string Date(LimitGauge gauge, DateTimeOffset now) =>
        (now + gauge.Reset + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
