using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>Changing rows, and deleting them: columns that they are in are made anew in the same transaction. One who does so at a time.</summary>
internal sealed partial class PostgresLogStore
{
    private const string Rate = "UPDATE log SET dollars = rating.dollars, unrated = rating.unrated FROM unnest(@p0, @p1, @p2) AS rating (id, dollars, unrated) WHERE log.id = rating.id RETURNING n";

    /// <summary>Deletes rows and all that was said in them; gives back how many bytes they took.</summary>
    private static readonly string DeleteRows = $"""
        WITH gone AS (DELETE FROM log WHERE n = ANY(@p0) RETURNING {RowBytes} + length(detail) AS bytes), {DeleteContents}
        SELECT coalesce((SELECT sum(bytes) FROM gone), 0)::bigint + coalesce((SELECT sum(bytes) FROM parts), 0)::bigint + coalesce((SELECT sum(bytes) FROM texts), 0)::bigint
        """;

    private const string DeleteContents = $"""
        parts AS (DELETE FROM log_content WHERE n = ANY(@p0) RETURNING 60 + length(packed) AS bytes),
        texts AS (DELETE FROM log_text WHERE n = ANY(@p0) RETURNING {WordsBytes} AS bytes)
        """;

    /// <inheritdoc/>
    public override Task<int> RateAsync(IReadOnlyList<LogRating> ratings, CancellationToken cancel) => ratings.Count == 0 ? Task.FromResult(0) : database.TransactAsync(async connection =>
    {
        await PostgresDatabase.ExecuteAsync(connection, Alone, [], cancel);
        var last = ratings.GroupBy(rating => rating.Id).Select(group => group.Last()).ToList();
        var columns = new PostgresColumns<LogRating>(last);
        columns.Add(NpgsqlDbType.Uuid, rating => rating.Id);
        columns.Add<long?>(NpgsqlDbType.Bigint, rating => rating.Dollars is { } dollars ? Picodollars.Of(dollars) : null);
        columns.Add(NpgsqlDbType.Bigint, rating => (long)rating.Unrated);
        var rows = await PostgresDatabase.ReadAsync(connection, Rate, columns.Parameters, row => row.GetInt64(0), cancel);
        await RemakeAsync(connection, rows, cancel);
        return rows.Count;
    }, cancel);

    /// <inheritdoc/>
    public override Task<int> DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) => ids.Count == 0 ? Task.FromResult(0) : database.TransactAsync(async connection =>
    {
        await PostgresDatabase.ExecuteAsync(connection, Alone, [], cancel);
        var rows = await PostgresDatabase.ReadAsync(connection, "SELECT n FROM log WHERE id = ANY(@p0)", [new NpgsqlParameter<Guid[]>("p0", [.. ids])], row => row.GetInt64(0), cancel);
        await DeleteAsync(connection, rows, cancel);
        return rows.Count;
    }, cancel);

    private static async Task DeleteAsync(NpgsqlConnection connection, List<long> rows, CancellationToken cancel)
    {
        if (rows.Count == 0) return;
        var bytes = await PostgresDatabase.ReadAsync(connection, DeleteRows, [new NpgsqlParameter<long[]>("p0", [.. rows])], row => row.GetInt64(0), cancel);
        await PostgresDatabase.ExecuteAsync(connection, AddSize, [new NpgsqlParameter<long>("p0", -bytes[0])], cancel);
        await RemakeAsync(connection, rows, cancel);
    }

    /// <summary>Writes the sealed blocks of some rows anew; says that pictures of open blocks are out of date, if it was rows of those.</summary>
    private static async Task RemakeAsync(NpgsqlConnection connection, List<long> rows, CancellationToken cancel)
    {
        var open = await OpenAsync(connection, cancel);
        foreach (var block in rows.Select(Block.Of).Distinct().Where(block => block < open))
        {
            await PostgresDatabase.ExecuteAsync(connection, "DELETE FROM log_columns WHERE block = @p0", [new NpgsqlParameter<long>("p0", block)], cancel);
            await PostgresDatabase.ExecuteAsync(connection, "DELETE FROM log_blocks WHERE block = @p0", [new NpgsqlParameter<long>("p0", block)], cancel);
            await WriteBlockAsync(connection, block, cancel);
        }

        if (rows.Exists(row => Block.Of(row) >= open)) await PostgresDatabase.ExecuteAsync(connection, "UPDATE log_state SET changes = changes + 1", [], cancel);
    }
}
