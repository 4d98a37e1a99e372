using Causeway.Core.Governance.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Adds entries to the ledger and, in the same transaction, what those that are new have cost to what is used of their budgets; the node's lease becomes
/// smaller by as much. So what is used is always the sum of the rows, whoever is killed when.
/// </summary>
internal static class PostgresBookings
{
    /// <summary>Held by all who write what is counted, and alone by who counts anew. No other program's number: the first bytes of the SHA-256 of "causeway budgets".</summary>
    public const string Shared = "SELECT pg_advisory_xact_lock_shared(5720133884193024117);";

    /// <summary>See <see cref="Shared"/>.</summary>
    public const string Alone = "SELECT pg_advisory_xact_lock(5720133884193024117);";

    private const long MostTokens = 1_000_000_000_000;   // as accounts have it

    /// <summary>The statement; <paramref name="insert"/> is the one that adds the rows, with parameters up to 20.</summary>
    public static string Sql(string insert) => $"""
        {Shared}
        WITH fresh AS ({insert} RETURNING id),
        booked AS (
          SELECT budget, slot, max(ends) AS ends, sum(dollars) AS dollars, sum(tokens)::bigint AS tokens
          FROM unnest(@p21, @p22, @p23, @p24, @p25, @p26) AS booking (id, budget, slot, ends, dollars, tokens)
          WHERE booking.id IN (SELECT id FROM fresh) GROUP BY budget, slot),
        used AS (
          INSERT INTO budget_use AS u (budget, slot, ends, dollars, tokens) SELECT * FROM booked ORDER BY budget, slot
          ON CONFLICT (budget, slot) DO UPDATE SET dollars = u.dollars + excluded.dollars, tokens = u.tokens + excluded.tokens, changed = clock_timestamp())
        INSERT INTO budget_lease AS l (budget, node, reported_dollars, reported_tokens)
        SELECT budget, @p27, sum(dollars), sum(tokens)::bigint FROM booked GROUP BY budget ORDER BY budget
        ON CONFLICT (budget, node) DO UPDATE SET
          reported_dollars = l.reported_dollars + excluded.reported_dollars, reported_tokens = l.reported_tokens + excluded.reported_tokens, changed = clock_timestamp()
        """;

    /// <summary>The parameters from 21 on.</summary>
    public static IEnumerable<NpgsqlParameter> Parameters(List<LedgerEntry> entries, Guid node)
    {
        var columns = new PostgresColumns<(LedgerEntry Entry, Core.Governance.Booking Booking)>([.. entries.SelectMany(entry => entry.Bookings, (entry, booking) => (entry, booking))], 21);
        columns.Add(NpgsqlDbType.Uuid, row => row.Entry.Id);
        columns.Add(NpgsqlDbType.Text, row => StoredText.Of(row.Booking.Budget));
        columns.Add(NpgsqlDbType.TimestampTz, row => row.Booking.Slot);
        columns.Add(NpgsqlDbType.TimestampTz, row => row.Booking.Ends);
        columns.Add(NpgsqlDbType.Numeric, row => Math.Max(0, Picodollars.Kept(row.Entry.Dollars ?? 0)));
        columns.Add(NpgsqlDbType.Bigint, row => Math.Clamp((row.Entry.InputTokens ?? 0) + (row.Entry.OutputTokens ?? 0), 0, MostTokens));
        return columns.Parameters.Append(new NpgsqlParameter<Guid>("p27", node));
    }
}
