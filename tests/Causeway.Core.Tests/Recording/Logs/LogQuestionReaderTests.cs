using System.Net;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Core.Tests.Recording.Logs;

public sealed class LogQuestionReaderTests
{
    private static readonly string[] Allowed = ["sort", "order", "limit", "after", "by", "span", "compare"];

    private static LogQuestionReader Read(string query)
    {
        var words = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair.ElementAtOrDefault(1) ?? "")));
        return new LogQuestionReader(words, Allowed, Rows.Now);
    }

    private static LogFilter Filter(string query)
    {
        var reader = Read(query);
        Assert.Null(reader.Problem);
        return reader.Filter;
    }

    [Theory]
    [InlineData("provider=a,b", "provider", false, "a|b")]
    [InlineData("provider=a&provider=b", "provider", false, "a|b")]
    [InlineData("provider=", "provider", false, "-")]
    [InlineData("provider=a,", "provider", false, "a|-")]
    [InlineData("not_model=x", "model", true, "x")]
    [InlineData("dim.feature=login", "dim.feature", false, "login")]
    [InlineData("not_dim.feature=", "dim.feature", true, "-")]
    [InlineData("branch=\"a,b\"", "branch", false, "a,b")]
    [InlineData("status=429,503", "status", false, "429|503")]
    [InlineData("virtual_key_ids=a,b", "virtual_key", false, "a|b")]
    [InlineData("models=x", "model", false, "x")]
    [InlineData("metadata_team=x", "dim.team", false, "x")]
    public void Dimensions_have_values(string query, string dimension, bool isNot, string values)
    {
        var test = Assert.Single(Filter(query).Values);
        Assert.Equal((dimension, isNot, values), (test.Dimension.Name, test.IsNot, string.Join('|', test.AnyOf.Select(value => value ?? "-"))));
    }

    [Theory]
    [InlineData("min_dollars=0.05", "dollars", 50_000_000_000L, null)]
    [InlineData("max_dollars=1", "dollars", null, 1_000_000_000_000L)]
    [InlineData("min_duration=1500&max_duration=2000.5", "duration", 1_500_000L, 2_000_500L)]
    [InlineData("max_first_token=0.25", "first_token", null, 250L)]
    [InlineData("min_input_tokens=1000", "input_tokens", 1000L, null)]
    [InlineData("min_attempts=2", "attempts", 2L, null)]
    [InlineData("max_request_bytes=4096", "request_bytes", null, 4096L)]
    [InlineData("min_latency=7", "duration", 7000L, null)]
    [InlineData("max_cost=2", "dollars", null, 2_000_000_000_000L)]
    public void Numbers_have_bounds_in_the_units_of_answers(string query, string number, long? least, long? most)
    {
        var test = Assert.Single(Filter(query).Ranges);
        Assert.Equal((number, least, most), (test.Number.Name, test.Least, test.Most));
    }

    [Theory]
    [InlineData("from=2026-11-25", "2026-11-25T00:00:00Z", null)]
    [InlineData("from=2026-11-25T10:00:00%2B02:00&to=2026-11-26", "2026-11-25T08:00:00Z", "2026-11-26T00:00:00Z")]
    [InlineData("period=24h", "2026-11-25T12:00:00Z", "2026-11-26T12:00:00Z")]
    [InlineData("period=7d&to=2026-11-08", "2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z")]
    [InlineData("start_time=2026-11-25&end_time=2026-11-26", "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z")]
    public void Times_are_days_moments_or_periods(string query, string from, string? to)
    {
        var filter = Filter(query);
        Assert.Equal((DateTimeOffset.Parse(from), to is null ? null : (DateTimeOffset?)DateTimeOffset.Parse(to)), (filter.From, filter.To));
    }

    [Theory]
    [InlineData("provder=a", "provder", "did you mean provider?")]
    [InlineData("min_dolars=1", "min_dolars", "did you mean min_dollars?")]
    [InlineData("min_time=1", "min_time", "is not known")]
    [InlineData("not_limit=1", "not_limit", "is not known")]
    [InlineData("provider!=a", "provider!", "did you mean provider?")]
    [InlineData("offset=50", "offset", "is not known")]
    [InlineData("dim.=x", "dim.", "is not known")]
    [InlineData("min_duration=long", "min_duration", "'long' must be a number of milliseconds")]
    [InlineData("min_input_tokens=1.5", "min_input_tokens", "must be a number of whole tokens")]
    [InlineData("min_latency=long", "min_latency", "must be a number of milliseconds")]
    [InlineData("min_dollars=1&min_dollars=2", "min_dollars", "is there twice")]
    [InlineData("min_dollars=2&max_dollars=1", "max_dollars", "must not be less than `min_dollars`")]
    [InlineData("status=error", "status", "values of `outcome`")]
    [InlineData("outcome=failed", "outcome", "must be ok, error or abandoned")]
    [InlineData("stream=yes", "stream", "must be true or false")]
    [InlineData("from=yesterday", "from", "must be a day such as")]
    [InlineData("from=2026-11-26&to=2026-11-25", "to", "must be later than `from`")]
    [InlineData("from=2026-11-26&from=2026-11-25", "from", "is there twice")]
    [InlineData("period=soon", "period", "such as 24h")]
    [InlineData("period=0h", "period", "such as 24h")]
    [InlineData("period=24h&from=2026-11-25", "period", "cannot stand beside `from`")]
    public void What_makes_no_sense_is_named_with_the_fix(string query, string name, string fix)
    {
        var problem = Read(query).Problem!;
        Assert.Equal(name, problem.Name);
        Assert.Contains(fix, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0", "must be a number from 1 to 1000")]
    [InlineData("limit=1001", "must be a number from 1 to 1000")]
    [InlineData("limit=5&limit=6", "is there twice")]
    [InlineData("order=up", "must be one of asc, desc")]
    [InlineData("by=modle", "did you mean model?")]
    [InlineData("by=provider,model,user", "more than 2 dimensions")]
    [InlineData("compare=yes", "must be one of true, false")]
    public void So_is_what_a_question_has_of_its_own(string query, string fix)
    {
        var reader = Read(query);
        _ = (reader.Count("limit", 50, 1000), reader.Choice("order", "desc", ["asc", "desc"]), reader.Dimensions("by", 2), reader.Flag("compare"));
        Assert.Contains(fix, reader.Problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bifrosts_sorts_are_known() => Assert.Equal("duration", Read("sort_by=latency").Choice("sort", "time", ["time", "duration"]));

    [Fact]
    public void What_is_shown_of_a_wrong_value_is_short() => Assert.True(Read("from=" + new string('x', 5000)).Problem!.ToString().Length < 200);

    [Theory]
    [InlineData(true, 17L)]
    [InlineData(false, -3L)]
    [InlineData(false, null)]
    public void Cursors_come_back_as_they_were_and_only_in_the_same_order(bool isAscending, long? value)
    {
        var question = new LogListQuestion(LogFilter.All, 10) { Order = LogNumber.Cost, IsAscending = isAscending };
        var cursor = new LogCursor(value, 99);
        var text = LogCursorText.Of(question, cursor);
        Assert.Equal(Uri.EscapeDataString(text), text);
        Assert.Equal(cursor, LogCursorText.Read(question, text));
        Assert.Null(LogCursorText.Read(question with { IsAscending = !isAscending }, text));
        Assert.Null(LogCursorText.Read(question with { Order = LogNumber.Time }, text));
        foreach (var broken in (string[])["", "x", "dollars~asc~1", "dollars~desc~~", "dollars~asc~a~1", text + "~1"]) Assert.Null(LogCursorText.Read(question, broken));
    }
}
