using System.Globalization;
using System.Text.Json;
using Causeway.Core.Governance.Alerts;

namespace Causeway.Core.Recording.Watch;

/// <summary>A share of failures, of slow requests, or what is spent an hour, is above its threshold; or it is no more.</summary>
internal sealed class RateAlert(RateRule rule, string key, bool isFiring, double value, SlidingWindow.Sums sums, DateTimeOffset time) : AlertEvent(time)
{
    /// <summary>The kind of too many failures.</summary>
    public const string ErrorRate = "error_rate";

    /// <summary>The kind of too slow answers.</summary>
    public const string Latency = "latency";

    /// <summary>The kind of too much spent.</summary>
    public const string SpendRate = "spend_rate";

    /// <inheritdoc/>
    public override string Type => rule.Kind;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("state"u8, isFiring ? "firing"u8 : "resolved"u8);
        writer.WriteString("scope"u8, rule.Scope.Word());
        if (rule.Scope != WatchScope.All) writer.WriteString("subject"u8, key);
        writer.WriteNumber("threshold"u8, rule.Threshold);
        if (rule is LatencyRule latency)
        {
            writer.WriteString("of"u8, latency.IsFirstToken ? "first_token"u8 : "duration"u8);
            writer.WriteNumber("quantile"u8, latency.Quantile);
            writer.WriteNumber("slow"u8, sums.Bad);
        }
        else writer.WriteNumber("value"u8, Math.Round(value, 4));

        if (rule is ErrorRateRule) writer.WriteNumber("failed"u8, sums.Bad);
        if (rule is SpendRateRule) writer.WriteNumber("dollars"u8, sums.Dollars);
        writer.WriteNumber("requests"u8, sums.Requests);
        writer.WriteNumber("window_seconds"u8, rule.Window.TotalSeconds);
    }

    /// <summary>For people.</summary>
    public override string ToString()
    {
        var of = rule.Scope == WatchScope.All ? "all requests" : $"{rule.Scope.Word().Replace('_', ' ')} '{key}'";
        var what = rule switch
        {
            LatencyRule latency => $"{sums.Bad} of {sums.Requests} took longer than {rule.Threshold} s{(latency.IsFirstToken ? " to the first token" : "")}",
            SpendRateRule => $"{value:0.####} dollars an hour ({rule.Threshold} are allowed)",
            _ => $"{sums.Bad} of {sums.Requests} failed ({rule.Threshold:0%} are allowed)",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(isFiring ? "" : "over: ")}{of}: {what} in the last {rule.Window}");
    }
}
