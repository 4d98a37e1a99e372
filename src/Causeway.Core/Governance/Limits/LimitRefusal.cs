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
        var seconds = TimeSpan.FromTicks(Wait).TotalSeconds;
        var what = string.Create(CultureInfo.InvariantCulture, $"{Most:N0} {Noun(Kind)}");
        var message = Kind == LimitKind.Concurrency
            ? $"rate limit '{Limit.Id}' ({Limit.Scope}): {what} at a time are under way, which is all it allows. Please try again in {LimitText.Span(Wait)}."
            : $"rate limit '{Limit.Id}' ({Limit.Scope}): the {what} in {LimitText.Window(Window)} are used up. Please try again in {LimitText.Span(Wait)}.";
        return new GatewayError(ErrorKind.RateLimited, message)
        {
            Code = Kind switch
            {
                LimitKind.Concurrency => TooMany,
                LimitKind.Requests => Requests,
                _ => Tokens,
            },
            RetryAfterSeconds = seconds,
        };
    }

    private static string Noun(LimitKind kind) => kind switch
    {
        LimitKind.Tokens => "tokens",
        LimitKind.InputTokens => "input tokens",
        LimitKind.OutputTokens => "output tokens",
        _ => "requests",
    };
}
