using System.Globalization;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage;

/// <summary>What both databases say alike about the ledger.</summary>
internal static class LedgerSql
{
    /// <summary>The columns before the cost, in the order in which entries are written and read.</summary>
    public const string Columns = """
        id, exchange, time, virtual_key, team, customer, user_id, provider, provider_key, model, asked, status,
        input_tokens, cache_read_tokens, cache_write_tokens, cache_write_hour_tokens, output_tokens, reasoning_tokens, is_estimate, price_version
        """;

    /// <summary>The most dimensions that spending is told apart by.</summary>
    private const int MostDimensions = 3;

    /// <summary>The expressions of dimensions, each with a comma; <paramref name="day"/> is how this database makes a day of a time.</summary>
    public static string Dimensions(IReadOnlyList<LedgerDimension> by, string day)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by.Count, MostDimensions);
        return string.Concat(by.Select(dimension => (dimension == LedgerDimension.Day ? day : Column(dimension)) + ", "));
    }

    /// <summary>The <c>GROUP BY</c> of the first columns; empty for none.</summary>
    public static string GroupBy(int columns) => columns == 0 ? "" : " GROUP BY " + string.Join(", ", Enumerable.Range(1, columns));

    /// <summary>
    /// The <c>WHERE</c> of a filter with its parameters, <c>@p0</c> and so on; <paramref name="time"/> makes a parameter of milliseconds since 1970.
    /// </summary>
    public static string Where(LedgerFilter filter, Func<long, object> time, List<object> parameters)
    {
        var conditions = new List<string>();
        if (filter.From is { } from) conditions.Add($"time >= {Parameter(time(StoredTime.Bound(from)))}");
        if (filter.To is { } to) conditions.Add($"time < {Parameter(time(StoredTime.Bound(to)))}");
        foreach (var (dimension, value) in filter.Values)
        {
            if (dimension == LedgerDimension.Day) conditions.Add(OfDay(StoredTime.Day(value)));
            else conditions.Add(value is null ? $"{Column(dimension)} IS NULL" : $"{Column(dimension)} = {Parameter(StoredText.Of(value))}");
        }

        return conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);

        string OfDay(DateTimeOffset? day) => day is not { } start
            ? "1 = 0"   // every entry has a day
            : $"time >= {Parameter(time(StoredTime.Bound(start)))} AND time <= {Parameter(time(start.ToUnixTimeMilliseconds() + 86_399_999))}";

        string Parameter(object value)
        {
            parameters.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count - 1}");
        }
    }

    /// <summary>Puts the dearest first; what costs the same is in the order of its values.</summary>
    public static List<SpendRow> Sort(IEnumerable<SpendRow> rows) =>
        [.. rows.OrderByDescending(row => row.Dollars).ThenBy(row => string.Join('\0', row.Values), StringComparer.Ordinal)];

    /// <summary>The last rating of each entry, in the order of ids: whoever locks rows in one order never waits for one who waits for him.</summary>
    public static List<LedgerRating> Last(IReadOnlyList<LedgerRating> ratings)
    {
        var last = new SortedDictionary<Guid, LedgerRating>();
        foreach (var rating in ratings) last[rating.Id] = rating;
        return [.. last.Values];
    }

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
}
