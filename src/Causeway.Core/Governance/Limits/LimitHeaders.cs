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
            if (permit.Requests is { } requests) Anthropic(headers, "requests", requests, now);
            if (permit.Tokens is { } tokens) Anthropic(headers, "tokens", tokens, now);
        }
        else
        {
            if (permit.Requests is { } requests) OpenAI(headers, "requests", requests);
            if (permit.Tokens is { } tokens) OpenAI(headers, "tokens", tokens);
        }
    }

    /// <summary>Is it one of the headers in which a provider says how its own limits stand?</summary>
    public static bool IsOne(string name) =>
        name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase);

    private static void OpenAI(IHeaderDictionary headers, string what, LimitGauge gauge)
    {
        headers["x-ratelimit-limit-" + what] = Text(gauge.Limit);
        headers["x-ratelimit-remaining-" + what] = Text(gauge.Remaining);
        headers["x-ratelimit-reset-" + what] = LimitText.Span(gauge.Reset.Ticks);
    }

    private static void Anthropic(IHeaderDictionary headers, string what, LimitGauge gauge, DateTimeOffset now)
    {
        var reset = now + gauge.Reset + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1);   // whole seconds, rounded up
        headers[$"anthropic-ratelimit-{what}-limit"] = Text(gauge.Limit);
        headers[$"anthropic-ratelimit-{what}-remaining"] = Text(gauge.Remaining);
        headers[$"anthropic-ratelimit-{what}-reset"] = reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
