using System.Data.Common;
using System.Globalization;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage;

/// <summary>All that is asked of the ledger, in the words of the database that <paramref name="form"/> is of.</summary>
internal sealed class LedgerQueries(ILedgerForm form)
{
    /// <summary>The most dimensions that spending is told apart by.</summary>
    private const int MostDimensions = 3;

    private readonly string _sums = $"{form.Sum(form.Cost)}, {form.Sum("input_tokens")}, {form.Sum("output_tokens")}";

    /// <summary>The entries that fit a filter, in the order of their ids.</summary>
    public Query<LedgerEntry> Entries(LedgerFilter filter)
    {
        var parameters = new List<object>();
        var limit = filter.Limit is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "";
        return new($"SELECT {LedgerSql.Columns}, {form.Cost} FROM ledger{Where(filter, parameters)} ORDER BY id{limit}", parameters, Entry);
    }

    /// <summary>What was spent, by up to three dimensions. Without dimensions there is a row also for nothing.</summary>
    public Query<SpendRow> Spend(LedgerFilter filter, IReadOnlyList<LedgerDimension> by)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by.Count, MostDimensions);
        var parameters = new List<object>();
        var values = string.Concat(by.Select(dimension => (dimension == LedgerDimension.Day ? form.Day : Column(dimension)) + ", "));
        return new($"SELECT {values}count(*), count(*) - count({form.Cost}), {_sums} FROM ledger{Where(filter, parameters)}{GroupBy(by.Count)}", parameters, Row);

        SpendRow Row(DbDataReader rows)
        {
            var (at, sums) = (by.Count, by.Count + 2);
            string?[] of = [.. Enumerable.Range(0, at).Select(i => Text(rows, i))];
            return new SpendRow(of, rows.GetInt64(at), form.SumOfDollars(rows, sums), rows.GetInt64(at + 1), Tokens(rows, sums, 1), Tokens(rows, sums, 2));
        }
    }

    /// <summary>What was used since a moment, in sums of a minute by payer, provider and model, in the order of the minutes.</summary>
    public Query<LedgerSum> Sums(DateTimeOffset since, DateTimeOffset? until)
    {
        const int Values = 7;
        return new(
            $"SELECT {form.Minute}, virtual_key, team, customer, user_id, provider, model, {_sums} FROM ledger WHERE time >= @p0 AND time < @p1{GroupBy(Values)} ORDER BY 1",
            [form.Parameter(StoredTime.Bound(since)), form.Parameter(StoredTime.Bound(until ?? DateTimeOffset.MaxValue))],
            rows => new LedgerSum(
                form.Time(rows, 0), Text(rows, 1), Text(rows, 2), Text(rows, 3), Text(rows, 4), rows.GetString(5), rows.GetString(6),
                form.SumOfDollars(rows, Values), Tokens(rows, Values, 1), Tokens(rows, Values, 2)));
    }

    /// <summary>The rows for people: those that stand for anything, the dearest first; what costs the same is in the order of its values.</summary>
    public static async Task<IReadOnlyList<SpendRow>> SortAsync(IAsyncEnumerable<SpendRow> rows)
    {
        var found = new List<SpendRow>();
        await foreach (var row in rows)
        {
            if (row.Entries > 0) found.Add(row);
        }

        return [.. found.OrderByDescending(row => row.Dollars).ThenBy(row => string.Join('\0', row.Values), StringComparer.Ordinal)];
    }

    private LedgerEntry Entry(DbDataReader rows) => new()
    {
        Id = form.Id(rows, 0),
        Exchange = form.Id(rows, 1),
        Time = form.Time(rows, 2),
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
        Dollars = rows.IsDBNull(20) ? null : form.Dollars(rows, 20),
    };

    /// <summary>The <c>WHERE</c> of a filter with its parameters.</summary>
    private string Where(LedgerFilter filter, List<object> parameters)
    {
        var conditions = new List<string>();
        if (filter.From is { } from) conditions.Add($"time >= {Time(StoredTime.Bound(from))}");
        if (filter.To is { } to) conditions.Add($"time < {Time(StoredTime.Bound(to))}");
        if (filter.After is { } after) conditions.Add($"id > {Parameter(form.Parameter(after))}");
        foreach (var (dimension, value) in filter.Values)
        {
            if (dimension == LedgerDimension.Day) conditions.Add(OfDay(StoredTime.Day(value)));
            else conditions.Add(value is null ? $"{Column(dimension)} IS NULL" : $"{Column(dimension)} = {Parameter(StoredText.Of(value))}");
        }

        return conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);

        string OfDay(DateTimeOffset? day) => day is not { } start
            ? "1 = 0"   // every entry has a day
            : $"time >= {Time(StoredTime.Bound(start))} AND time <= {Time(start.ToUnixTimeMilliseconds() + 86_399_999)}";

        string Time(long milliseconds) => Parameter(form.Parameter(milliseconds));

        string Parameter(object value)
        {
            parameters.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count - 1}");
        }
    }

    /// <summary>The <c>GROUP BY</c> of the first columns; empty for none.</summary>
    private static string GroupBy(int columns) => columns == 0 ? "" : " GROUP BY " + string.Join(", ", Enumerable.Range(1, columns));

    private static string Column(LedgerDimension dimension) => dimension switch
    {
        LedgerDimension.VirtualKey => "virtual_key",
        LedgerDimension.Team => "team",
        LedgerDimension.Customer => "customer",
        LedgerDimension.User => "user_id",
        LedgerDimension.Provider => "provider",
        LedgerDimension.Key => "provider_key",
        LedgerDimension.Model => "model",
        LedgerDimension.Asked => "asked",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, null),
    };

    private long Tokens(DbDataReader rows, int sums, int which) => form.SumOfTokens(rows, sums + (which * form.SumColumns));

    private static string? Text(DbDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetString(at);

    private static long? Number(DbDataReader rows, int at) => rows.IsDBNull(at) ? null : rows.GetInt64(at);
}
