using Causeway.Core.Recording.Log;

namespace Causeway.Core.Tests.Recording.Capture;

/// <summary>A store that keeps what is written in a list, and answers no questions.</summary>
internal sealed class TestStore : ILogStore
{
    private readonly Lock _lock = new();
    private readonly List<LogRecord> _records = [];
    private readonly Dictionary<UInt128, ReadOnlyMemory<byte>> _pieces = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called before each batch; may throw.</summary>
    public Action Before { get; set; } = () => { };

    /// <summary>What was written, when there are as many.</summary>
    public async Task<List<LogRecord>> WaitAsync(int count)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_records.Count >= count) return [.. _records];
                news = _news.Task;
            }

            await news.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel)
    {
        Before();
        lock (_lock)
        {
            _records.AddRange(records);
            foreach (var piece in records.SelectMany(record => record.Content?.Pieces ?? [])) _pieces[piece.Hash] = piece.Packed;
            _news.SetResult();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return Task.CompletedTask;
    }

    public Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult(_records.Find(record => record.Entry.Id == id)?.Content is { } content ? new LogContent { Parts = content.Parts } : null);
    }

    public Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>>(_pieces.Where(pair => hashes.Contains(pair.Key)).ToDictionary());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<LogPage> ListAsync(LogListQuestion question, CancellationToken cancel) => throw new NotSupportedException();

    public IAsyncEnumerable<LogEntry> ReadAsync(LogFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<LogSum>> SumAsync(LogSumQuestion question, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<LogFacet>> FacetsAsync(LogFilter filter, IReadOnlyList<LogDimension> dimensions, int most, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<Guid, LogRating>>(
                _records.Select(record => record.Entry).Where(entry => ids.Contains(entry.Id)).ToDictionary(entry => entry.Id, entry => new LogRating(entry.Id, entry.Dollars, entry.Unrated)));
        }
    }

    public Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (var (id, dollars, unrated) in ratings)
            {
                var at = _records.FindIndex(record => record.Entry.Id == id);
                _records[at] = _records[at] with { Entry = _records[at].Entry with { Dollars = dollars, Unrated = unrated } };
            }
        }

        return Task.FromResult(ratings.Count);
    }

    public Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => throw new NotSupportedException();

    public Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<LogExtent> ExtentAsync(CancellationToken cancel) => throw new NotSupportedException();
}
