namespace Causeway.Storage.Sqlite;

/// <summary>A connection that is taken for some reading, all of it as of one moment, and given back.</summary>
internal sealed class SqliteLease : IDisposable
{
    private readonly Action<SqliteSession> _give;
    private readonly CancellationTokenRegistration _stop;

    /// <summary>Begins.</summary>
    public SqliteLease(SqliteSession session, Action<SqliteSession> give, CancellationToken cancel)
    {
        (Session, _give) = (session, give);
        try
        {
            Session.Raw("BEGIN").Run();
            _stop = cancel.UnsafeRegister(static session => ((SqliteSession)session!).Interrupt(), session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The connection.</summary>
    public SqliteSession Session { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();   // waits for an interruption that is under way
        Session.EndReading();
        _give(Session);
    }
}
