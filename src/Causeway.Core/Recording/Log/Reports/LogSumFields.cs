using System.Text.Json;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Sums of the log as people and programs get them. Times are milliseconds, money is dollars, shares are from 0 to 1.</summary>
public static class LogSumFields
{
    private static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>Writes the members of a sum.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="withTimes">Also how times are spread, and when the first and the last row were.</param>
    public static void Write(Utf8JsonWriter writer, LogSum sum, bool withTimes)
    {
        var fields = new JsonFields(writer);
        Write(fields, sum);
        if (!withTimes) return;
        Write(writer, "duration", sum.Duration);
        Write(writer, "first_token", sum.FirstToken);
        Write(writer, "overhead", sum.Overhead);
        fields.Text("first", Moment(sum, sum.First));
        fields.Text("last", Moment(sum, sum.Last));
    }

    /// <summary>Writes a share, or a change of something.</summary>
    public static void WriteShare(Utf8JsonWriter writer, string name, double? share) => new JsonFields(writer).Fraction(name, share);

    internal static void Write(IFields fields, LogSum sum)
    {
        fields.Number("requests", sum.Requests);
        fields.Number("errors", sum.Errors);
        fields.Number("abandoned", sum.Abandoned);
        fields.Fraction("error_rate", sum.ErrorRate());
        fields.Dollars("dollars", Picodollars.Dollars(sum.Picodollars));
        fields.Dollars("saved_dollars", Picodollars.Dollars(sum.SavedPicodollars));
        fields.Number("unrated", sum.Unrated);
        fields.Number("input_tokens", sum.InputTokens);
        fields.Number("cache_read_tokens", sum.CacheReadTokens);
        fields.Number("cache_write_tokens", sum.CacheWriteTokens);
        fields.Fraction("cache_hit_share", sum.CacheHitShare());
        fields.Number("output_tokens", sum.OutputTokens);
        fields.Number("reasoning_tokens", sum.ReasoningTokens);
        fields.Fraction("tokens_per_second", sum.TokensPerSecond());
        fields.Number("attempts", sum.Attempts);
    }

    private static void Write(Utf8JsonWriter writer, string name, LogSpread spread)
    {
        var fields = new JsonFields(writer);
        writer.WriteStartObject(name);
        fields.Number("count", spread.Count);
        fields.Fraction("mean", spread.Mean / 1000);
        foreach (var (label, share) in Quantiles) fields.Fraction(label, spread.Quantile(share) / 1000);
        fields.Fraction("longest", spread.Count == 0 ? null : spread.Longest / 1000.0);
        writer.WriteEndObject();
    }

    private static string? Moment(LogSum sum, long millis) => sum.Requests == 0 ? null : TimeText.Of(DateTimeOffset.FromUnixTimeMilliseconds(millis));
}
