using Causeway.Core.Governance;
using Causeway.Core.Governance.Leases;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>The leases of budgets in a PostgreSQL database.</summary>
/// <param name="database">The database.</param>
/// <param name="node">The id of this node.</param>
internal sealed class PostgresLeaseStore(PostgresDatabase database, Lazy<Guid> node) : ILeaseStore
{
    /// <summary>How long a statement may take; counting anew may take longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LimitOfCounting = TimeSpan.FromMinutes(10);

    private static readonly DateTimeOffset Ever = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public Task BeginAsync(Guid epoch, LeaseTerms terms, CancellationToken cancel) =>
        database.WriteAsync(PostgresLeaseSql.Begin, [One("p0", node.Value), One("p1", epoch), One("p2", terms.Use), One("p3", terms.Life)], cancel, Limit);

    /// <inheritdoc/>
    public Task CountAsync(IReadOnlyList<Budget> budgets, CancellationToken cancel) => database.TransactAsync(
        async connection =>
        {
            var (now, uncounted) = await UncountedAsync(connection, budgets, cancel);
            string[] all = [.. budgets.Select(budget => budget.Id)];
            await ExecuteAsync(connection, PostgresLeaseSql.Forget, [One("p0", all), One("p1", node.Value)], cancel);
            if (uncounted.Count == 0) return 0;
            var count = new BudgetCount(uncounted, now);
            var query = PostgresLedgerStore.Queries.Sums(count.Since.ToUniversalTime(), null);
            await using (var sums = Command(connection, query.Sql, PostgresDatabase.Parameters(query.Parameters), LimitOfCounting))
            await using (var rows = await sums.ExecuteReaderAsync(cancel))
            {
                while (await rows.ReadAsync(cancel)) count.Add(query.Row(rows));
            }

            var uses = new PostgresColumns<(string Budget, BudgetUse Use)>([.. count.Uses], 2);
            uses.Add(NpgsqlDbType.Text, row => row.Budget);
            uses.Add(NpgsqlDbType.TimestampTz, row => row.Use.Slot);
            uses.Add(NpgsqlDbType.TimestampTz, row => row.Use.Ends);
            uses.Add(NpgsqlDbType.Numeric, row => row.Use.Used.Dollars);
            uses.Add(NpgsqlDbType.Bigint, row => row.Use.Used.Tokens);
            await ExecuteAsync(connection, PostgresLeaseSql.Count, [.. Forms(uncounted), .. uses.Parameters], cancel);
            return uncounted.Count;
        },
        cancel);

    /// <inheritdoc/>
    public Task<LeaseReply> AdjustAsync(LeaseRequest request, CancellationToken cancel) => database.TransactAsync(
        async connection =>
        {
            var (now, states, standings) = await LookAsync(connection, request, cancel);
            var counted = states.Select((state, i) => (state, i)).Where(one => one.state is not null).ToList();
            var granted = LeaseDecision.Grant(request.Asks, [.. states.Select(state => state ?? default)], request.Calls);
            var changed = counted.Where(one => granted[one.i] != one.state!.Value.Granted).Select(one => (request.Asks[one.i].Budget, Granted: granted[one.i])).ToList();
            if (changed.Count > 0)
            {
                var columns = new PostgresColumns<(string Budget, Amount Granted)>(changed, 1);
                columns.Add(NpgsqlDbType.Text, row => row.Budget);
                columns.Add(NpgsqlDbType.Numeric, row => row.Granted.Dollars);
                columns.Add(NpgsqlDbType.Bigint, row => row.Granted.Tokens);
                await ExecuteAsync(connection, PostgresLeaseSql.Grant, [One("p0", node.Value), .. columns.Parameters], cancel);
            }

            return new LeaseReply(now, [.. states.Select((state, i) => state is null ? (Amount?)null : granted[i])], standings);
        },
        cancel);

