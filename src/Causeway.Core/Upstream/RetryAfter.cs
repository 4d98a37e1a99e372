using System.Buffers;
using System.Globalization;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream;

/// <summary>
/// How long a provider asks to be left alone. The first of these that can be read counts: <c>retry-after-ms</c> (OpenAI; Azure's
/// <c>x-ms-retry-after-ms</c>), <c>retry-after</c> (seconds, with or without decimals, or a date), google.rpc.RetryInfo in the body (Gemini), the
/// resets of limits that are used up (<c>x-ratelimit-reset-*</c> of OpenAI and Groq, <c>anthropic-ratelimit-*-reset</c>), and the words of the message.
/// </summary>
public static class RetryAfter
{
    private static readonly SearchValues<char> DigitsOrPoint = SearchValues.Create("0123456789.");
    private static readonly string[] Words = ["try again in ", "retry after ", "retry in "];

    private const double Longest = 7 * 86_400;   // seconds; what asks for more is as good as never

    /// <summary>Seconds, not negative and a week at most; null if the answer does not say.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="body">Its body.</param>
    /// <param name="kind">What it means: only at a limit do the resets of limits tell anything.</param>
    /// <param name="now">The time, where the answer has no date of its own.</param>
    public static double? Seconds(HttpResponseMessage reply, ReadOnlyMemory<byte> body, ErrorKind kind, DateTimeOffset now)
    {
        now = reply.Headers.Date ?? now;
        var seconds = Number(Header(reply, "retry-after-ms") ?? Header(reply, "x-ms-retry-after-ms")) / 1000 ?? Plain(Header(reply, "retry-after"), now);
        if (kind is ErrorKind.RateLimited or ErrorKind.Overloaded) seconds ??= OfBody(body);
        if (kind == ErrorKind.RateLimited) seconds ??= OfLimits(reply, now);
        return seconds is { } known ? Math.Clamp(known, 0, Longest) : null;
    }

    /// <summary>Seconds of a time span such as <c>1m30.5s</c>, <c>250ms</c>, <c>2h</c> or <c>34.07s</c>; null if it is none.</summary>
    public static double? Span(string? text)
    {
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty) return null;
        var sum = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = Digits(rest);
            if (Number(rest[..digits]) is not { } number) return null;
            rest = rest[digits..];
            var unit = rest.IndexOfAnyInRange('0', '9') is >= 0 and var next ? rest[..next] : rest;
            if (UnitOf(unit) is not { } seconds) return null;
            sum += number * seconds;
            rest = rest[unit.Length..];
        }

        return sum;
    }

    /// <summary>The value of <c>retry-after</c>: seconds, a span, or a date.</summary>
    private static double? Plain(string? text, DateTimeOffset now) => Number(text) ?? Span(text) ?? Until(text, now);

    /// <summary>A number without sign; words such as NaN are none.</summary>
    private static double? Number(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text is [>= '0' and <= '9', ..] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static double? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };

    private static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(DigitsOrPoint) is >= 0 and var end ? end : text.Length;

    private static double? Until(string? text, DateTimeOffset now) =>
        text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Math.Max(0, (date - now).TotalSeconds) : null;

    /// <summary>Limits that have nothing left: the one that comes back last.</summary>
    private static double? OfLimits(HttpResponseMessage reply, DateTimeOffset now)
    {
        double? last = null;
        foreach (var (name, values) in reply.Headers.NonValidated)
        {
            var remaining = name.StartsWith("x-ratelimit-remaining", StringComparison.OrdinalIgnoreCase) ? name.Replace("remaining", "reset", StringComparison.OrdinalIgnoreCase)
                : name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase) && name.EndsWith("-remaining", StringComparison.OrdinalIgnoreCase) ? name[..^"remaining".Length] + "reset"
                : null;
            if (remaining is null || Number(values.ToString()) is not 0 || Reset(Header(reply, remaining), now) is not { } reset) continue;
            if (!(last >= reset)) last = reset;
        }

        return last;
    }

    /// <summary>A span, a date, seconds from now, or a point in time since 1970 in seconds or milliseconds, as OpenRouter has it.</summary>
    private static double? Reset(string? text, DateTimeOffset now) => Number(text) switch
    {
        null => Span(text) ?? Until(text, now),
        > 1e11 and var milliseconds => Math.Max(0, (milliseconds - now.ToUnixTimeMilliseconds()) / 1000),
        > 1e9 and var seconds => Math.Max(0, seconds - now.ToUnixTimeSeconds()),
        var seconds => seconds,
    };

    /// <summary>Google's RetryInfo, else what the message says: <c>Please try again in 1m2.5s</c>, <c>retry after 20 seconds</c>.</summary>
    private static double? OfBody(ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        if (document is null) return null;
        var details = RequestReader.Get(RequestReader.Get(document.RootElement, "error"u8), "details"u8);
        if (details.ValueKind == System.Text.Json.JsonValueKind.Array)
        {
            foreach (var detail in details.EnumerateArray())
            {
                if (Span(((RawJson)RequestReader.Get(detail, "retryDelay"u8)).AsString()) is { } delay) return delay;
            }
        }

        return OfWords(ErrorMessages.OfJson(document.RootElement) ?? "");
    }

    private static double? OfWords(string message)
    {
        foreach (var words in Words)
        {
            if (message.IndexOf(words, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at)) continue;
            var rest = message.AsSpan(at + words.Length);
            var end = rest.IndexOf(' ') is >= 0 and var space ? space : rest.Length;
            if (Span(rest[..end].TrimEnd(".,;").ToString()) is { } span) return span;
            if (rest[end..].StartsWith(" sec", StringComparison.OrdinalIgnoreCase)) return Number(rest[..end]);
        }

        return null;
    }

    private static string? Header(HttpResponseMessage reply, string name) => reply.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
