using System.Text.Json.Nodes;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Tests.Pipeline;

namespace Causeway.Core.Tests.Recording;

/// <summary>The dashboard for Grafana asks for metrics and labels that there are.</summary>
public sealed class DashboardTests
{
    /// <summary>Labels that are not the gateway's: Prometheus' own, and the bound of buckets.</summary>
    private static readonly string[] OtherLabels = ["instance", "le"];

    private static readonly JsonNode Dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Root(), "packaging", "grafana", "causeway.json")))!;

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Causeway.slnx"))) at = Path.GetDirectoryName(at)!;
        return at;
    }

    private static MetricRegistry Registry()
    {
        var registry = new MetricRegistry();
        _ = new GatewayMetrics(registry);
        var gateway = TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]}}}""");
        StandingMetrics.AddTo(registry, () => gateway, () => new LedgerStatus(0, 0, null), () => new AlertStatus(0, 0, 0, 0), () => new LogStatus(0, 0, 0, 0, 0, null), TimeProvider.System);
        ProcessMetrics.AddTo(registry, "1");
        return registry;
    }

    private static IEnumerable<string> Queries() =>
        from panel in Dashboard["panels"]!.AsArray() from target in panel!["targets"]?.AsArray() ?? [] select (string)target!["expr"]!;

    /// <summary>The names in a query, in their order, without texts and functions.</summary>
    private static IEnumerable<(string Name, bool IsCall, bool InBraces)> Names(string query)
    {
        var (braces, inText) = (false, false);
        for (var i = 0; i < query.Length;)
        {
            if (query[i] == '"') inText = !inText;
            else if (!inText && query[i] is '{' or '}') braces = query[i] == '{';
            var from = i;
            while (!inText && i < query.Length && (char.IsAsciiLetter(query[i]) || query[i] is '_' or '$' || (i > from && char.IsAsciiDigit(query[i])))) i++;
            if (i == from) i++;
            else yield return (query[from..i], i < query.Length && query[i] == '(', braces);
        }
    }

    [Fact]
    public void Every_metric_and_label_that_it_asks_for_is_there()
    {
        var infos = Registry().Infos.ToList();
        var known = infos.SelectMany(info => info.Kind == MetricKind.Histogram ? (string[])[info.FullName + "_bucket", info.FullName + "_sum", info.FullName + "_count"] : [info.FullName]).ToHashSet();
        var labels = infos.SelectMany(info => info.Labels).Select(label => label.Name).Concat(OtherLabels).ToHashSet();
        var asked = new HashSet<string>();
        foreach (var query in Queries())
        {
            foreach (var (name, isCall, inBraces) in Names(query))
            {
                if (isCall || name is "sum" or "min" or "max" or "by" or "or" || name[0] == '$') continue;
                if (name.StartsWith("causeway_", StringComparison.Ordinal) || name.StartsWith("process_", StringComparison.Ordinal))
                {
                    Assert.True(known.Contains(name), $"{name} in {query}");
                    var info = infos.Single(info => name.StartsWith(info.FullName, StringComparison.Ordinal) && known.Contains(name) && (name == info.FullName || info.Kind == MetricKind.Histogram));
                    asked.Add(info.FullName);
                    if (inBraces) Assert.Fail($"{name} is no label: {query}");
                }
                else
                {
                    Assert.True(labels.Contains(name), $"{name} in {query}");
                }
            }
        }

        Assert.Equal(infos.Select(info => info.FullName).Where(name => name is not "process_start_time_seconds").Order(), asked.Order());   // it shows all there is
    }

    [Fact]
    public void Each_selector_has_labels_that_its_own_metric_has()
    {
        var infos = Registry().Infos.ToList();
        foreach (var query in Queries())
        {
            string? metric = null;
            foreach (var (name, _, inBraces) in Names(query))
            {
                if (name.StartsWith("causeway_", StringComparison.Ordinal)) metric = name;
                else if (inBraces && metric is not null && name != "instance")
                    Assert.Contains(infos.First(info => metric.StartsWith(info.FullName, StringComparison.Ordinal)).Labels, label => label.Name == name);
            }
        }
    }

    [Fact]
    public void The_source_of_its_data_is_chosen_by_who_looks_at_it()
    {
        var variables = Dashboard["templating"]!["list"]!.AsArray();
        Assert.Equal(("datasource", "prometheus"), ((string?)variables[0]!["type"], (string?)variables[0]!["query"]));
        var panels = Dashboard["panels"]!.AsArray().Where(panel => (string?)panel!["type"] != "row").ToList();
        Assert.All(panels, panel => Assert.Equal("${datasource}", (string?)panel!["datasource"]!["uid"]));
        Assert.Equal(Dashboard["panels"]!.AsArray().Count, Dashboard["panels"]!.AsArray().Select(panel => (int)panel!["id"]!).Distinct().Count());
        Assert.All(panels, panel => Assert.InRange((int)panel!["gridPos"]!["x"]! + (int)panel["gridPos"]!["w"]!, 1, 24));
    }
}
