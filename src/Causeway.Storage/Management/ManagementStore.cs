using System.Data.Common;
using Causeway.Core.Management;

namespace Causeway.Storage.Management;

/// <summary>What is managed by the dashboard and the API, in either database.</summary>
internal sealed class ManagementStore(ISqlDatabase database) : IManagementStore
{
    /// <inheritdoc/>
    public async Task<StoreSnapshot> ReadAsync(CancellationToken cancel)
    {
        // One statement is of one moment. The revision is there even if no object is.
        var rows = await database.ReadAsync(
            "SELECT s.revision, o.kind, o.id, o.body, o.version, o.changed, o.changed_by FROM config_state s LEFT JOIN config_object o ON 1 = 1",
            [],
            row => (Revision: row.GetInt64(0), Object: row.IsDBNull(1) ? null : new StoredObject(row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), Time(row, 5), row.GetString(6))),
            cancel);
        return new StoreSnapshot(rows[0].Revision, [.. rows.Select(row => row.Object).OfType<StoredObject>().OrderBy(item => item.Kind, StringComparer.Ordinal).ThenBy(item => item.Id, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public async Task<long> RevisionAsync(CancellationToken cancel) => (await database.ReadAsync("SELECT revision FROM config_state", [], row => row.GetInt64(0), cancel))[0];

    /// <inheritdoc/>
    public Task<bool> WriteAsync(long expected, IReadOnlyList<ObjectChange> changes, IReadOnlyList<AuditEntry> audit, CancellationToken cancel)
    {
        var (now, by) = (audit[0].Time.ToUnixTimeMilliseconds(), audit[0].Actor);
        var statements = new List<SqlStatement> { new("UPDATE config_state SET revision = revision + 1 WHERE revision = @p0", expected) { MustChange = true } };
        foreach (var change in changes)
        {
            statements.Add(change.Body is null
                ? new SqlStatement("DELETE FROM config_object WHERE kind = @p0 AND id = @p1", change.Kind, change.Id)
                : new SqlStatement(
                    """
                    INSERT INTO config_object (kind, id, body, version, changed, changed_by) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
                    ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, version = excluded.version, changed = excluded.changed, changed_by = excluded.changed_by
                    """,
                    change.Kind, change.Id, StoredText.Of(change.Body), expected + 1, now, by));
        }

        statements.AddRange(audit.Select(Note));
        if (database.Announcement is { } announcement) statements.Add(announcement);
        return database.WriteAsync(statements, cancel);
    }

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan most, CancellationToken cancel) => database.WaitAsync(most, cancel);

    /// <inheritdoc/>
    public Task NoteAsync(AuditEntry entry, CancellationToken cancel) => database.WriteAsync([Note(entry)], cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(AuditFilter filter, CancellationToken cancel)
    {
        var conditions = new List<string>();
        var parameters = new List<object?>();
        Add("actor = ", filter.Actor);
        Add("kind = ", filter.Kind);
        Add("object = ", filter.Object);
        Add("id < ", filter.Before?.ToString());
        parameters.Add((long)filter.Limit);
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        return await database.ReadAsync(
            $"SELECT id, time, actor, address, action, kind, object, before, after FROM audit{where} ORDER BY id DESC LIMIT @p{parameters.Count - 1}",
            parameters,
            row => new AuditEntry
            {
                Id = Guid.Parse(row.GetString(0)), Time = Time(row, 1), Actor = row.GetString(2), Address = Text(row, 3), Action = row.GetString(4),
                Kind = row.GetString(5), Object = row.GetString(6), Before = Text(row, 7), After = Text(row, 8),
            },
            cancel);

        void Add(string condition, string? value)
        {
            if (value is null) return;
            conditions.Add($"{condition}@p{parameters.Count}");
            parameters.Add(StoredText.Of(value));   // as it would be stored
        }
    }

    /// <inheritdoc/>
    public Task AddSessionAsync(Session session, CancellationToken cancel) => database.WriteAsync(
        [
            new SqlStatement("DELETE FROM session WHERE expires <= @p0", session.Created.ToUnixTimeMilliseconds()),
            new SqlStatement(
                "INSERT INTO session (hash, account, created, expires) VALUES (@p0, @p1, @p2, @p3)",
                session.Hash, session.Account, session.Created.ToUnixTimeMilliseconds(), session.Expires.ToUnixTimeMilliseconds()),
        ],
        cancel);

    /// <inheritdoc/>
    public async Task<Session?> FindSessionAsync(string hash, DateTimeOffset now, CancellationToken cancel) => (await database.ReadAsync(
        "SELECT hash, account, created, expires FROM session WHERE hash = @p0 AND expires > @p1",
        [hash, now.ToUnixTimeMilliseconds()],
        row => new Session(row.GetString(0), row.GetString(1), Time(row, 2), Time(row, 3)),
        cancel)).FirstOrDefault();

    /// <inheritdoc/>
    public Task EndSessionAsync(string hash, CancellationToken cancel) => database.WriteAsync([new SqlStatement("DELETE FROM session WHERE hash = @p0", hash)], cancel);

    /// <inheritdoc/>
    public Task EndSessionsAsync(string account, CancellationToken cancel) => database.WriteAsync([new SqlStatement("DELETE FROM session WHERE account = @p0", account)], cancel);

    private static SqlStatement Note(AuditEntry entry) => new(
        "INSERT INTO audit (id, time, actor, address, action, kind, object, before, after) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8)",
        entry.Id.ToString(), entry.Time.ToUnixTimeMilliseconds(), entry.Actor, entry.Address, entry.Action, entry.Kind, StoredText.Of(entry.Object), StoredText.Of(entry.Before), StoredText.Of(entry.After));

    private static DateTimeOffset Time(DbDataReader row, int at) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(at));

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
