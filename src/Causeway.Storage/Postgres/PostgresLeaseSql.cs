namespace Causeway.Storage.Postgres;

/// <summary>
/// The statements of <see cref="PostgresLeaseStore"/>. Several in one text are one trip. Locks are taken in one order everywhere: the node's row, the
/// budgets' rows by id, leases by id.
/// </summary>
internal static class PostgresLeaseSql
{
    /// <summary>p0: node, p1: epoch, p2: how long it may be silent, p3: the life of a lease.</summary>
    public const string Begin = """
        UPDATE limit_share SET until = now() + greatest(span, @p3) WHERE until IS NULL AND holder IN (SELECT epoch FROM gateway_node WHERE id = @p0);
        INSERT INTO gateway_node (id, epoch, until) VALUES (@p0, @p1, now() + @p2)
        ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, until = excluded.until, missed = NULL;
        DELETE FROM budget_lease WHERE node = @p0;
        DELETE FROM budget_lease WHERE node IN (SELECT id FROM gateway_node WHERE until < now() - interval '30 days');
        DELETE FROM gateway_node WHERE until < now() - interval '30 days'
        """;

    /// <summary>What is counted: p0: budgets, p1: their forms. The first result is the time, the second those that have to be counted.</summary>
    public const string Uncounted = $"""
        {PostgresBookings.Alone}
        SELECT now();
        SELECT wanted.id FROM unnest(@p0, @p1) AS wanted (id, form) LEFT JOIN budget_count USING (id) WHERE budget_count.form IS DISTINCT FROM wanted.form
        """;

    /// <summary>p0: all budgets of the node, p1: the node. Others are not counted by it, and it holds nothing of them.</summary>
    public const string Forget = """
        SELECT id FROM budget_count ORDER BY id FOR UPDATE;
        UPDATE budget_count SET form = '' WHERE id <> ALL (@p0) AND form <> '';
        UPDATE budget_lease SET granted_dollars = reported_dollars, granted_tokens = reported_tokens, changed = clock_timestamp() WHERE node = @p1 AND budget <> ALL (@p0)
        """;

    /// <summary>p0: budgets, p1: their forms; p2 to p6: slots. What was there and is no more becomes nothing, so that all nodes see it.</summary>
    public const string Count = """
        UPDATE budget_use SET dollars = 0, tokens = 0, changed = clock_timestamp() WHERE budget = ANY (@p0);
        INSERT INTO budget_use (budget, slot, ends, dollars, tokens) SELECT * FROM unnest(@p2, @p3, @p4, @p5, @p6)
        ON CONFLICT (budget, slot) DO UPDATE SET ends = excluded.ends, dollars = excluded.dollars, tokens = excluded.tokens, changed = clock_timestamp();
        INSERT INTO budget_count (id, form) SELECT * FROM unnest(@p0, @p1) ON CONFLICT (id) DO UPDATE SET form = excluded.form
        """;

    /// <summary>
    /// p0: node, p1: epoch, p2: how long it may be silent, p3: budgets, p4: since when changes are wanted. Renews, takes the locks, and tells how the budgets
    /// stand: the time, what is to be decided, and what has changed. Each statement sees what was committed when it began, so that what is read is
    /// read under the locks.
    /// </summary>
    public const string Look = """
        UPDATE gateway_node SET until = now() + @p2, missed = NULL WHERE id = @p0 AND epoch = @p1 RETURNING clock_timestamp();
        SELECT id FROM budget_count WHERE id = ANY (@p3) ORDER BY id FOR UPDATE;
        SELECT coalesce(c.form <> '', false), u.dollars, u.tokens, o.dollars, o.tokens,
          coalesce(l.granted_dollars, 0), coalesce(l.granted_tokens, 0), coalesce(l.reported_dollars, 0), coalesce(l.reported_tokens, 0)
        FROM unnest(@p3) WITH ORDINALITY AS asked (budget, place)
        LEFT JOIN budget_count c ON c.id = asked.budget
        LEFT JOIN budget_lease l ON l.budget = asked.budget AND l.node = @p0
        CROSS JOIN LATERAL (SELECT coalesce(sum(dollars), 0) AS dollars, coalesce(sum(tokens), 0)::bigint AS tokens FROM budget_use WHERE budget = asked.budget AND ends > now()) u
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(greatest(granted_dollars - reported_dollars, 0)), 0) AS dollars, coalesce(sum(greatest(granted_tokens - reported_tokens, 0)), 0)::bigint AS tokens
          FROM budget_lease WHERE budget = asked.budget AND node <> @p0) o
        ORDER BY asked.place;
        SELECT t.budget, coalesce(l.reported_dollars, 0), coalesce(l.reported_tokens, 0), o.dollars, o.tokens, u.slot, u.ends, u.dollars, u.tokens
        FROM (SELECT budget FROM budget_use WHERE changed >= @p4 UNION SELECT budget FROM budget_lease WHERE changed >= @p4 UNION SELECT unnest(@p3)) AS t (budget)
        LEFT JOIN budget_lease l ON l.budget = t.budget AND l.node = @p0
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(greatest(granted_dollars - reported_dollars, 0)), 0) AS dollars, coalesce(sum(greatest(granted_tokens - reported_tokens, 0)), 0)::bigint AS tokens
          FROM budget_lease WHERE budget = t.budget AND node <> @p0) o
        LEFT JOIN budget_use u ON u.budget = t.budget AND u.changed >= @p4 AND u.ends > now()
        ORDER BY t.budget
        """;

    /// <summary>p0: node; p1 to p3: what it may have spent of budgets.</summary>
    public const string Grant = """
        INSERT INTO budget_lease (budget, granted_dollars, granted_tokens, node) SELECT budget, dollars, tokens, @p0 FROM unnest(@p1, @p2, @p3) AS granted (budget, dollars, tokens) ORDER BY budget
        ON CONFLICT (budget, node) DO UPDATE SET granted_dollars = excluded.granted_dollars, granted_tokens = excluded.granted_tokens, changed = clock_timestamp()
        """;

    /// <summary>
    /// p0: how long a node may come back after it was missed, p1: the life of a lease. What has been missed for so long loses what it holds; who is silent now is missed.
    /// </summary>
    public const string Sweep = """
        WITH lost AS (SELECT id, epoch, missed FROM gateway_node WHERE missed < now() - @p0 FOR UPDATE SKIP LOCKED),
        shares AS (UPDATE limit_share s SET until = lost.missed + greatest(s.span, @p1) FROM lost WHERE s.holder = lost.epoch AND s.until IS NULL),
        held AS (SELECT l.budget, l.node FROM budget_lease l JOIN lost ON l.node = lost.id WHERE granted_dollars > reported_dollars OR granted_tokens > reported_tokens ORDER BY 2, 1 FOR UPDATE OF l)
        UPDATE budget_lease l SET granted_dollars = reported_dollars, granted_tokens = reported_tokens, changed = clock_timestamp()
        FROM held WHERE l.budget = held.budget AND l.node = held.node;
        UPDATE gateway_node SET missed = now() WHERE id IN (SELECT id FROM gateway_node WHERE until < now() AND missed IS NULL FOR UPDATE SKIP LOCKED);
        UPDATE limit_share SET until = now() + greatest(span, @p1) WHERE until IS NULL AND NOT EXISTS (SELECT FROM gateway_node WHERE epoch = holder);
        DELETE FROM limit_share WHERE until < now();
        DELETE FROM budget_use WHERE ends < now() - interval '1 day'
        """;
}
