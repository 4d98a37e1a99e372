using Causeway.Core.Governance.Limits;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>The shares of rate limits in a PostgreSQL database.</summary>
internal sealed class PostgresShareStore(PostgresDatabase database) : ILimitShareStore
{
    /// <summary>p0: the holder; p1 and p2: limits and kinds. Two nodes that ask for one limit do so one after the other.</summary>
    private const string Look = """
        SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(id || '/' || kind, 1) AS key FROM unnest(@p1, @p2) AS asked (id, kind) ORDER BY key) AS keys;
        SELECT coalesce(sum(s.share) FILTER (WHERE s.holder = @p0), 0)::bigint, coalesce(sum(s.share) FILTER (WHERE s.holder <> @p0), 0)::bigint, coalesce(sum(s.used) FILTER (WHERE s.holder <> @p0), 0)::bigint
        FROM unnest(@p1, @p2) WITH ORDINALITY AS asked (id, kind, place) LEFT JOIN limit_share s ON s.limit_id = asked.id AND s.kind = asked.kind
        GROUP BY asked.place ORDER BY asked.place
        """;

    /// <summary>p0: the holder; p1 to p5: what it has.</summary>
    private const string Give = """
        INSERT INTO limit_share (limit_id, kind, share, used, span, holder) SELECT id, kind, share, used, span, @p0 FROM unnest(@p1, @p2, @p3, @p4, @p5) AS given (id, kind, share, used, span)
        ON CONFLICT (limit_id, kind, holder) DO UPDATE SET share = excluded.share, used = excluded.used, span = excluded.span, until = NULL;
        DELETE FROM limit_share WHERE holder = @p0 AND share = 0
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ShareReply>> ShareAsync(Guid holder, IReadOnlyList<ShareAsk> asks, CancellationToken cancel) => database.TransactAsync<IReadOnlyList<ShareReply>>(
        async connection =>
        {
            var replies = new List<ShareReply>(asks.Count);
            await using (var look = PostgresDatabase.Command(connection, Look, [new NpgsqlParameter<Guid>("p0", holder), .. Columns(asks).Parameters], Limit))
            await using (var rows = await look.ExecuteReaderAsync(cancel))
            {
                await rows.NextResultAsync(cancel);   // after the locks
                while (await rows.ReadAsync(cancel)) replies.Add(new ShareReply(ShareDecision.Grant(asks[replies.Count], rows.GetInt64(0), rows.GetInt64(1)), rows.GetInt64(2)));
            }

            var given = Columns(asks);
            given.Add(NpgsqlDbType.Bigint, (_, i) => replies[i].Share);
            given.Add(NpgsqlDbType.Bigint, ask => ask.Used);
            given.Add(NpgsqlDbType.Interval, ask => ask.Window);
            await using var give = PostgresDatabase.Command(connection, Give, [new NpgsqlParameter<Guid>("p0", holder), .. given.Parameters], Limit);
            await give.ExecuteNonQueryAsync(cancel);
            return replies;
        },
        cancel);

    private static PostgresColumns<ShareAsk> Columns(IReadOnlyList<ShareAsk> asks)
    {
        var columns = new PostgresColumns<ShareAsk>(asks, 1);
        columns.Add(NpgsqlDbType.Text, ask => StoredText.Of(ask.Limit));
        columns.Add(NpgsqlDbType.Smallint, ask => (short)ask.Kind);
        return columns;
    }
}
