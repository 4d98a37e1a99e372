using System.Data.Common;

namespace Causeway.Storage.Postgres;

/// <summary>The server knows ids, times and money by types of their own, and adds without a bound.</summary>
internal sealed class PostgresLedgerForm : ILedgerForm
{
    public string Cost => "dollars";

    public string Day => "to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

    public string Minute => "date_trunc('minute', time, 'UTC')";

    public int SumColumns => 1;

    public string Sum(string column) => $"coalesce(sum({column}), 0)";

    public object Parameter(Guid id) => id;

    public object Parameter(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public Guid Id(DbDataReader rows, int at) => rows.GetGuid(at);

    public DateTimeOffset Time(DbDataReader rows, int at) => rows.GetFieldValue<DateTimeOffset>(at);

    /// <summary>The server gives twelve decimals; a division takes the zeros off their end, so that both databases write the same text.</summary>
    public decimal Dollars(DbDataReader rows, int at) => rows.GetDecimal(at) / 1.000_000_000_000m;

    public decimal SumOfDollars(DbDataReader rows, int at) => Dollars(rows, at);

    public long SumOfTokens(DbDataReader rows, int at) => (long)decimal.Clamp(rows.GetDecimal(at), long.MinValue, long.MaxValue);
}
