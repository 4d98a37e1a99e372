using System.Text.Json;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>The values of a dimension that come to most, beside what they came to in the period before.</summary>
/// <param name="query">Asks the log.</param>
internal sealed class LogRankingsEndpoint(LogQuery query)
{
    private const int Most = 1000;

    private static readonly LogDimension Model = LogDimension.All.First(dimension => dimension.Name == "model");
    private static readonly string[] Sorts = ["cost", "requests", "tokens", "last"];
    private static readonly LogOrder[] Orders = [LogOrder.Cost, LogOrder.Requests, LogOrder.Tokens, LogOrder.Last];

    /// <summary>GET /api/logs/rankings.</summary>
    public ValueTask RankAsync(ApiCall call) => query.AnswerAsync(call, ["by", "sort", "top"], Read, async (store, asked) =>
    {
        var sums = await SumAsync(asked.Filter, asked.Top);
        var total = await store.SumAsync(new LogSumQuestion(asked.Filter), call.Gone) is [var all, ..] ? all : new LogSum();
        IReadOnlyList<LogSum>? before = null;
        if (LogComparison.Before(asked.Filter, asked.Now) is { } earlier)
        {
            var values = sums.Where(sum => !sum.IsRest).Select(sum => sum.Value).ToList();
            before = values.Count == 0 ? [] : await SumAsync(earlier with { Values = [.. earlier.Values, new LogValueTest(asked.By, values)] }, Most);
        }

        await LogQuery.WriteAsync(call, writer =>
        {
            LogSumsEndpoint.WriteRange(writer, asked.Filter);
            writer.WriteString("by"u8, asked.By.Name);
            writer.WriteString("sort"u8, Sorts[Array.IndexOf(Orders, asked.Order)]);
            writer.WriteStartArray("items"u8);
            foreach (var sum in sums) Write(writer, sum, total, before, asked.Order);
            writer.WriteEndArray();
            LogSumsEndpoint.WriteSum(writer, "total", total);
        });

        Task<IReadOnlyList<LogSum>> SumAsync(LogFilter filter, int top) =>
            store.SumAsync(new LogSumQuestion(filter) { By = asked.By, Top = top, Order = asked.Order, Measures = LogMeasures.Quantiles }, call.Gone);
    });

    private static void Write(Utf8JsonWriter writer, LogSum sum, LogSum total, IReadOnlyList<LogSum>? before, LogOrder order)
    {
        var hasSize = order != LogOrder.Last;
        var earlier = sum.IsRest ? null : before?.FirstOrDefault(other => !other.IsRest && other.Value == sum.Value);
        writer.WriteStartObject();
        LogSumsEndpoint.WriteValue(writer, sum);
        LogSumFields.Write(writer, sum, withTimes: true);
        LogSumFields.WriteShare(writer, "share", hasSize && order.Of(total) is > 0 and var whole ? order.Of(sum) / whole : null);
        if (earlier is null) writer.WriteNull("before"u8);
        else LogSumsEndpoint.WriteSum(writer, "before", earlier);
        LogSumFields.WriteShare(writer, "change", hasSize && earlier is not null ? LogComparison.Change(order.Of(sum), order.Of(earlier)) : null);
        writer.WriteEndObject();
    }

    private static (LogFilter Filter, DateTimeOffset Now, LogDimension By, LogOrder Order, int Top) Read(LogQuestionReader reader) =>
        (reader.Filter, reader.Now, reader.Dimension("by") ?? Model, Orders[Array.IndexOf(Sorts, reader.Choice("sort", "cost", Sorts))], reader.Count("top", 20, Most));
}
