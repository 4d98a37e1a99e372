using Causeway.Core.Governance.Ledger;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The ledger in an SQLite file.</summary>
internal sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const string Day = "date(time / 1000, 'unixepoch')";

    private const string Insert = $"""
        INSERT INTO ledger ({LedgerSql.Columns}, picodollars)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, @p15, @p16, @p17, @p18, @p19, @p20)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Rate = "UPDATE ledger SET picodollars = @p1, price_version = @p2 WHERE id = @p0";

    private const string Dollars = "sum(picodollars >> 32), sum(picodollars & 4294967295)";

    private const string Tokens = "sum(input_tokens >> 32), sum(input_tokens & 4294967295), sum(output_tokens >> 32), sum(output_tokens & 4294967295)";

    private const string SumColumns = "time / 60000 * 60000, virtual_key, team, customer, user_id, provider, model";

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
    public IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, CancellationToken cancel)
    {
        var parameters = new List<object>();
        return database.ReadAsync($"SELECT {LedgerSql.Columns}, picodollars FROM ledger{Where(filter, parameters)} ORDER BY id", parameters, Entry, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel)
    {
        var parameters = new List<object>();
        var sql = $"SELECT {LedgerSql.Dimensions(by, Day)}count(*), count(*) - count(picodollars), {Dollars}, {Tokens} FROM ledger{Where(filter, parameters)}{LedgerSql.GroupBy(by.Count)}";
        var result = new List<SpendRow>();
        await foreach (var row in database.ReadAsync(sql, parameters, Row, cancel))
        {
            if (row.Entries > 0) result.Add(row);   // without dimensions there is a row also for nothing
        }

        return LedgerSql.Sort(result);

        SpendRow Row(SqliteDataReader rows)
        {
            var at = by.Count;
            var values = Enumerable.Range(0, at).Select(i => Text(rows, i)).ToArray();
            return new SpendRow(values, rows.GetInt64(at), Picodollars.Dollars(Sum(rows, at + 2)), rows.GetInt64(at + 1), SumOfTokens(rows, at + 4), SumOfTokens(rows, at + 6));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, CancellationToken cancel) => database.ReadAsync(
        $"SELECT {SumColumns}, {Dollars}, {Tokens} FROM ledger WHERE time >= @p0{LedgerSql.GroupBy(7)} ORDER BY 1",
        [StoredTime.Bound(since)],
        rows => new LedgerSum(
            Time(rows, 0), Text(rows, 1), Text(rows, 2), Text(rows, 3), Text(rows, 4), rows.GetString(5), rows.GetString(6),
            Picodollars.Dollars(Sum(rows, 7)), SumOfTokens(rows, 9), SumOfTokens(rows, 11)),
        cancel);

    /// <inheritdoc/>
    public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel) => ratings.Count == 0 ? Task.FromResult(0) : database.WriteAsync(
        (session, transaction) =>
        {
            var changed = 0;
            foreach (var rating in LedgerSql.Last(ratings))
            {
                cancel.ThrowIfCancellationRequested();
                changed += session.Statement(Rate, [Id(rating.Id), Cost(rating.Dollars), Value(rating.PriceVersion)], transaction).ExecuteNonQuery();
            }

            return changed;
        },
        cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static string Where(LedgerFilter filter, List<object> parameters) => LedgerSql.Where(filter, static milliseconds => milliseconds, parameters);

    private static object[] Parameters(LedgerEntry entry) =>
    [
        Id(entry.Id), Id(entry.Exchange), entry.Time.ToUnixTimeMilliseconds(),
        Value(entry.VirtualKey), Value(entry.Team), Value(entry.Customer), Value(entry.User),
        Value(entry.Provider), Value(entry.Key), Value(entry.Model), Value(entry.Asked), entry.Status,
        Value(entry.InputTokens), Value(entry.CacheReadTokens), Value(entry.CacheWriteTokens), Value(entry.CacheWriteHourTokens),
        Value(entry.OutputTokens), Value(entry.ReasoningTokens), entry.IsEstimate, Value(entry.PriceVersion), Cost(entry.Dollars),
    ];

    private static LedgerEntry Entry(SqliteDataReader rows) => new()
    {
        Id = new Guid(rows.GetFieldValue<byte[]>(0), bigEndian: true),
        Exchange = new Guid(rows.GetFieldValue<byte[]>(1), bigEndian: true),
        Time = Time(rows, 2),
        VirtualKey = Text(rows, 3),
        Team = Text(rows, 4),
        Customer = Text(rows, 5),
        User = Text(rows, 6),
        Provider = rows.GetString(7),
        Key = Text(rows, 8),
        Model = rows.GetString(9),
        Asked = rows.GetString(10),
        Status = rows.GetInt32(11),
        InputTokens = Number(rows, 12),
        CacheReadTokens = Number(rows, 13),
        CacheWriteTokens = Number(rows, 14),
        CacheWriteHourTokens = Number(rows, 15),
        OutputTokens = Number(rows, 16),
        ReasoningTokens = Number(rows, 17),
        IsEstimate = rows.GetBoolean(18),
        PriceVersion = Text(rows, 19),
        Dollars = Number(rows, 20) is { } cost ? Picodollars.Dollars(cost) : null,
    };

    private static byte[] Id(Guid id) => id.ToByteArray(bigEndian: true);

    private static object Cost(decimal? dollars) => dollars is { } cost ? Picodollars.Of(cost) : DBNull.Value;

    private static object Value(string? text) => (object?)StoredText.Of(text) ?? DBNull.Value;

    private static object Value(long? number) => (object?)number ?? DBNull.Value;

    private static DateTimeOffset Time(SqliteDataReader rows, int at) => DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(at));

    private static string? Text(SqliteDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetString(at);

    private static long? Number(SqliteDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetInt64(at);

    /// <summary>
    /// A sum that was made in two halves of 32 bits: one in 64 bits overflows with less than ten million dollars, or with one provider's nonsense,
    /// and SQLite then fails the whole query.
    /// </summary>
    private static Int128 Sum(SqliteDataReader rows, int at) => rows.IsDBNull(at) ? 0 : ((Int128)rows.GetInt64(at) << 32) + rows.GetInt64(at + 1);

    private static long SumOfTokens(SqliteDataReader rows, int at) => (long)Int128.Clamp(Sum(rows, at), long.MinValue, long.MaxValue);
}
