using Causeway.Core.Recording.Log;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Logs;

/// <summary>Questions are answered as a plain walk over all rows answers them, be they in sealed blocks or not.</summary>
public abstract partial class LogContract
{
    /// <summary>Two sealed blocks, and some rows more.</summary>
    private const int Rows = 20_000;

    private static readonly LogDimension[] Dimensions = [.. LogDimension.All, LogDimension.Custom("feature"), LogDimension.Custom("rare1"), LogDimension.Custom("never")];

    protected async Task<LogNaive> FillAsync(int seed, int count = Rows, int batch = 3000)
    {
        var entries = LogEntries.Random(seed, count, TimeSpan.FromSeconds(30));
        foreach (var some in entries.Chunk(batch)) await Store.AddAsync(some);
        return new LogNaive(entries);
    }

    [Fact]
    public async Task Every_dimension_and_number_filters_lists_and_counts()
    {
        var naive = await FillAsync(1);
        var random = new Random(1);
        foreach (var dimension in Dimensions)
        {
            string?[] values = [.. naive.Facet(LogFilter.All, dimension).Keys.Select(value => value == "(none)" ? null : value)];
            foreach (var isNot in (bool[])[false, true])
            {
                await AssertAsync(naive, new LogFilter { Values = [new(dimension, [values[random.Next(values.Length)]], isNot)] });
                await AssertAsync(naive, new LogFilter { Values = [new(dimension, [values[random.Next(values.Length)], null, values[^1], "no such value"], isNot)] });
                await AssertAsync(naive, new LogFilter { Values = [new(dimension, ["no such value"], isNot)] });
                await AssertAsync(naive, new LogFilter { Values = [new(dimension, [], isNot)] });
            }
        }

        foreach (var number in LogNumber.All)
        {
            var values = naive.Where(LogFilter.All).Select(number.Of).Where(value => value is not null).Select(value => value!.Value).Order().ToList();
            var (low, high) = (values[values.Count / 3], values[values.Count / 2]);
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, low, high)] });
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, null, low)] });
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, high + 1, null)] });
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, null, null)] });
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, long.MinValue, long.MaxValue)] });
            await AssertAsync(naive, new LogFilter { Ranges = [new(number, high, low)] });
        }
    }

    [Fact]
    public async Task Tests_together_must_all_hold()
    {
        var naive = await FillAsync(2);
        var random = new Random(2);
        var all = naive.Where(LogFilter.All);
        for (var i = 0; i < 60; i++) await AssertAsync(naive, RandomFilter(random, all));
    }

    [Fact]
    public async Task Lists_are_sorted_by_every_number_both_ways_and_pages_follow_each_other()
    {
        var naive = await FillAsync(3);
        foreach (var number in LogNumber.All)
        {
            foreach (var isAscending in (bool[])[false, true])
            {
                foreach (var filter in (LogFilter[])[LogFilter.All, Where("error", "e1"), new() { From = Noon.AddHours(3), To = Noon.AddHours(4) }])
                {
                    var question = new LogListQuestion(filter, 70) { Order = number, IsAscending = isAscending };
                    var expected = naive.List(question);
                    var (read, pages) = (new List<LogEntry>(), 0);
                    for (LogCursor? after = null; pages == 0 || (after is not null && pages < 6); pages++)
                    {
                        var page = await Store.ListAsync(question with { After = after }, Cancel);
                        read.AddRange(page.Entries);
                        after = page.Next;
                    }

                    Assert.Equal(expected.Take(6 * 70).Select(entry => entry.Id), read.Select(entry => entry.Id));
                }
            }
        }
    }

    [Fact]
    public async Task Pages_hold_while_rows_are_added_and_the_last_page_says_so()
    {
        var entries = Many(100);
        await Store.AddAsync(entries);
        var first = await Store.ListAsync(new LogListQuestion(LogFilter.All, 40), Cancel);
        await Store.AddAsync(Enumerable.Range(100, 50).Select(Number));
        var second = await Store.ListAsync(new LogListQuestion(LogFilter.All, 40) { After = first.Next }, Cancel);
        var third = await Store.ListAsync(new LogListQuestion(LogFilter.All, 20) { After = second.Next }, Cancel);
        Assert.Equal(entries.AsEnumerable().Reverse().Select(entry => entry.Id), first.Entries.Concat(second.Entries).Concat(third.Entries).Select(entry => entry.Id));
        Assert.Null(third.Next);
        Assert.Empty((await Store.ListAsync(new LogListQuestion(LogFilter.All, 0), Cancel)).Entries);
    }

    [Fact]
    public async Task Facets_count_values_the_most_frequent_first()
    {
        var naive = await FillAsync(4);
        foreach (var filter in (LogFilter[])[LogFilter.All, Where("provider", "p0"), new() { Values = [new(Dimension("tool"), ["t1"], true)], From = Noon.AddHours(100) }, Where("model", "no such")])
        {
            foreach (var facet in await Store.FacetsAsync(filter, Dimensions, 15, Cancel))
            {
                var expected = naive.Facet(filter, facet.Dimension);
                Assert.Equal(expected.Values.OrderDescending().Take(15), facet.Values.Select(pair => pair.Value));
                Assert.All(facet.Values, pair => Assert.Equal(expected[pair.Key ?? "(none)"], pair.Value));
                Assert.Equal(expected.Count > 15, facet.HasMore);
            }
        }
    }

    [Fact]
    public async Task Sums_are_exact_by_value_and_span_with_the_rest_together()
    {
        var naive = await FillAsync(5);
        var random = new Random(5);
        var all = naive.Where(LogFilter.All);
        foreach (var by in (LogDimension?[])[null, .. Dimensions])
        {
            TimeSpan? span = random.Next(3) switch { 0 => null, 1 => TimeSpan.FromHours(1), _ => TimeSpan.FromDays(1) };
            var filter = random.Next(2) == 0 ? LogFilter.All : RandomFilter(random, all);
            await AssertSumsAsync(naive, new LogSumQuestion(filter) { By = by, Span = span, Offset = TimeSpan.FromMinutes(random.Next(-120, 120)), Measures = (LogMeasures)random.Next(2) });
        }

        foreach (var order in Enum.GetValues<LogOrder>()) await AssertSumsAsync(naive, new LogSumQuestion(LogFilter.All) { By = Dimension("virtual_key"), Top = 7, Order = order, Span = TimeSpan.FromDays(2) });
        await AssertSumsAsync(naive, new LogSumQuestion(LogFilter.All) { By = Dimension("loss"), Top = 7, Order = LogOrder.Cost });
        await AssertSumsAsync(naive, new LogSumQuestion(LogFilter.All) { Span = TimeSpan.FromDays(7), Measures = LogMeasures.Quantiles });
    }

    [Fact]
    public async Task Sums_are_in_the_order_that_was_asked_for()
    {
        await Store.AddAsync(Number(1) with { Model = "a", Dollars = 1 }, Number(2) with { Model = "b", Dollars = 5 }, Number(3) with { Model = "a", Dollars = 2 }, Number(4) with { Model = null, Dollars = 9 }, Number(7200) with { Model = "b", Dollars = 1 });
        async Task<string> OrderAsync(LogOrder order, int top = 10, TimeSpan? span = null) =>
            string.Join(' ', (await Store.SumAsync(new LogSumQuestion(LogFilter.All) { By = Dimension("model"), Order = order, Top = top, Span = span }, Cancel)).Select(sum => $"{(sum.IsRest ? "rest" : sum.Value ?? "none")}{sum.From?.Hour}:{sum.Requests}"));
        Assert.Equal("none:1 b:2 a:2", await OrderAsync(LogOrder.Cost));
        Assert.Equal("b:2 none:1 a:2", await OrderAsync(LogOrder.Last));
        Assert.Equal("none:1 rest:4", await OrderAsync(LogOrder.Cost, 1));
        Assert.Equal("b12:1 b14:1 none12:1 a12:2", await OrderAsync(LogOrder.Last, 10, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Sums_of_nonsense_do_not_overflow()
    {
        await Store.AddAsync(Many(500).Select(entry => entry with { Dollars = 9_000_000, InputTokens = long.MaxValue / 2, SavedDollars = entry.OutputTokens % 2 == 0 ? -9_000_000 : 1 }));
        var sum = (await Store.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single();
        Assert.Equal((500 * (Int128)9_000_000_000_000_000_000, long.MaxValue), (sum.Picodollars, sum.InputTokens));
        Assert.Equal((-250 * (Int128)9_000_000_000_000_000_000) + (250 * (Int128)1_000_000_000_000), sum.SavedPicodollars);
        var part = (await Store.SumAsync(new LogSumQuestion(new LogFilter { Ranges = [new(LogNumber.Output, 1, 400)] }), Cancel)).Single();
        Assert.Equal(400 * (Int128)9_000_000_000_000_000_000, part.Picodollars);
    }

    [Fact]
    public async Task A_question_that_is_given_up_ends()
    {
        await FillAsync(6, 9000, 9000);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SumAsync(new LogSumQuestion(LogFilter.All), stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAsync(new LogListQuestion(LogFilter.All, 5), stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.FacetsAsync(LogFilter.All, Dimensions, 5, stop.Token));
        Assert.Equal(9000, (await Store.SumAsync(new LogSumQuestion(LogFilter.All), Cancel)).Single().Requests);
    }

    protected async Task AssertAsync(LogNaive naive, LogFilter filter)
    {
        var expected = naive.Where(filter);
        Assert.Equal(expected.Count, (await Store.SumAsync(new LogSumQuestion(filter), Cancel)).Single().Requests);
        Assert.Equal(naive.List(new LogListQuestion(filter, 20)).Take(20).Select(entry => entry.Id), (await Store.ListAsync(new LogListQuestion(filter, 20), Cancel)).Entries.Select(entry => entry.Id));
    }

    protected async Task AssertSumsAsync(LogNaive naive, LogSumQuestion question)
    {
        var sums = await Store.SumAsync(question, Cancel);
        Assert.Equal(naive.Sums(question), sums.Select(LogNaive.Text).Order(StringComparer.Ordinal));
    }

    private static LogFilter RandomFilter(Random random, List<LogEntry> entries)
    {
        var (values, ranges) = (new List<LogValueTest>(), new List<LogRangeTest>());
        for (var i = random.Next(3); i >= 0; i--)
        {
            var dimension = Dimensions[random.Next(Dimensions.Length)];
            string?[] anyOf = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => dimension.Of(entries[random.Next(entries.Count)]) is { Count: > 0 } some ? some[0] : null)];
            values.Add(new LogValueTest(dimension, anyOf, random.Next(3) == 0));
        }

        for (var i = random.Next(2); i > 0; i--)
        {
            var number = LogNumber.All[random.Next(LogNumber.All.Count)];
            var bound = number.Of(entries[random.Next(entries.Count)]) ?? 0;
            ranges.Add(random.Next(2) == 0 ? new LogRangeTest(number, bound, null) : new LogRangeTest(number, null, bound));
        }

        var from = entries[random.Next(entries.Count)].Time;
        return new LogFilter { Values = values, Ranges = ranges, From = random.Next(2) == 0 ? from : null, To = random.Next(3) == 0 ? from.AddHours(30) : null };
    }
}
