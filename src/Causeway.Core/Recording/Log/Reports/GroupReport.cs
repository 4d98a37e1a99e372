using System.Text;
using System.Text.Json;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>What rows come to by up to two dimensions, with the number of sessions of each: what a branch, or a feature, cost.</summary>
/// <param name="By">The dimensions.</param>
/// <param name="Groups">A group for each combination of values, the dearest first.</param>
/// <param name="Total">All of them together.</param>
public sealed record GroupReport(IReadOnlyList<LogDimension> By, IReadOnlyList<ReportGroup> Groups, LogSum Total)
{
    /// <summary>The most dimensions.</summary>
    public const int MostDimensions = 2;

    private const int MostSessions = 10_000;

    private static readonly LogDimension Session = KnownDimension.Of("session");

    /// <summary>What a report is by when nothing else is asked for.</summary>
    public static IReadOnlyList<LogDimension> Branches { get; } = [KnownDimension.Of("repository"), KnownDimension.Of("branch")];

    /// <summary>Asks the log.</summary>
    /// <param name="store">The log.</param>
    /// <param name="filter">Of which rows.</param>
    /// <param name="by">One or two dimensions.</param>
    /// <param name="top">The most values of each; the others are only in the total.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GroupReport> OfAsync(ILogStore store, LogFilter filter, IReadOnlyList<LogDimension> by, int top, CancellationToken cancel)
    {
        var groups = new List<ReportGroup>();
        await AddAsync(filter, []);
        var total = await store.SumAsync(new LogSumQuestion(filter), cancel);
        return new GroupReport(by, [.. groups.OrderByDescending(group => group.Sum.Picodollars).ThenByDescending(group => group.Sum.Requests)], total is [var all, ..] ? all : new LogSum());

        async Task AddAsync(LogFilter rows, IReadOnlyList<string?> values)
        {
            foreach (var sum in await store.SumAsync(new LogSumQuestion(rows) { By = by[values.Count], Order = LogOrder.Cost, Top = top }, cancel))
            {
                if (sum.IsRest) continue;
                var some = rows with { Values = [.. rows.Values, new LogValueTest(by[values.Count], [sum.Value])] };
                if (values.Count + 1 < by.Count) await AddAsync(some, [.. values, sum.Value]);
                else groups.Add(new ReportGroup([.. values, sum.Value], await SessionsAsync(some), sum));
            }
        }

        async Task<long> SessionsAsync(LogFilter rows) => (await store.FacetsAsync(rows, [Session], MostSessions, cancel)).Sum(facet => facet.Values.LongCount(pair => pair.Key is not null));
    }

    /// <summary>For people.</summary>
    public string ToTable() => GroupTable.Of(this);

    /// <summary>As CSV, with a row of names and without the total.</summary>
    public string ToCsv()
    {
        using var text = new PooledBuffer();
        var names = new CsvFields(text, isHeader: true);
        Write(names, new ReportGroup(new string?[By.Count], 0, new LogSum()));
        names.EndRow();
        var fields = new CsvFields(text);
        foreach (var group in Groups)
        {
            Write(fields, group);
            fields.EndRow();
        }

        return Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>Writes <c>by</c>, <c>items</c> and <c>total</c>, members of an object that the caller has begun.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var fields = new JsonFields(writer);
        fields.Texts("by", [.. By.Select(dimension => dimension.Name)]);
        writer.WriteStartArray("items");
        foreach (var group in Groups)
        {
            writer.WriteStartObject();
            Write(fields, group);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("total");
        LogSumFields.Write(fields, Total);
        writer.WriteEndObject();
    }

    private void Write(IFields fields, ReportGroup group)
    {
        for (var i = 0; i < By.Count; i++) fields.Text(By[i].Name, group.Values[i]);
        fields.Number("sessions", group.Sessions);
        LogSumFields.Write(fields, group.Sum);
    }
}

/// <summary>A group of rows.</summary>
/// <param name="Values">What they have in common of each dimension; null: nothing.</param>
/// <param name="Sessions">How many sessions they are of.</param>
/// <param name="Sum">What they come to.</param>
public sealed record ReportGroup(IReadOnlyList<string?> Values, long Sessions, LogSum Sum);