    /// <inheritdoc/>
    public Task SweepAsync(LeaseTerms terms, CancellationToken cancel) => database.WriteAsync(PostgresLeaseSql.Sweep, [One("p0", terms.Grace), One("p1", terms.Life)], cancel, Limit);

    private static async Task<(DateTimeOffset Now, List<Budget> Uncounted)> UncountedAsync(NpgsqlConnection connection, IReadOnlyList<Budget> budgets, CancellationToken cancel)
    {
        var byId = budgets.ToDictionary(budget => budget.Id, StringComparer.Ordinal);
        await using var command = Command(connection, PostgresLeaseSql.Uncounted, Forms(budgets), LimitOfCounting);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        await rows.NextResultAsync(cancel);   // the lock's
        await rows.ReadAsync(cancel);
        var now = rows.GetFieldValue<DateTimeOffset>(0);
        await rows.NextResultAsync(cancel);
        var uncounted = new List<Budget>();
        while (await rows.ReadAsync(cancel)) uncounted.Add(byId[rows.GetString(0)]);
        return (now, uncounted);
    }

    private async Task<(DateTimeOffset Now, List<LeaseState?> States, List<LeaseStanding> Standings)> LookAsync(NpgsqlConnection connection, LeaseRequest request, CancellationToken cancel)
    {
        string[] asked = [.. request.Asks.Select(ask => ask.Budget)];
        await using var command = Command(connection, PostgresLeaseSql.Look, [One("p0", node.Value), One("p1", request.Epoch), One("p2", request.Terms.Use), One("p3", asked), One("p4", request.Since ?? Ever)], Limit);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        if (!await rows.ReadAsync(cancel))
            throw new LeaseLostException($"another gateway has started as the node {node.Value}: its folder is a copy of this one's, or it took its place. Budgets are spent by that one only; give each gateway a folder of its own (-app-dir) and start this one again");
        var now = rows.GetFieldValue<DateTimeOffset>(0);
        await rows.NextResultAsync(cancel);
        await rows.NextResultAsync(cancel);   // after the locks
        var states = new List<LeaseState?>(asked.Length);
        while (await rows.ReadAsync(cancel))
            states.Add(rows.GetBoolean(0) ? new LeaseState(AmountAt(rows, 1), AmountAt(rows, 3), AmountAt(rows, 5), AmountAt(rows, 7)) : null);
        await rows.NextResultAsync(cancel);
        var standings = new List<LeaseStanding>();
        while (await rows.ReadAsync(cancel))
        {
            var budget = rows.GetString(0);
            if (standings.Count == 0 || standings[^1].Budget != budget) standings.Add(new LeaseStanding(budget, AmountAt(rows, 1), AmountAt(rows, 3), new List<BudgetUse>()));
            if (!rows.IsDBNull(5)) ((List<BudgetUse>)standings[^1].Uses).Add(new BudgetUse(rows.GetFieldValue<DateTimeOffset>(5), rows.GetFieldValue<DateTimeOffset>(6), AmountAt(rows, 7)));
        }

        return (now, states, standings);
    }

    private static List<NpgsqlParameter> Forms(IReadOnlyList<Budget> budgets)
    {
        var columns = new PostgresColumns<Budget>(budgets);
        columns.Add(NpgsqlDbType.Text, budget => budget.Id);
        columns.Add(NpgsqlDbType.Text, budget => StoredText.Of(BudgetCount.FormOf(budget)));
        return columns.Parameters;
    }

    private static Amount AmountAt(NpgsqlDataReader rows, int at) => new(rows.GetDecimal(at), rows.GetInt64(at + 1));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken cancel)
    {
        await using var command = Command(connection, sql, parameters, Limit);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyList<NpgsqlParameter> parameters, TimeSpan limit) => PostgresDatabase.Command(connection, sql, parameters, limit);

    private static NpgsqlParameter<T> One<T>(string name, T value) => new(name, value);
}
