using System.Text.Json;
using Causeway.Core.Management;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>What rows of the log come to: altogether, over time, and how often values occur.</summary>
/// <param name="query">Asks the log.</param>
internal sealed class LogSumsEndpoint(LogQuery query)
{
    private const int MostValues = 1000;
    private const int MostFacets = 30;

    private static readonly string[] UsualFacets = ["provider", "model", "asked", "outcome", "status", "error", "stop", "dialect", "stream", "virtual_key", "team", "user", "client", "repository", "branch", "rule"];

    /// <summary>GET /api/logs/stats: sums, and with <c>compare</c> those of the period before.</summary>
    public ValueTask StatsAsync(ApiCall call) => query.AnswerAsync(call, ["compare"], ReadStats, async (store, asked) =>
    {
        var now = await SumAsync(asked.Filter);
        var before = asked.Before is { } earlier ? await SumAsync(earlier) : null;
        await LogQuery.WriteAsync(call, writer =>
        {
            WriteRange(writer, asked.Filter);
            WriteSum(writer, "total", now);
            if (asked.Before is null) return;
            writer.WriteStartObject("before");
            WriteRange(writer, asked.Before);
            WriteSum(writer, "total", before!);
            writer.WriteEndObject();
            LogComparison.Write(writer, now, before!);
        });

        async Task<LogSum> SumAsync(LogFilter filter) => await store.SumAsync(new LogSumQuestion(filter) { Measures = LogMeasures.Quantiles }, call.Gone) is [var sum, ..] ? sum : new LogSum();
    });

    /// <summary>GET /api/logs/facets: the most frequent values of dimensions.</summary>
    public ValueTask FacetsAsync(ApiCall call) => query.AnswerAsync(call, ["by", "top"], reader => (reader.Filter, By: reader.Dimensions("by", MostFacets), Top: reader.Count("top", 20, MostValues)), async (store, asked) =>
    {
        var by = asked.By.Count > 0 ? asked.By : [.. LogDimension.All.Where(dimension => UsualFacets.Contains(dimension.Name))];
        var facets = await store.FacetsAsync(asked.Filter, by, asked.Top, call.Gone);
        var custom = await store.CustomDimensionsAsync(call.Gone);
        await LogQuery.WriteAsync(call, writer =>
        {
            writer.WriteStartArray("facets"u8);
            foreach (var facet in facets) Write(writer, facet);
            writer.WriteEndArray();
            writer.WriteStartArray("custom"u8);
            foreach (var name in custom) writer.WriteStringValue(LogDimension.Custom(name).Name);
            writer.WriteEndArray();
        });
    });

    /// <summary>GET /api/logs/histogram: sums over time.</summary>
    public ValueTask HistogramAsync(ApiCall call) => query.AnswerAsync(call, ["span", "by", "top", "zone", "quantiles"], ReadHistogram, async (store, asked) =>
    {
        var from = asked.Filter.From ?? (await store.ExtentAsync(call.Gone)).First ?? asked.Now;
        var length = (asked.Filter.To ?? asked.Now) - from;
        var span = asked.Span ?? LogSpans.For(length);
        if (length / span > LogSpans.Most)
        {
            await call.RefuseAsync(ManagementError.Invalid("span", $"'{LogTimes.Text(span)}' makes more than {LogSpans.Most} bars: take a longer one, auto, or a shorter period"));
            return;
        }

        var question = new LogSumQuestion(asked.Filter) { By = asked.By, Span = span, Offset = asked.Zone, Top = asked.Top, Measures = asked.HasQuantiles ? LogMeasures.Quantiles : LogMeasures.None };
        var sums = await store.SumAsync(question, call.Gone);
        await LogQuery.WriteAsync(call, writer =>
        {
            WriteRange(writer, asked.Filter);
            writer.WriteString("span"u8, LogTimes.Text(span));
            writer.WriteNumber("span_seconds"u8, (long)span.TotalSeconds);
            writer.WriteString("by"u8, asked.By?.Name);
            writer.WriteStartArray("items"u8);
            foreach (var sum in sums.OrderBy(sum => sum.From))
            {
                writer.WriteStartObject();
                writer.WriteString("from"u8, ApiText.Of(sum.From!.Value));
                if (asked.By is not null) WriteValue(writer, sum);
                LogSumFields.Write(writer, sum, asked.HasQuantiles);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    });

    /// <summary>Writes which value a sum is of.</summary>
    public static void WriteValue(Utf8JsonWriter writer, LogSum sum)
    {
        writer.WriteString("value"u8, sum.Value);
        writer.WriteBoolean("is_rest"u8, sum.IsRest);
    }

    /// <summary>Writes the sum as a member.</summary>
    public static void WriteSum(Utf8JsonWriter writer, string name, LogSum sum)
    {
        writer.WriteStartObject(name);
        LogSumFields.Write(writer, sum, withTimes: true);
        writer.WriteEndObject();
    }

    /// <summary>Writes of which time rows are.</summary>
    public static void WriteRange(Utf8JsonWriter writer, LogFilter filter)
    {
        writer.WriteString("from"u8, filter.From is { } from ? ApiText.Of(from) : null);
        writer.WriteString("to"u8, filter.To is { } to ? ApiText.Of(to) : null);
    }

    private static void Write(Utf8JsonWriter writer, LogFacet facet)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, facet.Dimension.Name);
        writer.WriteStartArray("values"u8);
        foreach (var (value, requests) in facet.Values)
        {
            writer.WriteStartObject();
            writer.WriteString("value"u8, value);
            writer.WriteNumber("requests"u8, requests);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("has_more"u8, facet.HasMore);
        writer.WriteEndObject();
    }

    private static (LogFilter Filter, LogFilter? Before) ReadStats(LogQuestionReader reader)
    {
        if (!reader.Flag("compare")) return (reader.Filter, null);
        var before = LogComparison.Before(reader.Filter, reader.Now);
        if (before is null) reader.Refuse("compare", "", "needs a period to compare with the one before: give `period` or `from`, in the past");
        return (reader.Filter, before);
    }

    private static (LogFilter Filter, DateTimeOffset Now, LogDimension? By, TimeSpan? Span, TimeSpan Zone, int Top, bool HasQuantiles) ReadHistogram(LogQuestionReader reader)
    {
        var span = reader.Text("span") is null or "auto" ? null : reader.Of("span", LogTimes.Span, "must be auto, or a number and s, m, h, d or w, such as 1h");
        var zone = reader.Of("zone", LogTimes.Zone, "must be a distance from UTC such as +02:00") ?? TimeSpan.Zero;
        return (reader.Filter, reader.Now, reader.Dimension("by"), span, zone, reader.Count("top", 10, MostValues), reader.Flag("quantiles"));
    }
}
