using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>Rows as a list for each column: parameters <c>@p0</c> and so on, or from another number on.</summary>
/// <param name="rows">The rows.</param>
/// <param name="first">The number of the first parameter.</param>
internal sealed class PostgresColumns<TRow>(IReadOnlyList<TRow> rows, int first = 0)
{
    /// <summary>The parameters.</summary>
    public List<NpgsqlParameter> Parameters { get; } = [];

    /// <summary>Adds a column.</summary>
    public void Add<T>(NpgsqlDbType type, Func<TRow, T> value) => Add(type, (row, _) => value(row));

    /// <summary>Adds a column of values that depend on the row's place.</summary>
    public void Add<T>(NpgsqlDbType type, Func<TRow, int, T> value) =>
        Parameters.Add(new NpgsqlParameter<T[]>($"p{first + Parameters.Count}", NpgsqlDbType.Array | type) { TypedValue = [.. rows.Select(value)] });
}
