using System.Data.Common;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>Rows of the log in a PostgreSQL database.</summary>
internal static class PostgresRows
{
    private static readonly int FirstNumber = 3 + LogColumn.Dimensions;
    private static readonly int Detail = FirstNumber + LogNumber.All.Count;

    /// <summary>Reads rows.</summary>
    public static readonly string Select = $"SELECT {string.Join(", ", LogRowCodec.Columns)} FROM log";

    /// <summary>
    /// Adds rows; gives back the numbers and ids of those that are new. The transaction has its number before it draws the rows', see
    /// <see cref="PostgresLogStore"/>.
    /// </summary>
    public static readonly string Insert = $"""
        SELECT pg_current_xact_id()::text;
        INSERT INTO log ({string.Join(", ", LogRowCodec.Columns)}, tx)
        SELECT nextval('log_n'), given.*, pg_current_xact_id()::text::bigint FROM unnest({string.Join(", ", Enumerable.Range(0, LogRowCodec.Columns.Count - 1).Select(i => $"@p{i}"))}) AS given
        ON CONFLICT (id) DO NOTHING RETURNING n, id
        """;

    /// <summary>The parameters of <see cref="Insert"/>.</summary>
    public static List<NpgsqlParameter> Parameters(IReadOnlyList<(LogRow Row, Guid Id, string Detail)> rows)
    {
        var columns = new PostgresColumns<(LogRow Row, Guid Id, string Detail)>(rows);
        columns.Add(NpgsqlDbType.Uuid, row => row.Id);
        for (var i = 0; i < LogColumn.Dimensions; i++)
        {
            var column = i;
            if (LogColumn.IsMany(i)) columns.Add(NpgsqlDbType.Text, row => LogRowCodec.Text(row.Row.Sets[column]));
            else columns.Add<int?>(NpgsqlDbType.Integer, row => row.Row.Values[column] is var value and not 0 ? value : null);
        }

        columns.Add(NpgsqlDbType.Text, row => LogRowCodec.Text(row.Row.Custom));
        for (var i = 0; i < LogNumber.All.Count; i++)
        {
            var number = i;
            columns.Add<long?>(NpgsqlDbType.Bigint, row => row.Row.Numbers[number] is var value and not NumberSegment.Unknown ? value : null);
        }

        columns.Add(NpgsqlDbType.Text, row => row.Detail);
        return columns.Parameters;
    }

    /// <summary>A row of <see cref="Select"/> as columns know it.</summary>
    public static LogRow Row(DbDataReader rows)
    {
        var (values, sets, numbers) = (new int[LogColumn.Dimensions], new int[]?[LogColumn.Dimensions], new long[LogNumber.All.Count]);
        for (var i = 0; i < values.Length; i++)
        {
            if (rows.IsDBNull(2 + i)) continue;
            if (LogColumn.IsMany(i)) sets[i] = LogRowCodec.Set(rows.GetString(2 + i));
            else values[i] = rows.GetInt32(2 + i);
        }

        for (var i = 0; i < numbers.Length; i++) numbers[i] = rows.IsDBNull(FirstNumber + i) ? NumberSegment.Unknown : rows.GetInt64(FirstNumber + i);
        var custom = rows.IsDBNull(FirstNumber - 1) ? null : rows.GetString(FirstNumber - 1);
        return new LogRow { Number = rows.GetInt64(0), Values = values, Sets = sets, Custom = LogRowCodec.Pairs(custom), Numbers = numbers };
    }

    /// <summary>The same with its id and its detail.</summary>
    public static (LogRow Row, Guid Id, string Detail) Whole(DbDataReader rows) => (Row(rows), rows.GetGuid(1), rows.GetString(Detail));
}
