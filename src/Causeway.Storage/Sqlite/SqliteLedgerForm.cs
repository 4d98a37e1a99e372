using System.Data.Common;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Ids are bytes, times are milliseconds, money is in picodollars. A sum is made in two halves of 32 bits: one in 64 bits overflows with less than ten
/// million dollars, or with one provider's nonsense, and SQLite then fails the whole query.
/// </summary>
internal sealed class SqliteLedgerForm : ILedgerForm
{
    public string Cost => "picodollars";

    public string Day => "date(time / 1000, 'unixepoch')";

    public string Minute => "time / 60000 * 60000";

    public int SumColumns => 2;

    public string Sum(string column) => $"sum({column} >> 32), sum({column} & 4294967295)";

    public object Parameter(Guid id) => id.ToByteArray(bigEndian: true);

    public object Parameter(long milliseconds) => milliseconds;

    public Guid Id(DbDataReader rows, int at) => new(rows.GetFieldValue<byte[]>(at), bigEndian: true);

    public DateTimeOffset Time(DbDataReader rows, int at) => DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(at));

    public decimal Dollars(DbDataReader rows, int at) => Picodollars.Dollars(rows.GetInt64(at));

    public decimal SumOfDollars(DbDataReader rows, int at) => Picodollars.Dollars(Sum(rows, at));

    public long SumOfTokens(DbDataReader rows, int at) => (long)Int128.Clamp(Sum(rows, at), long.MinValue, long.MaxValue);

    private static Int128 Sum(DbDataReader rows, int at) => rows.IsDBNull(at) ? 0 : ((Int128)rows.GetInt64(at) << 32) + rows.GetInt64(at + 1);
}
