using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Metrics;

namespace Causeway.Core.Tests.Recording;

public sealed class MetricRegistryTests
{
    private static readonly MetricLabel Model = new("model", IsOpen: true);

    private static string Write(MetricRegistry registry, MetricsFormat format = MetricsFormat.Text)
    {
        using var body = new PooledBuffer();
        registry.Write(body, format);
        return Encoding.UTF8.GetString(body.Span);
    }

    private static string[] Samples(MetricRegistry registry) => [.. Write(registry).Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void The_two_formats_differ_in_what_they_announce()
    {
        var registry = new MetricRegistry();
        registry.AddAmounts(new("paid_dollars", MetricKind.Counter, "dollars", "What \"all\" cost\nin \\.", Model)).With("a").Add(1.250000000001m);
        registry.AddRead(new("app", MetricKind.Info, "", "Which it is.", new MetricLabel("version")), samples => samples.Add(1, "1.2"));
        Assert.Equal("""
            # HELP paid_dollars_total What 'all' cost\nin \\.
            # TYPE paid_dollars_total counter
            paid_dollars_total{model="a"} 1.250000000001
            # HELP app_info Which it is.
            # TYPE app_info gauge
            app_info{version="1.2"} 1

            """, Write(registry));
        Assert.Equal("""
            # TYPE paid_dollars counter
            # UNIT paid_dollars dollars
            # HELP paid_dollars What 'all' cost\nin \\.
            paid_dollars_total{model="a"} 1.250000000001
            # TYPE app info
            # HELP app Which it is.
            app_info{version="1.2"} 1
            # EOF

            """, Write(registry, MetricsFormat.OpenMetrics));
    }

    [Fact]
    public void A_time_that_is_equal_to_a_bound_is_below_it()
    {
        var registry = new MetricRegistry();
        var times = registry.AddDurations(new("took_seconds", MetricKind.Histogram, "seconds", "Times."), new Buckets(0.00005, 0.5, 1)).With();
        foreach (var ticks in (long[])[-5, 0, 500, 501, 5_000_000, 5_000_001, 10_000_000, 10_000_001]) times.Add(TimeSpan.FromTicks(ticks));
        Assert.Equal(
            ["took_seconds_bucket{le=\"5e-05\"} 3", "took_seconds_bucket{le=\"0.5\"} 5", "took_seconds_bucket{le=\"1.0\"} 7", "took_seconds_bucket{le=\"+Inf\"} 8", "took_seconds_sum 3.0001003", "took_seconds_count 8"],
            Samples(registry));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\"b\\c\nd", @"a\""b\\c\nd")]
    [InlineData("a\r\t\0b", "a???b")]
    [InlineData("größe {x}, 模型", "größe {x}, 模型")]
    public void Values_of_labels_are_escaped(string value, string written)
    {
        var registry = new MetricRegistry();
        registry.AddCounts(new("n", MetricKind.Counter, "", "N.", Model)).With(value).Add(1);
        Assert.Equal([$"n_total{{model=\"{written}\"}} 1"], Samples(registry));
    }

    [Fact]
    public void A_label_without_a_value_is_left_out_and_a_long_one_is_cut()
    {
        var registry = new MetricRegistry();
        var counts = registry.AddCounts(new("n", MetricKind.Counter, "", "N.", new("a"), Model));
        counts.With("", "").Add(1);
        counts.With("", new string('x', 100_000)).Add(2);
        Assert.Equal(["n_total 1", $"n_total{{model=\"{new string('x', 200)}\"}} 2"], Samples(registry));
    }

    [Fact]
    public void What_is_beyond_the_bound_is_counted_as_other()
    {
        var registry = new MetricRegistry(mostSeries: 3);
        var counts = registry.AddCounts(new("n", MetricKind.Counter, "", "N.", new("status"), Model));
        for (var i = 0; i < 1000; i++) counts.With(i % 2 == 0 ? "200" : "500", $"m{i}").Add(1);
        Assert.Same(counts.With("200", "m0"), counts.With("200", "m0"));
        Assert.Equal(
            ["n_total{status=\"200\",model=\"m0\"} 1", "n_total{status=\"500\",model=\"m1\"} 1", "n_total{status=\"200\",model=\"m2\"} 1", "n_total{status=\"500\",model=\"other\"} 499", "n_total{status=\"200\",model=\"other\"} 498"],
            Samples(registry));
        registry = new MetricRegistry(mostSeries: 3);
        registry.AddRead(new("g", MetricKind.Gauge, "", "G.", Model), samples =>
        {
            for (var i = 0; i < 5; i++) samples.Add(i, $"m{i}");
        });
        Assert.Equal(3, Samples(registry).Length);
    }

    [Fact]
    public async Task Sums_are_exact_whoever_adds_at_the_same_time()
    {
        const int Threads = 8, Times = 20_000;
        var registry = new MetricRegistry();
        var counts = registry.AddCounts(new("n", MetricKind.Counter, "", "N.", Model));
        var paid = registry.AddAmounts(new("paid_dollars", MetricKind.Counter, "dollars", "Paid.", Model));
        var times = registry.AddDurations(new("took_seconds", MetricKind.Histogram, "seconds", "Times.", Model), Buckets.OfRequests);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                counts.With("a").Add(i);
                paid.With("a").Add(0.000_001_234_567m + thread);
                times.With("a").Add(TimeSpan.FromTicks(thread + 1));
                if (i % 5000 == 0) Write(registry);
            }
        })));
        Assert.Equal((long)Threads * Times * (Times - 1) / 2, counts.With("a").Value);
        Assert.Equal(Times * ((Threads * 0.000_001_234_567m) + (Threads * (Threads - 1) / 2)), paid.With("a").Value);
        Assert.Equal((Threads * Times, TimeSpan.FromTicks(Times * Threads * (Threads + 1) / 2)), (times.With("a").Total, times.With("a").Sum));
    }

    [Theory]
    [InlineData("9000000")]
    [InlineData("0.000000000001")]
    [InlineData("8999999.999999999999")]
    public void The_dearest_and_the_cheapest_call_add_up_to_the_last_decimal(string text)
    {
        var (dollars, sum) = (decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), new Amount());
        for (var i = 0; i < 1000; i++) sum.Add(dollars);
        Assert.Equal(1000 * dollars, sum.Value);
    }

    [Theory]
    [InlineData("", MetricsFormat.Text)]
    [InlineData("*/*", MetricsFormat.Text)]
    [InlineData("text/html", MetricsFormat.Text)]
    [InlineData("application/openmetrics-text", MetricsFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", MetricsFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain", MetricsFormat.Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0", MetricsFormat.Text)]
    [InlineData("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.8", MetricsFormat.Text)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", MetricsFormat.OpenMetrics)]   // Prometheus 2
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1", MetricsFormat.OpenMetrics)]   // Prometheus 3
    public void The_client_chooses_the_format(string accept, MetricsFormat format) => Assert.Equal(format, MetricsFormats.Of(accept));
}
