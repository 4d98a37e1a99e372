namespace Causeway.Core.Management;

/// <summary>
/// Keeps what is managed by the dashboard and the API, who changed it, and who is logged in. Its methods may be called from several threads, and by several
/// gateways on one database.
/// </summary>
public interface IManagementStore
{
    /// <summary>All objects, and the revision that they are of.</summary>
    Task<StoreSnapshot> ReadAsync(CancellationToken cancel);

    /// <summary>The revision: it grows by one with each change.</summary>
    Task<long> RevisionAsync(CancellationToken cancel);

    /// <summary>
    /// Makes changes and writes down who made them: all of it or nothing. False, and nothing happened, if the revision is not
    /// <paramref name="expected"/> any more: someone else has changed something.
    /// </summary>
    Task<bool> WriteAsync(long expected, IReadOnlyList<ObjectChange> changes, IReadOnlyList<AuditEntry> audit, CancellationToken cancel);

    /// <summary>Returns when there may have been a change, by whichever gateway, or when <paramref name="most"/> has passed.</summary>
    Task WaitAsync(TimeSpan most, CancellationToken cancel);

    /// <summary>Writes down something that changes no object, such as a login.</summary>
    Task NoteAsync(AuditEntry entry, CancellationToken cancel);

    /// <summary>The audit log, the newest entries first.</summary>
    Task<IReadOnlyList<AuditEntry>> AuditAsync(AuditFilter filter, CancellationToken cancel);

    /// <summary>Keeps a session, and forgets those that are over.</summary>
    Task AddSessionAsync(Session session, CancellationToken cancel);

    /// <summary>A session that is not over; null if there is none.</summary>
    /// <param name="hash">SHA-256 of its secret, in base64url.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Gives up.</param>
    Task<Session?> FindSessionAsync(string hash, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Ends one session.</summary>
    Task EndSessionAsync(string hash, CancellationToken cancel);

    /// <summary>Ends all sessions of an account.</summary>
    Task EndSessionsAsync(string account, CancellationToken cancel);
}

/// <summary>Someone is logged in.</summary>
/// <param name="Hash">SHA-256 of the secret in the cookie, in base64url.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Created">Since when.</param>
/// <param name="Expires">Until when.</param>
public sealed record Session(string Hash, string Account, DateTimeOffset Created, DateTimeOffset Expires);
