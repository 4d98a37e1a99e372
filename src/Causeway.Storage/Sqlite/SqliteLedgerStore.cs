using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Sqlite;

/// <summary>The ledger in an SQLite file.</summary>
internal sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const string Insert = $"""
        INSERT INTO ledger ({LedgerSql.Columns}, picodollars)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, @p15, @p16, @p17, @p18, @p19, @p20)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Rate = "UPDATE ledger SET picodollars = @p1, price_version = @p2 WHERE id = @p0";

    private static readonly SqliteLedgerForm Form = new();
    private static readonly LedgerQueries Queries = new(Form);

    /// <summary>What the file is of: for the stores that share its transactions.</summary>
    public SqliteDatabase Database => database;

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel) => entries.Count == 0 ? Task.CompletedTask : database.WriteAsync(
        (session, transaction) =>
        {
            foreach (var entry in entries)
            {
                cancel.ThrowIfCancellationRequested();
                session.Statement(Insert, Parameters(entry), transaction).ExecuteNonQuery();
            }

            return entries.Count;
        },
        cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, CancellationToken cancel) => database.ReadAsync(Queries.Entries(filter), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel) =>
        LedgerQueries.SortAsync(database.ReadAsync(Queries.Spend(filter, by), cancel));

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, DateTimeOffset? until, CancellationToken cancel) => database.ReadAsync(Queries.Sums(since, until), cancel);

    /// <inheritdoc/>
    public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel) => ratings.Count == 0 ? Task.FromResult(0) : database.WriteAsync(
        (session, transaction) =>
        {
            var changed = 0;
            foreach (var rating in LedgerSql.Last(ratings))
            {
                cancel.ThrowIfCancellationRequested();
                changed += session.Statement(Rate, [Form.Parameter(rating.Id), Cost(rating.Dollars), Value(rating.PriceVersion)], transaction).ExecuteNonQuery();
            }

            return changed;
        },
        cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static object[] Parameters(LedgerEntry entry) =>
    [
        Form.Parameter(entry.Id), Form.Parameter(entry.Exchange), entry.Time.ToUnixTimeMilliseconds(),
        Value(entry.VirtualKey), Value(entry.Team), Value(entry.Customer), Value(entry.User),
        Value(entry.Provider), Value(entry.Key), Value(entry.Model), Value(entry.Asked), entry.Status,
        Value(entry.InputTokens), Value(entry.CacheReadTokens), Value(entry.CacheWriteTokens), Value(entry.CacheWriteHourTokens),
        Value(entry.OutputTokens), Value(entry.ReasoningTokens), entry.IsEstimate, Value(entry.PriceVersion), Cost(entry.Dollars),
    ];

    private static object Cost(decimal? dollars) => dollars is { } cost ? Picodollars.Of(cost) : DBNull.Value;

    private static object Value(string? text) => (object?)StoredText.Of(text) ?? DBNull.Value;

    private static object Value(long? number) => (object?)number ?? DBNull.Value;
}
