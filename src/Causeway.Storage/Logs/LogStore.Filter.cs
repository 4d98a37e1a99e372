using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs;

/// <summary>From names to their numbers, and back.</summary>
internal abstract partial class LogStore
{
    /// <summary>Stands for a name that no row has.</summary>
    private const int NoName = -1;

    /// <summary>A filter in the numbers of the store; null: no row can pass.</summary>
    internal async Task<BlockFilter?> FilterAsync(LogFilter filter, CancellationToken cancel)
    {
        var checks = new List<Check>();
        foreach (var test in filter.Values)
        {
            var column = await ColumnAsync(test.Dimension, cancel);
            var values = await ValuesAsync(column, test.AnyOf, cancel);
            if (values.Count == 0 && !test.IsNot) return null;
            if (values.Count > 0) checks.Add(new ValueCheck(column, values, test.IsNot));
        }

        foreach (var test in filter.Ranges) checks.Add(new RangeCheck(LogColumn.Of(test.Number), test.Least ?? NumberSegment.Unknown + 1, test.Most ?? long.MaxValue));
        var text = TextQuery.Of(filter.Text);
        if (text is { Terms.Count: 0 }) return null;
        var from = filter.From is { } first ? StoredTime.Bound(first) : long.MinValue;
        var to = filter.To is { } end ? StoredTime.Bound(end) - 1 : long.MaxValue;
        return from > to ? null : new BlockFilter(from, to, checks, text);
    }

    /// <summary>The column of a dimension; of a client's own that no row has, one that no block has.</summary>
    internal async ValueTask<int> ColumnAsync(LogDimension dimension, CancellationToken cancel)
    {
        if (!dimension.IsCustom) return LogColumn.Of(dimension);
        var name = LogName.Of(LogColumn.CustomNames, dimension.Name[(dimension.Name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return LogColumn.OfCustom(await NumberAsync(name, cancel) is var number and not NoName ? number : int.MaxValue - LogColumn.OfCustom(0));
    }

    /// <summary>Do no more than so many values occur in the blocks?</summary>
    internal Task<bool> IsFewAsync(int column, IReadOnlyList<Block> blocks, int most, CancellationToken cancel) => Task.Run(async () =>
    {
        await using var reader = await OpenColumnsAsync(cancel);
        var values = new HashSet<int>();
        foreach (var some in blocks.Chunk(Chunk))
        {
            await reader.LoadAsync(some, [column], withBodies: false, cancel);
            foreach (var block in some.Where(block => !block.IsGone))
            {
                var segment = block.Dimension(column);
                for (var code = 0; code < segment.Count; code++)
                {
                    foreach (var value in segment.ValuesOf(code)) values.Add(value);
                }
            }

            if (values.Count > most) return false;
        }

        return true;
    }, cancel);

    /// <summary>The names of some numbers.</summary>
    internal async Task<IReadOnlyDictionary<int, string>> NamesAsync(IReadOnlyCollection<int> numbers, CancellationToken cancel)
    {
        var (found, missing) = (new Dictionary<int, string>(), new List<int>());
        foreach (var number in numbers)
        {
            if (Names.TryName(number, out var name)) found[number] = name.Text;
            else missing.Add(number);
        }

        if (missing.Count == 0) return found;
        foreach (var (number, name) in await FindNamesAsync(missing, cancel))
        {
            Names.Learn(number, name);
            found[number] = name.Text;
        }

        return found;
    }

    /// <summary>The number of a name; -1: there is none.</summary>
    internal async ValueTask<int> NumberAsync(LogName name, CancellationToken cancel)
    {
        if (Names.TryNumber(name, out var number)) return number;
        foreach (var (found, _) in await FindNamesAsync([name], cancel))
        {
            Names.Learn(found, name);
            return found;
        }

        return NoName;
    }

    /// <summary>The numbers of values, those that there are; 0 for none.</summary>
    private async ValueTask<IReadOnlySet<int>> ValuesAsync(int column, IReadOnlyList<string?> values, CancellationToken cancel)
    {
        var numbers = new HashSet<int>();
        foreach (var value in values)
        {
            var number = string.IsNullOrEmpty(value) ? 0 : await NumberAsync(LogName.Of(column, value), cancel);
            if (number != NoName) numbers.Add(number);
        }

        return numbers;
    }
}
