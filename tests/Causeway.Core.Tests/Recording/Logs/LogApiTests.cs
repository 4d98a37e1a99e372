using System.Text;
using System.Text.Json.Nodes;
using Causeway.Admin;
using Causeway.Admin.Access;
using Causeway.Admin.Logs;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Recording.Logs;

/// <summary>The log's part of the management API without the network.</summary>
public sealed class LogApiTests
{
    private static readonly FakeTimeProvider Time = new(Rows.Now);

    private static readonly LogEntry Known = Rows.Of(30) with
    {
        Route = "rule cheap -> groq", Losses = [new LogLoss("top_k", "there is no such field", 2, false)], Custom = [new("feature", "login")], Session = "s1", Repository = "acme/shop",
        Attempts = [new LogAttempt("openai", "gpt-4o", "first", 503, TimeSpan.FromMilliseconds(12.5), "it is down"), new LogAttempt("groq", "llama", null, 200, TimeSpan.FromSeconds(1)) { Dollars = 0.01m, InputTokens = 1000 }],
    };

    /// <summary>As the packer packs a short body: one that is no reference and not compressed.</summary>
    private static LogContent Said(string json)
    {
        using var packer = new BodyPacker(Time);
        return new LogContent { Text = "forty two", Parts = [new LogPart(LogPartKind.Answer, packer.Pack(Encoding.UTF8.GetBytes(json)))] };
    }

    private static MemoryLogStore Store() => MemoryLogStore.With(Known, Said("""{"parts":[{"type":"text","text":"forty-two"}]}"""),
        Rows.Of(60 * 30, model: "old", dollars: 0.04m), Rows.Of(40, "groq", "llama", 0.02m), Known, Rows.Of(20, status: 429, dollars: null), Rows.Of(10, status: 499) with { OutputTokens = null, FirstToken = null });

    private static LogQuery Query(ILogStore? store) => new(store is null ? null : () => Task.FromResult(store), Time);

    private static (ApiCall Call, Func<string> Text) Call(string query, Role role, params string[] ids)
    {
        var http = new DefaultHttpContext();
        var body = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        http.Request.QueryString = new QueryString(query);
        return (new ApiCall(http, new Principal("account:x", role, "x"), ids), () => Encoding.UTF8.GetString(body.ToArray()));
    }

    private static async Task<(int Status, string Text)> AskAsync(Func<ApiCall, ValueTask> handle, string query = "", Role role = Role.Viewer, params string[] ids)
    {
        var (call, text) = Call(query, role, ids);
        await handle(call);
        await call.Http.Response.CompleteAsync();
        return (call.Http.Response.StatusCode, text());
    }

