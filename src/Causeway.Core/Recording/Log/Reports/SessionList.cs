using System.Text.Json;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Some sessions, each with what it came to and what it was about.</summary>
/// <param name="Sessions">The sessions, in the order that was asked for.</param>
/// <param name="HasMore">There are more.</param>
public sealed record SessionList(IReadOnlyList<SessionRow> Sessions, bool HasMore)
{
    private const int MostValues = 20;

    private static readonly LogDimension Session = KnownDimension.Of("session");
    private static readonly LogDimension[] Shown = [KnownDimension.Of("model"), KnownDimension.Of("agent")];

    /// <summary>Asks the log.</summary>
    /// <param name="store">The log.</param>
    /// <param name="filter">Of which rows: what a session is about and comes to is that of these.</param>
    /// <param name="order">What they are sorted by.</param>
    /// <param name="skip">How many are left out.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<SessionList> OfAsync(ILogStore store, LogFilter filter, LogOrder order, int skip, int count, CancellationToken cancel)
    {
        filter = filter with { Values = [.. filter.Values, new LogValueTest(Session, [null], IsNot: true)] };
        var sums = await store.SumAsync(new LogSumQuestion(filter) { By = Session, Order = order, Top = skip + count + 1, Measures = LogMeasures.Quantiles }, cancel);
        var known = sums.Where(sum => sum is { IsRest: false, Value: not null }).Skip(skip).ToList();
        var rows = new List<SessionRow>();
        foreach (var sum in known.Take(count))
        {
            var own = filter with { Values = [.. filter.Values, new LogValueTest(Session, [sum.Value])] };
            var newest = await store.ListAsync(new LogListQuestion(own, Limit: 1), cancel);
            if (newest.Entries is [var last]) rows.Add(new SessionRow(sum, last, await store.FacetsAsync(own, Shown, MostValues, cancel)));
        }

        return new SessionList(rows, known.Count > count);
    }

    /// <summary>Writes <c>items</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("items");
        foreach (var session in Sessions) session.Write(writer);
        writer.WriteEndArray();
    }
}

/// <summary>A session.</summary>
/// <param name="Sum">What it came to.</param>
/// <param name="Last">Its last row.</param>
/// <param name="Facets">What its rows have of some dimensions.</param>
public sealed record SessionRow(LogSum Sum, LogEntry Last, IReadOnlyList<LogFacet> Facets)
{
    /// <summary>Writes it as a JSON object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var fields = new JsonFields(writer);
        writer.WriteStartObject();
        fields.Text("id", Sum.Value);
        fields.Text("name", Last.SessionName);
        fields.Text("repository", Last.Repository);
        fields.Text("branch", Last.Branch);
        fields.Text("client", Last.Client);
        fields.Texts("models", Values("model"));
        fields.Number("agents", Values("agent").Count + 1);
        fields.Text("first", TimeText.Of(DateTimeOffset.FromUnixTimeMilliseconds(Sum.First)));
        fields.Text("last", TimeText.Of(DateTimeOffset.FromUnixTimeMilliseconds(Sum.Last)));
        writer.WriteStartObject("total");
        LogSumFields.Write(writer, Sum, withTimes: true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private List<string> Values(string dimension) => [.. Facets.Where(facet => facet.Dimension.Name == dimension).SelectMany(facet => facet.Values).Select(pair => pair.Key).OfType<string>()];
}
