using Causeway.Core.Governance.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>The ledger in a PostgreSQL database.</summary>
/// <param name="database">The database.</param>
/// <param name="node">The id of the node whose entries these are, for budgets that several share.</param>
internal sealed class PostgresLedgerStore(PostgresDatabase database, Lazy<Guid> node) : ILedgerStore
{
    /// <summary>A batch is one statement with a list for each column: one trip, prepared once whatever its length, all of it or nothing.</summary>
    private const string Insert = $"""
        INSERT INTO ledger ({LedgerSql.Columns}, dollars)
        SELECT * FROM unnest(@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, @p15, @p16, @p17, @p18, @p19, @p20)
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>The rows are locked in the order of their ids first: an update alone locks them in any order, and two of them may wait for each other.</summary>
    private const string Rate = $"""
        {PostgresBookings.Shared}
        SELECT id FROM ledger WHERE id = ANY(@p0) ORDER BY id FOR UPDATE;
        UPDATE ledger SET dollars = rating.dollars, price_version = rating.version
        FROM unnest(@p0, @p1, @p2) AS rating (id, dollars, version) WHERE ledger.id = rating.id;
        SELECT id FROM budget_count ORDER BY id FOR UPDATE;
        WITH stale AS (UPDATE budget_count SET form = '' RETURNING id) SELECT id FROM stale
        """;

    private static readonly string InsertBooked = PostgresBookings.Sql(Insert);

    /// <summary>What is asked of the ledger.</summary>
    public static readonly LedgerQueries Queries = new(new PostgresLedgerForm());

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0) return Task.CompletedTask;
        var sorted = entries.DistinctBy(entry => entry.Id).OrderBy(entry => entry.Id).ToList();   // so that two who add the same never wait for each other
        var parameters = Parameters(sorted);
        var isBooked = sorted.Exists(entry => entry.Bookings.Count > 0);
        if (isBooked) parameters.AddRange(PostgresBookings.Parameters(sorted, node.Value));
        return database.WriteAsync(isBooked ? InsertBooked : Insert, parameters, cancel);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, CancellationToken cancel) => database.ReadAsync(Queries.Entries(filter), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel) =>
        LedgerQueries.SortAsync(database.ReadAsync(Queries.Spend(filter, by), cancel));

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, DateTimeOffset? until, CancellationToken cancel) => database.ReadAsync(Queries.Sums(since, until), cancel);

    /// <inheritdoc/>
    public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel)
    {
        if (ratings.Count == 0) return Task.FromResult(0);
        var columns = new PostgresColumns<LedgerRating>(LedgerSql.Last(ratings));
        columns.Add(NpgsqlDbType.Uuid, rating => rating.Id);
        columns.Add(NpgsqlDbType.Numeric, rating => Cost(rating.Dollars));
        columns.Add(NpgsqlDbType.Text, rating => StoredText.Of(rating.PriceVersion));
        return database.WriteAsync(Rate, columns.Parameters, cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static List<NpgsqlParameter> Parameters(List<LedgerEntry> entries)
    {
        var columns = new PostgresColumns<LedgerEntry>(entries);
        columns.Add(NpgsqlDbType.Uuid, entry => entry.Id);
        columns.Add(NpgsqlDbType.Uuid, entry => entry.Exchange);
        columns.Add(NpgsqlDbType.TimestampTz, entry => Time(entry.Time.ToUnixTimeMilliseconds()));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.VirtualKey));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Team));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Customer));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.User));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Provider));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Key));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Model));
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.Asked));
        columns.Add(NpgsqlDbType.Integer, entry => entry.Status);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.InputTokens);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.CacheReadTokens);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.CacheWriteTokens);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.CacheWriteHourTokens);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.OutputTokens);
        columns.Add(NpgsqlDbType.Bigint, entry => entry.ReasoningTokens);
        columns.Add(NpgsqlDbType.Boolean, entry => entry.IsEstimate);
        columns.Add(NpgsqlDbType.Text, entry => StoredText.Of(entry.PriceVersion));
        columns.Add(NpgsqlDbType.Numeric, entry => Cost(entry.Dollars));
        return columns.Parameters;
    }

    private static decimal? Cost(decimal? dollars) => dollars is { } cost ? Picodollars.Kept(cost) : null;

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