    private static async Task<JsonObject> JsonAsync(Func<ApiCall, ValueTask> handle, string query = "", Role role = Role.Viewer, params string[] ids)
    {
        var (status, text) = await AskAsync(handle, query, role, ids);
        Assert.True(status == 200, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private static LogsEndpoint Logs(ILogStore? store, ManagedConfig? managed = null) => new(Query(store), managed!, Time);

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await JsonAsync(Logs(Store()).ListAsync, $"?sort=dollars&limit=2{after}");
            seen.AddRange(page["items"]!.AsArray().Select(row => $"{row!["model"]} {row["dollars"]}"));
            after = page["next_after"] is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        Assert.Equal(["old 0.04", "llama 0.02", "gpt-4o 0.01", "gpt-4o 0.01", "gpt-4o "], seen);
    }

    [Fact]
    public async Task A_row_has_all_that_there_is()
    {
        var row = await JsonAsync(Logs(Store()).GetAsync, ids: Known.Id.ToString());
        Assert.Equal(("rule cheap -> groq", "2026-11-26T11:30:00.000Z", "ok", "login"), ((string)row["route"]!, (string)row["time"]!, (string)row["outcome"]!, (string)row["dim"]!["feature"]!));
        Assert.Equal((2000m, 500.25m, 1.234m, 200.033339), ((decimal)row["duration"]!, (decimal)row["first_token"]!, (decimal)row["overhead"]!, (double)row["tokens_per_second"]!));
        Assert.Equal((2, 503, 12.5m, "it is down"), ((int)row["attempts"]!, (int)row["trail"]![0]!["status"]!, (decimal)row["trail"]![0]!["duration"]!, (string)row["trail"]![0]!["why"]!));
        Assert.Equal("""["top_k"]""", row["losses"]!.ToJsonString());
        Assert.Equal("""[{"path":"top_k","reason":"there is no such field","count":2,"of":"request"}]""", row["loss_details"]!.ToJsonString());
        Assert.Equal(404, (await AskAsync(Logs(Store()).GetAsync, ids: Guid.NewGuid().ToString())).Status);
        Assert.Equal(404, (await AskAsync(Logs(Store()).GetAsync, ids: "not-there")).Status);
    }

    [Fact]
    public async Task What_was_said_is_for_those_who_may_see_it()
    {
        Assert.Equal("forty-two", (string)(await JsonAsync(Logs(Store()).ContentAsync, role: Role.Editor, ids: Known.Id.ToString()))["answer"]!["parts"]![0]!["text"]!);
        var (store, kept) = (Store(), Rows.Of(5));
        await store.AddAsync([new LogRecord(kept)], TestContext.Current.CancellationToken);
        Assert.Contains("no_content", (await AskAsync(Logs(store).ContentAsync, role: Role.Editor, ids: kept.Id.ToString())).Text, StringComparison.Ordinal);
        var (status, text) = await AskAsync(Logs(Store()).ListAsync, "?text=secret");
        Assert.Equal(403, status);
        Assert.Contains("needs the role editor", text, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(Logs(Store()).ListAsync, "?content_search=secret", Role.Editor)).Status);
        var export = new LogExportEndpoint(Query(Store()));
        Assert.Equal(403, (await AskAsync(export.LinesAsync, "?content=true")).Status);
        var lines = (await AskAsync(export.LinesAsync, "?content=true", Role.Editor)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(5, lines.Count);
        Assert.Equal("forty-two", (string)lines.Single(line => (string)line["id"]! == Known.Id.ToString())["content"]!["answer"]!["parts"]![0]!["text"]!);
        Assert.All(lines, line => Assert.True(line.AsObject().ContainsKey("content") && line["trail"] is JsonArray));
        Assert.DoesNotContain("content", (await AskAsync(export.LinesAsync)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sums_are_those_of_the_rows_and_stand_beside_the_period_before()
    {
        var stats = await JsonAsync(new LogSumsEndpoint(Query(Store())).StatsAsync, "?period=24h&compare=true");
        var (now, before, change) = (stats["total"]!, stats["before"]!, stats["change"]!);
        Assert.Equal((4, 1, 1, 0.25, 0.04m, 0.75), ((int)now["requests"]!, (int)now["errors"]!, (int)now["abandoned"]!, (double)now["error_rate"]!, (decimal)now["dollars"]!, (double)now["cache_hit_share"]!));
        Assert.Equal(("2026-11-24T12:00:00.000Z", "2026-11-25T12:00:00.000Z", 1), ((string)before["from"]!, (string)before["to"]!, (int)before["total"]!["requests"]!));
        Assert.Equal((3.0, 0.0, null), ((double)change["requests"]!, (double)change["dollars"]!, change["errors"]));
        Assert.InRange((double)now["duration"]!["p95"]!, 1900, 2000);
        Assert.Equal((3, 500.25), ((int)now["first_token"]!["count"]!, (double)now["first_token"]!["longest"]!));
        Assert.Contains("needs a period", (await AskAsync(new LogSumsEndpoint(Query(Store())).StatsAsync, "?compare=true")).Text, StringComparison.Ordinal);
        var nothing = await JsonAsync(new LogSumsEndpoint(Query(MemoryLogStore.Of())).StatsAsync);
        Assert.Equal((0, null, null), ((int)nothing["total"]!["requests"]!, nothing["total"]!["error_rate"], nothing["total"]!["first"]));
    }

    [Fact]
    public async Task Facets_count_values()
    {
        var facets = await JsonAsync(new LogSumsEndpoint(Query(Store())).FacetsAsync, "?by=provider,dim.feature&top=1");
        Assert.Equal("""[{"name":"provider","values":[{"value":"openai","requests":4}],"has_more":true},{"name":"dim.feature","values":[{"value":null,"requests":4}],"has_more":true}]""", facets["facets"]!.ToJsonString());
        Assert.Equal("""["dim.feature"]""", facets["custom"]!.ToJsonString());
        Assert.True((await JsonAsync(new LogSumsEndpoint(Query(Store())).FacetsAsync))["facets"]!.AsArray().Count > 10);
    }

    [Fact]
    public async Task Histograms_have_bars_of_a_fitting_width()
    {
        var endpoint = new LogSumsEndpoint(Query(Store()));
        var hours = await JsonAsync(endpoint.HistogramAsync, "?span=1h&by=provider");
        Assert.Equal(["2026-11-25T06:00:00.000Z openai 1", "2026-11-26T11:00:00.000Z openai 3", "2026-11-26T11:00:00.000Z groq 1"], hours["items"]!.AsArray().Select(bar => $"{bar!["from"]} {bar["value"]} {bar["requests"]}"));
        Assert.Equal(("1h", 3600), ((string)hours["span"]!, (int)hours["span_seconds"]!));
        var days = await JsonAsync(endpoint.HistogramAsync, "?span=1d&zone=%2B02:00");
        Assert.Equal(["2026-11-24T22:00:00.000Z", "2026-11-25T22:00:00.000Z"], days["items"]!.AsArray().Select(bar => (string)bar!["from"]!));
        Assert.Equal("1h", (string)(await JsonAsync(endpoint.HistogramAsync))["span"]!);   // thirty hours of rows
        Assert.Equal("15m", (string)(await JsonAsync(endpoint.HistogramAsync, "?period=24h&span=auto"))["span"]!);
        Assert.Contains("more than 2000 bars", (await AskAsync(endpoint.HistogramAsync, "?period=30d&span=1m")).Text, StringComparison.Ordinal);
        Assert.Contains("such as 1h", (await AskAsync(endpoint.HistogramAsync, "?span=wide")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rankings_have_shares_and_what_was_before()
    {
        var endpoint = new LogRankingsEndpoint(Query(MemoryLogStore.Of(Rows.Of(60 * 25, model: "a", dollars: 0.1m), Rows.Of(60, model: "a", dollars: 0.3m), Rows.Of(50, model: "b", dollars: 0.1m), Rows.Of(40, model: "c", dollars: 0.6m))));
        var ranks = (await JsonAsync(endpoint.RankAsync, "?by=model&period=24h&top=2"))["items"]!.AsArray();
        Assert.Equal(["c 0.6 0.6 ", "a 0.3 0.3 2", " 0.1 0.1 "], ranks.Select(rank => $"{rank!["value"]} {rank["dollars"]} {rank["share"]} {rank["change"]}"));
        Assert.Equal((true, null, 0.1m), ((bool)ranks[2]!["is_rest"]!, ranks[0]!["before"], (decimal)ranks[1]!["before"]!["dollars"]!));
        var last = await JsonAsync(endpoint.RankAsync, "?by=model&sort=last");
        Assert.Equal(("c", null, null), ((string)last["items"]![0]!["value"]!, last["items"]![0]!["share"], last["items"]![0]!["change"]));
        Assert.Equal("model", (string)(await JsonAsync(endpoint.RankAsync))["by"]!);
        Assert.Contains("must be one of cost, requests, tokens, last", (await AskAsync(endpoint.RankAsync, "?by=model&sort=size")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_export_as_CSV_has_a_column_for_each_of_the_clients_dimensions()
    {
        var store = Store();
        await store.AddAsync([new LogRecord(Rows.Of(1) with { Message = "=1+1", Tools = ["Bash", "Read"], Custom = [new("owner", "a, b")] })], TestContext.Current.CancellationToken);
        var lines = (await AskAsync(new LogExportEndpoint(Query(store)).CsvAsync, "?period=24h")).Text.Split("\r\n");
        var names = lines[0].Split(',');
        Assert.Equal(["dim.feature", "dim.owner"], names[^2..]);
        Assert.Equal((7, "", names.Length), (lines.Length, lines[^1], lines[1].Split(',').Length));
        Assert.EndsWith(",,\"a, b\"", lines[^2], StringComparison.Ordinal);
        Assert.Contains(",'=1+1,", lines[^2], StringComparison.Ordinal);
        Assert.Contains(",Bash Read,", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_deleted_and_that_is_noted()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-log-").FullName;
        await using var stores = await Stores.OpenAsync(new SqliteStoreConfig(), folder, TestContext.Current.CancellationToken);
        using var config = new ConfigStore(folder, ConfigLoader.LoadAppDir(folder, static _ => null), static _ => null, NullLogger<ConfigStore>.Instance, Time);
        using var secrets = new SecretKeys(folder, static _ => null);
        var managed = new ManagedConfig(config, secrets, Time, NullLogger<ManagedConfig>.Instance);
        await managed.LoadAsync(stores.Management, TestContext.Current.CancellationToken);
        var store = Store();
        foreach (var wrong in (string[])["{}", """{"ids":[]}""", """{"ids":["x"]}""", """{"ids":"all"}"""])
        {
            var (bad, said) = Call("", Role.Admin);
            bad.Http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(wrong));
            await Logs(store, managed).DeleteAsync(bad);
            Assert.Contains("must be the ids of", said(), StringComparison.Ordinal);
        }

        var (call, text) = Call("", Role.Admin);
        call.Http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"ids":["{{Known.Id}}","{{Guid.NewGuid()}}"]}"""));
        await Logs(store, managed).DeleteAsync(call);
        Assert.Equal("""{"deleted":1}""", text());
        Assert.Null(await store.FindAsync(Known.Id, TestContext.Current.CancellationToken));
        var noted = Assert.Single(await stores.Management.AuditAsync(new AuditFilter { Limit = 10 }, TestContext.Current.CancellationToken));
        Assert.Equal(("account:x", "delete", "log"), (noted.Actor, noted.Action, noted.Kind));
        Assert.Contains(Known.Id.ToString(), noted.Before!, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sessions_are_shown_with_their_tree()
    {
        var endpoint = new SessionsEndpoint(Query(MemoryLogStore.Of(Rows.In("a/b", 9) with { Branch = "fix" }, Rows.In("a/b", 8, "sub") with { Branch = "fix" }, Rows.In("c", 7))));
        var list = await JsonAsync(endpoint.ListAsync, "?limit=1");
        Assert.Equal(("c", "1"), ((string)list["items"]![0]!["id"]!, (string)list["next_after"]!));
        var second = await JsonAsync(endpoint.ListAsync, "?limit=1&after=1");
        Assert.Equal(("a/b", "fix", 2, null), ((string)second["items"]![0]!["id"]!, (string)second["items"]![0]!["branch"]!, (int)second["items"]![0]!["agents"]!, second["next_after"]));
        var tree = await JsonAsync(endpoint.GetAsync, ids: "a/b");
        Assert.Equal(("fix", 2, 1, "sub", false), ((string)tree["branch"]!, (int)tree["main"]!["total"]!["requests"]!, (int)tree["main"]!["own"]!["requests"]!, (string)tree["main"]!["agents"]![0]!["agent"]!, (bool)tree["is_cut"]!));
        Assert.Equal(62_000m, (decimal)tree["main"]!["elapsed"]!);
        Assert.Equal(404, (await AskAsync(endpoint.GetAsync, ids: "nobody's")).Status);
        var report = await JsonAsync(endpoint.BranchesAsync);
        Assert.Equal(["repository", "branch"], report["by"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(2, report["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Without_a_log_or_with_a_broken_one_there_is_an_error()
    {
        var (status, text) = await AskAsync(Logs(null).ListAsync);
        Assert.Equal(503, status);
        Assert.Contains("no_log", text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(async () => await AskAsync(Logs(new MemoryLogStore { IsBroken = true }).ListAsync));   // the API's 503
        Assert.Equal(400, (await AskAsync(Logs(Store()).ListAsync, "?colour=red")).Status);
    }
}
