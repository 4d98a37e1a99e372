using System.Text.Json;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Sums of a time beside those of the time before.</summary>
public static class LogComparison
{
    /// <summary>The same rows in the period before, which is as long; null if the filter has no beginning.</summary>
    public static LogFilter? Before(LogFilter filter, DateTimeOffset now)
    {
        if (filter.From is not { } from) return null;
        var length = (filter.To ?? now) - from;
        return length <= TimeSpan.Zero ? null : filter with { From = from.Ticks > length.Ticks ? from - length : DateTimeOffset.MinValue, To = from };
    }

    /// <summary>By how much something has grown, as a share of what it was: 0.5 is half as much again. Null where there was nothing, or nothing is known.</summary>
    public static double? Change(double? now, double? before) => now is { } more && before is { } less && less != 0 ? (more - less) / Math.Abs(less) : null;

    /// <summary>Writes <c>change</c>.</summary>
    public static void Write(Utf8JsonWriter writer, LogSum now, LogSum before)
    {
        var fields = new JsonFields(writer);
        writer.WriteStartObject("change");
        Of("requests", static sum => sum.Requests);
        Of("errors", static sum => sum.Errors);
        Of("error_rate", LogSums.ErrorRate);
        Of("dollars", static sum => (double)sum.Picodollars);
        Of("input_tokens", static sum => sum.InputTokens);
        Of("output_tokens", static sum => sum.OutputTokens);
        Of("cache_hit_share", LogSums.CacheHitShare);
        Of("tokens_per_second", LogSums.TokensPerSecond);
        Of("duration_p50", static sum => sum.Duration.Quantile(0.5));
        Of("duration_p95", static sum => sum.Duration.Quantile(0.95));
        Of("first_token_p50", static sum => sum.FirstToken.Quantile(0.5));
        Of("first_token_p95", static sum => sum.FirstToken.Quantile(0.95));
        writer.WriteEndObject();

        void Of(string name, Func<LogSum, double?> value) => fields.Fraction(name, Change(value(now), value(before)));
    }
}
