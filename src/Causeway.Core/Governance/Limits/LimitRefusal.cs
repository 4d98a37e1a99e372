using System.Globalization;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance.Limits;

/// <summary>Why a limit does not admit a request.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Kind">Which of its numbers.</param>
/// <param name="Most">That number.</param>
/// <param name="Window">The stretch of time that it is for; zero for requests at a time.</param>
/// <param name="Wait">For how long, in ticks of 100 ns.</param>
internal readonly record struct LimitRefusal(RateLimit Limit, LimitKind Kind, long Most, TimeSpan Window, long Wait)
{
    /// <summary>The code where the requests at a time are too many.</summary>
    public const string TooMany = "rate_limited";

    /// <summary>The code where the requests of the window are used up.</summary>
    public const string Requests = "request_limited";

    /// <summary>The code where the tokens of the window are used up.</summary>
    public const string Tokens = "token_limited";

    /// <summary>What the client is told.</summary>
    public GatewayError ToError()
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{Most:N0} {Noun(Kind)}{(Most == 1 ? "" : "s")}");
        var (when, why) = Kind == LimitKind.Concurrency ? ("at a time", "has no room") : ($"in {LimitText.Window(Window)}", "has none left");
        var message = $"rate limit '{Limit.Id}' ({Limit.Scope}) allows {what} {when} and {why}. Please try again in {LimitText.Span(Wait)}.";
        return new GatewayError(ErrorKind.RateLimited, message)
        {
            Code = Kind switch
            {
                LimitKind.Concurrency => TooMany,
                LimitKind.Requests => Requests,
                _ => Tokens,
            },
            RetryAfterSeconds = TimeSpan.FromTicks(Wait).TotalSeconds,
        };
    }

    private static string Noun(LimitKind kind) => kind switch
    {
        LimitKind.Tokens => "token",
        LimitKind.InputTokens => "input token",
        LimitKind.OutputTokens => "output token",
        _ => "request",
    };
}
