using Causeway.Core.Governance.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>The ledger in a PostgreSQL database.</summary>
internal sealed class PostgresLedgerStore(PostgresDatabase database) : ILedgerStore
{
    private const string Day = "to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

    /// <summary>A batch is one statement with a list for each column: one trip, prepared once whatever its length, all of it or nothing.</summary>
    private const string Insert = $"""
        INSERT INTO ledger ({LedgerSql.Columns}, dollars)
        SELECT * FROM unnest(@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, @p15, @p16, @p17, @p18, @p19, @p20)
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>The rows are locked in the order of their ids first: an update alone locks them in any order, and two of them may wait for each other.</summary>
    private const string Rate = """
        SELECT id FROM ledger WHERE id = ANY(@p0) ORDER BY id FOR UPDATE;
        UPDATE ledger SET dollars = rating.dollars, price_version = rating.version
        FROM unnest(@p0, @p1, @p2) AS rating (id, dollars, version) WHERE ledger.id = rating.id
        """;

    private const string Sums = "coalesce(sum(dollars), 0), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0)";

    private const string SumColumns = "date_trunc('minute', time, 'UTC'), virtual_key, team, customer, user_id, provider, model";

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0) return Task.CompletedTask;
        var sorted = entries.DistinctBy(entry => entry.Id).OrderBy(entry => entry.Id).ToList();   // so that two who add the same never wait for each other
        return database.WriteAsync(Insert, Parameters(sorted), cancel);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, CancellationToken cancel)
    {
        var parameters = new List<NpgsqlParameter>();
        return database.ReadAsync($"SELECT {LedgerSql.Columns}, dollars FROM ledger{Where(filter, parameters)} ORDER BY id", parameters, Entry, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel)
    {
        var parameters = new List<NpgsqlParameter>();
        var sql = $"SELECT {LedgerSql.Dimensions(by, Day)}count(*), count(*) - count(dollars), {Sums} FROM ledger{Where(filter, parameters)}{LedgerSql.GroupBy(by.Count)}";
        var result = new List<SpendRow>();
        await foreach (var row in database.ReadAsync(sql, parameters, Row, cancel))
        {
            if (row.Entries > 0) result.Add(row);   // without dimensions there is a row also for nothing
        }

        return LedgerSql.Sort(result);

        SpendRow Row(NpgsqlDataReader rows)
        {
            var at = by.Count;
            var values = Enumerable.Range(0, at).Select(i => Text(rows, i)).ToArray();
            return new SpendRow(values, rows.GetInt64(at), rows.GetDecimal(at + 2), rows.GetInt64(at + 1), Tokens(rows, at + 3), Tokens(rows, at + 4));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, CancellationToken cancel) => database.ReadAsync(
        $"SELECT {SumColumns}, {Sums} FROM ledger WHERE time >= @p0{LedgerSql.GroupBy(7)} ORDER BY 1",
        [new NpgsqlParameter("p0", Time(StoredTime.Bound(since)))],
        rows => new LedgerSum(
            Time(rows, 0), Text(rows, 1), Text(rows, 2), Text(rows, 3), Text(rows, 4), rows.GetString(5), rows.GetString(6),
            rows.GetDecimal(7), Tokens(rows, 8), Tokens(rows, 9)),
        cancel);

    /// <inheritdoc/>
    public Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel)
    {
        if (ratings.Count == 0) return Task.FromResult(0);
        var columns = new Columns<LedgerRating>(LedgerSql.Last(ratings));
        columns.Add(NpgsqlDbType.Uuid, rating => rating.Id);
        columns.Add(NpgsqlDbType.Numeric, rating => Cost(rating.Dollars));
        columns.Add(NpgsqlDbType.Text, rating => StoredText.Of(rating.PriceVersion));
        return database.WriteAsync(Rate, columns.Parameters, cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static string Where(LedgerFilter filter, List<NpgsqlParameter> parameters)
    {
        var values = new List<object>();
        var sql = LedgerSql.Where(filter, static milliseconds => Time(milliseconds), values);
        parameters.AddRange(values.Select((value, i) => new NpgsqlParameter($"p{i}", value)));
        return sql;
    }

    private static List<NpgsqlParameter> Parameters(List<LedgerEntry> entries)
    {
        var columns = new Columns<LedgerEntry>(entries);
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

    private static LedgerEntry Entry(NpgsqlDataReader rows) => new()
    {
        Id = rows.GetGuid(0),
        Exchange = rows.GetGuid(1),
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
        Dollars = rows.IsDBNull(20) ? null : rows.GetDecimal(20),
    };

    private static decimal? Cost(decimal? dollars) => dollars is { } cost ? Picodollars.Kept(cost) : null;

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset Time(NpgsqlDataReader rows, int at) => rows.GetFieldValue<DateTimeOffset>(at);

    private static string? Text(NpgsqlDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetString(at);

    private static long? Number(NpgsqlDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetInt64(at);

    /// <summary>A sum of tokens: the server adds without a bound.</summary>
    private static long Tokens(NpgsqlDataReader rows, int at) => (long)decimal.Clamp(rows.GetDecimal(at), long.MinValue, long.MaxValue);

    /// <summary>Rows as a list for each column.</summary>
    private sealed class Columns<TRow>(List<TRow> rows)
    {
        public List<NpgsqlParameter> Parameters { get; } = [];

        public void Add<T>(NpgsqlDbType type, Func<TRow, T> value) =>
            Parameters.Add(new NpgsqlParameter<T[]>($"p{Parameters.Count}", NpgsqlDbType.Array | type) { TypedValue = [.. rows.Select(value)] });
    }
}
