using Causeway.Admin.Access;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>The log's part of the table of routes. Rows and sums are for viewers; what was said (prompts, answers) is for editors.</summary>
internal static class LogRoutes
{
    private const string EventStream = "text/event-stream";

    private static readonly (string, string) By = ("by", "the dimension: one of those that filter, or dim.NAME");

    /// <summary>The routes.</summary>
    public static IEnumerable<ApiRoute> Of(ApiParts parts)
    {
        var log = parts.Log;
        var query = new LogQuery(log.Open, parts.Time);
        var (rows, sums, export) = (new LogsEndpoint(query, parts.Managed, parts.Time), new LogSumsEndpoint(query), new LogExportEndpoint(query));
        var (sessions, live) = (new SessionsEndpoint(query), new LiveEndpoint(log.Live, parts.Time));
        return
        [
            new("GET", "/api/logs", Role.Viewer, "Rows of the request log, the newest first", rows.ListAsync)
            {
                Answer = "LogList",
                Query =
                [
                    ("sort", $"by {string.Join(", ", LogNumber.All.Select(number => number.Name))}; time if left out"), ("order", "desc (the default) or asc"), ("limit", "at most so many, up to 1000; 50 if left out"),
                    ("after", "go on behind this page: its next_after"), .. Filter,
                ],
            },
            new("DELETE", "/api/logs", Role.Admin, "Deletes rows, and what was said in them", rows.DeleteAsync) { Body = "LogIds", Answer = "LogDeleted" },
            new("GET", "/api/logs/stats", Role.Viewer, "What rows come to", sums.StatsAsync) { Answer = "LogStats", Query = [("compare", "true: also what they came to in the period before, and the change"), .. Filter] },
            new("GET", "/api/logs/facets", Role.Viewer, "The most frequent values of dimensions", sums.FacetsAsync)
            {
                Answer = "LogFacets", Query = [("by", "dimensions with commas between them; the usual ones if left out"), ("top", "at most so many values of each, up to 1000; 20 if left out"), .. Filter],
            },
            new("GET", "/api/logs/histogram", Role.Viewer, "What rows come to over time", sums.HistogramAsync)
            {
                Answer = "LogHistogram",
                Query =
                [
                    ("span", "how long a bar is: 5m, 1h, 1d, or auto (the default)"), By, ("top", "at most so many values of it, up to 1000; 10 if left out"),
                    ("zone", "where days begin: a distance from UTC such as +02:00"), ("quantiles", "true: also how times are spread"), .. Filter,
                ],
            },
            new("GET", "/api/logs/rankings", Role.Viewer, "The values of a dimension that come to most, beside the period before", new LogRankingsEndpoint(query).RankAsync)
            {
                Answer = "LogRankings", Query = [("by", "the dimension; model if left out"), ("sort", "cost (the default), requests, tokens or last"), ("top", "at most so many, up to 1000; 20 if left out"), .. Filter],
            },
            new("GET", "/api/logs/{id}", Role.Viewer, "All there is of a row", rows.GetAsync) { Answer = "LogDetail" },
            new("GET", "/api/logs/{id}/content", LogQuery.OfContent, "What was said in an exchange", rows.ContentAsync) { Answer = "LogContent" },
            new("GET", "/api/logs.csv", Role.Viewer, "Rows as CSV", export.CsvAsync) { Media = "text/csv", Query = Filter },
            new("GET", "/api/logs.jsonl", Role.Viewer, "Rows as lines of JSON, each a LogDetail", export.LinesAsync)
            {
                Media = "application/x-ndjson", Query = [("content", $"true: with what was said, as content; needs the role {RoleText.Of(LogQuery.OfContent)}"), .. Filter],
            },
            new("GET", "/api/sessions", Role.Viewer, "Sessions of agents", sessions.ListAsync)
            {
                Answer = "SessionList", Query = [("sort", "last (the default), cost, requests or tokens"), ("limit", "at most so many, up to 100; 20 if left out"), ("after", "go on behind this page: its next_after"), .. Filter],
            },
            new("GET", "/api/sessions/{id}", Role.Viewer, "A session as a tree of agents and their requests", sessions.GetAsync) { Answer = "SessionDetail" },
            new("GET", "/api/reports/branches", Role.Viewer, "What each branch of each repository cost", sessions.BranchesAsync)
            {
                Answer = "LogReport", Query = [("by", "up to two dimensions with commas between them; repository,branch if left out"), ("top", "at most so many values of each, up to 1000; 100 if left out"), .. Filter],
            },
            new("GET", "/api/live", Role.Viewer, "What goes on: events snapshot (LiveSnapshot), started (LiveItem), first_token (LiveFirstToken), finished (LogRow), lost (LiveLost), dropped (LiveDropped)", live.AllAsync)
            {
                Media = EventStream, Query = [("once", "true: only the snapshot")],
            },
            new("GET", "/api/live/{id}", LogQuery.OfContent, "What is said in an exchange: events listening (LiveListening), text and reasoning (LiveText), tool (LiveTool), finished (LogRow), lost (LiveLost), dropped (LiveDropped)", live.OneAsync) { Media = EventStream },
        ];
    }

    /// <summary>What rows are meant: parameters of all questions.</summary>
    private static readonly (string Name, string Meaning)[] Filter =
    [
        ("from", "from this day or moment on"), ("to", "before this day or moment"), ("period", "in place of from: so long before now, or before to: 90s, 30m, 24h, 7d, 4w"),
        ("text", $"words that all stand in what was said; \"words in quotes\" together, word* with its endings; needs the role {RoleText.Of(LogQuery.OfContent)}"),
        .. LogDimension.All.SelectMany(dimension => ((string, string)[])
        [
            (dimension.Name, $"only with this: {dimension.Meaning}; several with commas between them; empty: with none"), ("not_" + dimension.Name, $"only without this: {dimension.Meaning}"),
        ]),
        ("dim.NAME", "only with this value of the client's own dimension NAME"), ("not_dim.NAME", "only without it"),
        .. LogFilterReader.Bounded.SelectMany(number => ((string, string)[])
        [
            ("min_" + number.Name, $"only with so many {LogFilterReader.UnitOf(number.Unit)} at least"), ("max_" + number.Name, "at most"),
        ]),
    ];
}
