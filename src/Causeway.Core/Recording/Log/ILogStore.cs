namespace Causeway.Core.Recording.Log;

/// <summary>
/// Keeps the request log, and answers questions about it. Its methods may be called from several threads; they throw <see cref="IOException"/> when the
/// database cannot be used.
/// </summary>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>Writes records, all of them or none. One whose id is there already is left as it is. May block the calling thread until it is done.</summary>
    Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel);

    /// <summary>A page of rows.</summary>
    Task<LogPage> ListAsync(LogListQuestion question, CancellationToken cancel);

    /// <summary>All rows that pass a filter, in the order in which they were written: for exports. They are read while they are asked for.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(LogFilter filter, CancellationToken cancel);

    /// <summary>Sums, sorted by value in the question's order, then by time; spans without rows are left out. Without any telling apart there is one, also of nothing.</summary>
    Task<IReadOnlyList<LogSum>> SumAsync(LogSumQuestion question, CancellationToken cancel);

    /// <summary>How often the values of dimensions occur in the rows that pass a filter.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="dimensions">The dimensions.</param>
    /// <param name="most">The most values of each.</param>
    /// <param name="cancel">Gives up.</param>
    Task<IReadOnlyList<LogFacet>> FacetsAsync(LogFilter filter, IReadOnlyList<LogDimension> dimensions, int most, CancellationToken cancel);

    /// <summary>The names of the clients' own dimensions, without their prefix.</summary>
    Task<IReadOnlyList<string>> CustomDimensionsAsync(CancellationToken cancel);

    /// <summary>The row of an exchange; null: there is none.</summary>
    Task<LogEntry?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>What was said in an exchange, packed; null: it is not kept.</summary>
    Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel);

    /// <summary>Pieces that parts refer to, by their hashes; those that are not there are left out.</summary>
    Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel);

    /// <summary>What the rows of these exchanges say that they cost; those that have no row are left out.</summary>
    Task<IReadOnlyDictionary<Guid, LogRating>> CostsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <summary>Gives rows another cost, as the ledger has it now: the dollars that are known, and how many attempts have none; how many there were.</summary>
    Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel);

    /// <summary>Deletes rows, and what was said in them; how many there were.</summary>
    Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <summary>Deletes what is too old, and the oldest of what is too much; what was deleted.</summary>
    Task<LogTrimmed> TrimAsync(LogRetention retention, DateTimeOffset now, CancellationToken cancel);

    /// <summary>How much there is.</summary>
    Task<LogExtent> ExtentAsync(CancellationToken cancel);
}

/// <summary>What a row costs.</summary>
/// <param name="Id">The exchange.</param>
/// <param name="Dollars">What of it is known, in US dollars; null: nothing.</param>
/// <param name="Unrated">How many attempts have an unknown cost.</param>
public sealed record LogRating(Guid Id, decimal? Dollars, int Unrated);

/// <summary>How long the log is kept. What is null does not matter.</summary>
/// <param name="MaxAge">Rows are deleted when they are older.</param>
/// <param name="MaxContentAge">What was said is deleted when it is older; rows stay.</param>
/// <param name="MaxBytes">When the store is larger, what was said longest ago is deleted, then the oldest rows.</param>
public sealed record LogRetention(TimeSpan? MaxAge, TimeSpan? MaxContentAge, long? MaxBytes);

/// <summary>What was deleted.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Contents">Rows of which only what was said was deleted.</param>
public readonly record struct LogTrimmed(long Rows, long Contents);

/// <summary>How much there is in a log.</summary>
/// <param name="Rows">Rows, about.</param>
/// <param name="Bytes">Bytes on the disk.</param>
/// <param name="First">The time of the oldest row; null: there is none.</param>
public sealed record LogExtent(long Rows, long Bytes, DateTimeOffset? First);
