using System.Diagnostics;
using Causeway.Core.Recording.Log;

namespace Causeway.LogBench;

/// <summary>Asks questions of each kind many times, with varied filters, and says how long they took.</summary>
internal sealed class Questions(ILogStore store, DateTimeOffset from, DateTimeOffset to, int times)
{
    private static readonly string[] Shown = ["provider", "model", "asked", "status", "outcome", "error", "stop", "virtual_key", "team", "user", "client", "repository", "branch", "tool"];

    private readonly Random _random = new(7);
    private readonly Dictionary<LogDimension, IReadOnlyList<KeyValuePair<string?, long>>> _values = [];

    public async Task RunAsync(bool withText)
    {
        foreach (var facet in await store.FacetsAsync(LogFilter.All, LogDimension.All, 100_000, default)) _values[facet.Dimension] = facet.Values;
        Console.WriteLine();
        Console.WriteLine("| question | times | p50 ms | p95 ms | worst ms | CPU p50 | CPU p95 |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        await MeasureAsync("list, all rows", () => ListAsync(LogFilter.All));
        await MeasureAsync("list, one test", () => ListAsync(Filter(1)));
        await MeasureAsync("list, two tests", () => ListAsync(Filter(2)));
        await MeasureAsync("list, three tests", () => ListAsync(Filter(3)));
        await MeasureAsync("list, two tests that no row passes together", () => ListAsync(new LogFilter { Values = [Test("provider", "provider-0"), Test("model", "model-1-20260101")] }));
        await MeasureAsync("list, any order, all rows", () => ListAsync(LogFilter.All, sorted: true));
        await MeasureAsync("list, any order, one test", () => ListAsync(Filter(1), sorted: true));
        await MeasureAsync("list, any order, two tests", () => ListAsync(Filter(2), sorted: true));
        await MeasureAsync("list, by cost, a range of numbers", () => store.ListAsync(new LogListQuestion(Ranges(), 50) { Order = LogNumber.Cost }, default));
        await MeasureAsync("facets, 14 dimensions, all rows", () => FacetsAsync(LogFilter.All));
        await MeasureAsync("facets, 14 dimensions, one test", () => FacetsAsync(Filter(1)));
        await MeasureAsync("facets, 14 dimensions, two tests", () => FacetsAsync(Filter(2)));
        await MeasureAsync("facet, session, all rows", () => store.FacetsAsync(LogFilter.All, [Dimension("session")], 50, default));
        await MeasureAsync("30 days by hour, all rows", () => SumAsync(LogFilter.All, null, TimeSpan.FromHours(1)));
        await MeasureAsync("30 days by hour, one test", () => SumAsync(Filter(1), null, TimeSpan.FromHours(1)));
        await MeasureAsync("30 days by hour, two tests", () => SumAsync(Filter(2), null, TimeSpan.FromHours(1)));
        await MeasureAsync("30 days by day and model, all rows", () => SumAsync(LogFilter.All, "model", TimeSpan.FromDays(1)));
        await MeasureAsync("30 days by day and model, one test", () => SumAsync(Filter(1), "model", TimeSpan.FromDays(1)));
        await MeasureAsync("30 days by day, quantiles, all rows", () => SumAsync(LogFilter.All, null, TimeSpan.FromDays(1), LogMeasures.Quantiles));
        await MeasureAsync("ranking, virtual keys by cost", () => SumAsync(LogFilter.All, "virtual_key", null));
        await MeasureAsync("ranking, 50 sessions by cost", () => store.SumAsync(new LogSumQuestion(LogFilter.All) { By = Dimension("session"), Top = 50, Order = LogOrder.Cost }, default));
        await MeasureAsync("ranking, 50 sessions, one test", () => store.SumAsync(new LogSumQuestion(Filter(1)) { By = Dimension("session"), Top = 50, Order = LogOrder.Cost }, default));
        await MeasureAsync("one row by its id", async () => await store.FindAsync(_ids[_random.Next(_ids.Count)], default));
        if (!withText) return;
        await MeasureAsync("text, a frequent word", () => ListAsync(new LogFilter { Text = $"word{_random.Next(5)}" }));
        await MeasureAsync("text, a rare word", () => ListAsync(new LogFilter { Text = $"word{_random.Next(5000, 20_000)}" }));
        await MeasureAsync("text, no such word", () => ListAsync(new LogFilter { Text = "nowhere" }));
        await MeasureAsync("text, two words", () => ListAsync(new LogFilter { Text = $"word{_random.Next(3)} word{_random.Next(3000)}" }));
        await MeasureAsync("text, a frequent word, a rare filter", () => ListAsync(new LogFilter { Text = "word0", Values = [Rare()] }));
        await MeasureAsync("text, a frequent word, two tests", () => ListAsync(Filter(2) with { Text = "word1" }));
        await MeasureAsync("text, a rare word, a frequent filter", () => ListAsync(new LogFilter { Text = $"word{_random.Next(5000, 20_000)}", Values = [Test("provider", "provider-0")] }));
        await MeasureAsync("text, a rare word by cost", () => store.ListAsync(new LogListQuestion(new LogFilter { Text = $"word{_random.Next(5000, 20_000)}" }, 50) { Order = LogNumber.Cost }, default));
        await MeasureAsync("text, facets of a rare word", () => FacetsAsync(new LogFilter { Text = $"word{_random.Next(5000, 20_000)}" }));
        await MeasureAsync("text, sums of a frequent word", () => SumAsync(new LogFilter { Text = "word0" }, null, TimeSpan.FromDays(1)), 3);
    }

    private readonly List<Guid> _ids = [];

    private async Task MeasureAsync(string name, Func<Task> ask, int? most = null)
    {
        await ask();   // warm
        var (spent, cpu) = (new List<double>(), new List<double>());
        for (var i = 0; i < (most ?? times); i++)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await ask();
            spent.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            cpu.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        spent.Sort();
        cpu.Sort();
        Console.WriteLine($"| {name} | {spent.Count} | {Share(spent, 0.5)} | {Share(spent, 0.95)} | {Share(spent, 1)} | {Share(cpu, 0.5)} | {Share(cpu, 0.95)} |");

        static string Share(List<double> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1].ToString("F1");
    }

    private async Task ListAsync(LogFilter filter, bool sorted = false)
    {
        var order = sorted ? LogNumber.All[_random.Next(LogNumber.All.Count)] : LogNumber.Time;
        var page = await store.ListAsync(new LogListQuestion(filter, 50) { Order = order, IsAscending = sorted && _random.Next(2) == 0 }, default);
        if (page.Entries.Count > 0 && _ids.Count < 1000) _ids.Add(page.Entries[^1].Id);
    }

    private Task<IReadOnlyList<LogFacet>> FacetsAsync(LogFilter filter) => store.FacetsAsync(filter, [.. Shown.Select(Dimension)], 20, default);

    private Task<IReadOnlyList<LogSum>> SumAsync(LogFilter filter, string? by, TimeSpan? span, LogMeasures measures = LogMeasures.None) =>
        store.SumAsync(new LogSumQuestion(filter) { By = by is null ? null : Dimension(by), Span = span, Order = LogOrder.Cost, Measures = measures }, default);

    private LogFilter Filter(int tests) => new()
    {
        From = _random.Next(3) == 0 ? from + ((to - from) * _random.NextDouble()) : null,
        Values = [.. Enumerable.Range(0, tests).Select(_ => Any())],
        Ranges = _random.Next(4) == 0 ? Ranges().Ranges : [],
    };

    private static LogFilter Ranges() => new() { Ranges = [new LogRangeTest(LogNumber.Duration, 5_000_000, null), new LogRangeTest(LogNumber.Output, 100, 1000)] };

    /// <summary>A test of any dimension with any of its values, frequent or rare, sometimes turned round or of several.</summary>
    private LogValueTest Any()
    {
        var (dimension, values) = _values.ElementAt(_random.Next(_values.Count));
        var first = values[(int)(values.Count * Math.Pow(_random.NextDouble(), 3))].Key;
        return new LogValueTest(dimension, _random.Next(4) == 0 ? [first, values[_random.Next(values.Count)].Key] : [first], _random.Next(6) == 0);
    }

    private LogValueTest Rare()
    {
        var values = _values[Dimension("session")];
        return new LogValueTest(Dimension("session"), [values[_random.Next(values.Count / 2, values.Count)].Key]);
    }

    private static LogValueTest Test(string dimension, string value) => new(Dimension(dimension), [value]);

    private static LogDimension Dimension(string name) => LogDimension.TryFind(name, out var dimension) ? dimension : throw new ArgumentException(name);
}
