using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs;

/// <summary>How a log looks at one moment.</summary>
/// <param name="Blocks">All blocks, in the order of their numbers.</param>
internal sealed record LogView(IReadOnlyList<Block> Blocks);

/// <summary>The questions of the log, which columns answer. What is left to a database: to write, to load columns, and to fetch rows by their numbers.</summary>
internal abstract partial class LogStore : ILogStore
{
    private const int ReadPage = 256;

    /// <summary>The names that were used lately.</summary>
    protected LogNames Names { get; } = new();

    /// <summary>How many blocks are loaded at a time.</summary>
    protected abstract int Chunk { get; }

    private ColumnPass Pass => new(OpenColumnsAsync, Chunk);

    /// <inheritdoc/>
    public async Task<LogPage> ListAsync(LogListQuestion question, CancellationToken cancel)
    {
        if (question.Limit <= 0 || await FilterAsync(question.Filter, cancel) is not { } filter) return new LogPage([], null);
        var view = await ViewAsync(cancel);
        var found = await Task.Run(() => new RowRanking(Pass, question).FindAsync(view.Blocks, filter, cancel), cancel);
        var page = found.Take(question.Limit).ToList();
        var entries = await EntriesAsync([.. page.Select(cursor => cursor.Row)], cancel);
        return new LogPage([.. page.Where(cursor => entries.ContainsKey(cursor.Row)).Select(cursor => entries[cursor.Row])], found.Count > page.Count ? page[^1] : null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogEntry> ReadAsync(LogFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (await FilterAsync(filter, cancel) is not { } plan) yield break;
        foreach (var block in (await ViewAsync(cancel)).Blocks.OrderBy(block => block.Number))
        {
            foreach (var rows in (await Task.Run(() => RowsAsync(block, plan, cancel), cancel)).Chunk(ReadPage))
            {
                var entries = await EntriesAsync(rows, cancel);
                foreach (var row in rows)
                {
                    if (entries.TryGetValue(row, out var entry)) yield return entry;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LogSum>> SumAsync(LogSumQuestion question, CancellationToken cancel) =>
        await new SumAnswer(question, this).FindAsync(cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LogFacet>> FacetsAsync(LogFilter filter, IReadOnlyList<LogDimension> dimensions, int most, CancellationToken cancel)
    {
        var columns = new List<int>();
        foreach (var dimension in dimensions) columns.Add(await ColumnAsync(dimension, cancel));
        List<ValueTotals> Make() => [.. columns.Select(column => new ValueTotals(column, LogOrder.Requests))];
        var totals = Make();
        if (await FilterAsync(filter, cancel) is { } plan)
        {
            var view = await ViewAsync(cancel);
            foreach (var part in await Pass.RunAsync(view.Blocks, plan, Make, AddAsync, cancel))
            {
                for (var i = 0; i < totals.Count; i++) totals[i] = totals[i].With(part[i]);
            }
        }

        var facets = new List<LogFacet>();
        for (var i = 0; i < totals.Count; i++)
        {
            var top = totals[i].Top(most);
            var names = await NamesAsync([.. top.Select(pair => pair.Key).Where(value => value != 0)], cancel);
            facets.Add(new LogFacet(dimensions[i], [.. top.Select(pair => KeyValuePair.Create(pair.Key == 0 ? null : names[pair.Key], (long)pair.Value))], totals[i].Totals.Count > top.Count));
        }

        return facets;

        static async ValueTask AddAsync(List<ValueTotals> totals, IColumnReader reader, IReadOnlyList<Selection> selections, CancellationToken cancel)
        {
            foreach (var each in totals) await each.AddAsync(reader, selections, cancel);
        }
    }

    /// <inheritdoc/>
    public abstract Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task<LogExtent> ExtentAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>All blocks of this moment.</summary>
    protected abstract Task<LogView> ViewAsync(CancellationToken cancel);

    /// <summary>Opens a reader of columns.</summary>
    protected abstract ValueTask<IColumnReader> OpenColumnsAsync(CancellationToken cancel);

    /// <summary>Rows by their numbers; those that are not there are left out.</summary>
    protected abstract Task<IReadOnlyDictionary<long, LogEntry>> EntriesAsync(IReadOnlyList<long> rows, CancellationToken cancel);

    /// <summary>Names that are in the store; those that are not are left out.</summary>
    protected abstract Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<LogName> names, CancellationToken cancel);

    /// <summary>Names by their numbers.</summary>
    protected abstract Task<IReadOnlyList<KeyValuePair<int, LogName>>> FindNamesAsync(IReadOnlyCollection<int> numbers, CancellationToken cancel);

    /// <summary>All blocks of this moment.</summary>
    internal async Task<IReadOnlyList<Block>> BlocksAsync(CancellationToken cancel) => (await ViewAsync(cancel)).Blocks;

    /// <summary>Goes over blocks; see <see cref="ColumnPass"/>.</summary>
    internal Task<IReadOnlyList<T>> RunAsync<T>(
        IReadOnlyList<Block> blocks, BlockFilter filter, Func<T> make, Func<T, IColumnReader, IReadOnlyList<Selection>, CancellationToken, ValueTask> add, CancellationToken cancel) =>
        Pass.RunAsync(blocks, filter, make, add, cancel);

    private async Task<List<long>> RowsAsync(Block block, BlockFilter filter, CancellationToken cancel)
    {
        await using var reader = await OpenColumnsAsync(cancel);
        var rows = new List<long>();
        foreach (var selection in await filter.SelectAsync(reader, [block], cancel))
        {
            foreach (var place in selection.Places) rows.Add(block.Start + place);
        }

        block.Release();
        return rows;
    }
}
