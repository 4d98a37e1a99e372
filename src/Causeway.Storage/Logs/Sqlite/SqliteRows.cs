using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>Rows of the log in an SQLite file.</summary>
internal static class SqliteRows
{
    private static readonly int FirstNumber = 3 + LogColumn.Dimensions;
    private static readonly int Detail = FirstNumber + LogNumber.All.Count;
    private static readonly string Select = $"SELECT {string.Join(", ", LogRowCodec.Columns)} FROM log";
    private static readonly string InsertSql =
        $"INSERT INTO log ({string.Join(", ", LogRowCodec.Columns)}) VALUES ({string.Join(", ", LogRowCodec.Columns.Select(_ => "?"))}) ON CONFLICT (id) DO NOTHING";

    /// <summary>The rows of a range of numbers, as columns know them.</summary>
    public static IEnumerable<LogRow> Read(SqliteSession session, long first, long last)
    {
        var rows = session.Raw($"{Select} WHERE n BETWEEN ? AND ? ORDER BY n").Bind(first).Bind(last);
        while (rows.Step()) yield return Row(rows);
        rows.Reset();
    }

    /// <summary>A row with its id and its detail; null: there is none.</summary>
    public static (LogRow Row, Guid Id, string Detail)? Find(SqliteSession session, long number)
    {
        var rows = session.Raw($"{Select} WHERE n = ?").Bind(number);
        if (!rows.Step()) return null;
        var found = (Row(rows), new Guid(rows.Blob(1), bigEndian: true), rows.Text(Detail)!);
        rows.Reset();
        return found;
    }

    /// <summary>The number of an exchange's row; null: there is none.</summary>
    public static long? NumberOf(SqliteSession session, Guid id)
    {
        var rows = session.Raw("SELECT n FROM log WHERE id = ?").Bind(id.ToByteArray(bigEndian: true));
        if (!rows.Step()) return null;
        var number = rows.Int64(0);
        rows.Reset();
        return number;
    }

    /// <summary>What an exchange's row says that it cost; null: there is none.</summary>
    public static LogRating? CostOf(SqliteSession session, Guid id)
    {
        var rows = session.Raw($"SELECT \"{LogNumber.Cost.Name}\", \"{LogNumber.Unrated.Name}\" FROM log WHERE id = ?").Bind(id.ToByteArray(bigEndian: true));
        if (!rows.Step()) return null;
        var cost = new LogRating(id, rows.IsNull(0) ? null : Picodollars.Dollars(rows.Int64(0)), (int)rows.Int64(1));
        rows.Reset();
        return cost;
    }

    /// <summary>Writes a row; false: its id is there already.</summary>
    public static bool Insert(SqliteSession session, LogRow row, Guid id, ReadOnlySpan<byte> detail)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var insert = session.Raw(InsertSql).Bind(row.Number).Bind(bytes);
        for (var i = 0; i < LogColumn.Dimensions; i++)
        {
            if (LogColumn.IsMany(i)) insert.Bind(LogRowCodec.Text(row.Sets[i]));
            else if (row.Values[i] == 0) insert.BindNull();
            else insert.Bind(row.Values[i]);
        }

        insert.Bind(LogRowCodec.Text(row.Custom));
        foreach (var number in row.Numbers)
        {
            if (number == NumberSegment.Unknown) insert.BindNull();
            else insert.Bind(number);
        }

        return insert.BindText(detail).Run() > 0;
    }

    private static LogRow Row(SqliteStatement rows)
    {
        var (values, sets, numbers) = (new int[LogColumn.Dimensions], new int[]?[LogColumn.Dimensions], new long[LogNumber.All.Count]);
        for (var i = 0; i < values.Length; i++)
        {
            if (LogColumn.IsMany(i)) sets[i] = LogRowCodec.Set(rows.Text(2 + i));
            else values[i] = (int)rows.Int64(2 + i);   // NULL is 0
        }

        for (var i = 0; i < numbers.Length; i++) numbers[i] = rows.Int64(FirstNumber + i, NumberSegment.Unknown);
        return new LogRow { Number = rows.Int64(0), Values = values, Sets = sets, Custom = LogRowCodec.Pairs(rows.Text(FirstNumber - 1)), Numbers = numbers };
    }
}
