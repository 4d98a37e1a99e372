using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Core.Tests.Recording.Logs;

public sealed class SessionTreeTests
{
    private static string Shape(SessionTree node) => $"{node.Agent ?? "main"}:{node.Requests.Count}{(node.Agents.Count == 0 ? "" : $"({string.Join(' ', node.Agents.Select(Shape))})")}";

    private static int Depth(SessionTree node) => 1 + node.Agents.Select(Depth).DefaultIfEmpty(0).Max();

    [Fact]
    public void Agents_hang_below_those_that_made_them_and_sums_go_up()
    {
        var tree = SessionTree.Of(
        [
            Rows.In("s", 1), Rows.In("s", 10), Rows.In("s", 8, "search", model: "haiku"), Rows.In("s", 7, "search", model: "haiku"), Rows.In("s", 5, "deep", "search", model: "haiku"), Rows.In("s", 9, "plan"),
        ]);
        Assert.Equal("main:2(plan:1 search:2(deep:1))", Shape(tree));
        Assert.True(tree.Requests[0].Time < tree.Requests[1].Time);
        Assert.Equal((2, 6), (tree.Own.Requests, tree.Total.Requests));
        Assert.Equal(0.06m, Picodollars.Dollars(tree.Total.Picodollars));
        var search = tree.Agents[1];
        Assert.Equal((2, 3, 3000, 0.75), (search.Own.Requests, search.Total.Requests, search.Total.InputTokens, search.Total.CacheHitShare()));
        Assert.Equal(["gpt-4o", "haiku"], tree.Models());
        Assert.Equal(["haiku"], search.Models());
    }

    [Fact]
    public void Makers_that_nobody_knows_or_who_made_each_other_take_nothing_away()
    {
        Assert.Equal("main:0(a:1)", Shape(SessionTree.Of([Rows.In("s", 1, "a", "nobody")])));
        Assert.Equal("main:0(a:1)", Shape(SessionTree.Of([Rows.In("s", 1, "a", "a")])));
        var both = SessionTree.Of([Rows.In("s", 2, "a", "b"), Rows.In("s", 1, "b", "a")]);
        Assert.Equal(("main:0(a:1 b:1)", 2), (Shape(both), both.Total.Requests));
    }

    [Fact]
    public void An_endless_line_of_agents_is_all_there_and_not_too_deep()
    {
        var tree = SessionTree.Of(Enumerable.Range(0, 5000).Select(i => Rows.In("s", 5000 - i, $"a{i}", $"a{i - 1}")));
        Assert.Equal((5000, 5000), (tree.Total.Requests, tree.All().Count()));
        Assert.InRange(Depth(tree), 15, 30);
    }

    [Fact]
    public async Task The_list_says_what_sessions_are_about()
    {
        var store = MemoryLogStore.Of(
            Rows.In("one", 50) with { Repository = "acme/shop", Branch = "main", Client = "claude-cli/2.1.0" }, Rows.In("two", 40, model: "haiku"), Rows.In("one", 30, "sub") with { Dollars = 5 }, Rows.Of(20), Rows.In("three", 10));
        var newest = await SessionList.OfAsync(store, LogFilter.All, LogOrder.Last, 0, 2, TestContext.Current.CancellationToken);
        Assert.Equal((true, "three|one"), (newest.HasMore, string.Join('|', newest.Sessions.Select(session => session.Sum.Value))));
        var rest = await SessionList.OfAsync(store, LogFilter.All, LogOrder.Last, 2, 2, TestContext.Current.CancellationToken);
        Assert.Equal((false, "two"), (rest.HasMore, Assert.Single(rest.Sessions).Sum.Value));
        var dearest = (await SessionList.OfAsync(store, LogFilter.All, LogOrder.Cost, 0, 9, TestContext.Current.CancellationToken)).Sessions;
        Assert.Equal(("one", 3), (dearest[0].Sum.Value, dearest.Count));
    }

    [Fact]
    public async Task A_report_has_a_row_for_each_branch_of_each_repository()
    {
        var store = MemoryLogStore.Of(
            Rows.In("1", 9) with { Repository = "acme/shop", Branch = "main" }, Rows.In("1", 8) with { Repository = "acme/shop", Branch = "main" }, Rows.In("2", 7) with { Repository = "acme/shop", Branch = "fix", Dollars = 3.5m },
            Rows.In("3", 6) with { Repository = "acme/site", Branch = "main", Unrated = 1 }, Rows.Of(5), Rows.Of(5) with { Custom = [new("feature", "=cmd()")] });
        var report = await GroupReport.OfAsync(store, LogFilter.All, GroupReport.Branches, 100, TestContext.Current.CancellationToken);
        Assert.Equal(
            ["acme/shop fix 1 1 3.5", "acme/shop main 2 1 0.02", "- - 2 0 0.02", "acme/site main 1 1 0.01"],
            report.Groups.Select(group => $"{group.Values[0] ?? "-"} {group.Values[1] ?? "-"} {group.Sum.Requests} {group.Sessions} {Picodollars.Dollars(group.Sum.Picodollars)}"));
        Assert.Equal(3.55m, Picodollars.Dollars(report.Total.Picodollars));
        var lines = report.ToTable().Split(Environment.NewLine);
        Assert.Equal("repository  branch  sessions  requests  dollars  input tokens  cached  output tokens  unknown cost", lines[0]);
        Assert.Equal("total                                6   3.5500         6,000     75%          1,800             1", lines[5]);
        Assert.StartsWith("repository,branch,sessions,requests,", report.ToCsv(), StringComparison.Ordinal);
        var features = await GroupReport.OfAsync(store, LogFilter.All, [LogDimension.Custom("feature")], 100, TestContext.Current.CancellationToken);
        Assert.Contains("\r\n'=cmd(),0,1,", features.ToCsv(), StringComparison.Ordinal);
    }
}
