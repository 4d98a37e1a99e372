using Causeway.Core.Governance;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;
using Causeway.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Storage.Contract.Postgres;

/// <summary>A gateway as far as budgets see it: books, a journal that survives its death, and a part of the budgets in the database.</summary>
internal sealed class LeaseNode : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private readonly List<LedgerEntry> _journal;
    private readonly MortalStore _store;
    private readonly LeaseKeeper _keeper;
    private readonly Task _moving;
    private volatile bool _isDead;
    private volatile bool _isOver;

    public LeaseNode(PostgresDatabase database, Guid id, LeaseTerms terms, IReadOnlyList<Budget> budgets, List<LedgerEntry> journal)
    {
        (_database, Id, _journal, Books) = (database, id, journal, new Books(budgets));
        _store = new MortalStore(new PostgresLeaseStore(database, new Lazy<Guid>(id)));
        _keeper = new LeaseKeeper(() => Books, _store, Guid.NewGuid(), terms, Pending, TimeProvider.System, NullLogger<LeaseKeeper>.Instance);
        _moving = Task.Run(MoveAsync);
    }

    public Guid Id { get; }

    public Books Books { get; set; }

    public Task Ready => _keeper.Ready;

    public string? Problem => _keeper.Problem;

    /// <summary>The database is away for this node.</summary>
    public bool IsCut
    {
        set => _store.IsCut = value;
    }

    /// <summary>What is not known to be in the database.</summary>
    public List<LedgerEntry> Journal => _journal;

    public ValueTask<ReserveOutcome> ReserveAsync(Worst worst, TimeSpan? patience = null) =>
        Books.ReserveAsync(null, "openai", "gpt-4o", worst, patience ?? TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None);

    /// <summary>A call that cost so much has ended: its entry is in the journal before the budget knows. False: the node was dead.</summary>
    public bool Settle(Reservation reservation, decimal dollars, long tokens)
    {
        var now = TimeProvider.System.GetUtcNow();
        var entry = Entries.Number(0, dollars) with { Id = Guid.CreateVersion7(), Time = now, VirtualKey = null, InputTokens = tokens, OutputTokens = 0, Bookings = reservation.BookingsAt(now) };
        lock (_journal)
        {
            if (_isDead) return false;
            _journal.Add(entry);
        }

        return Books.Settle(reservation, dollars, tokens, now);
    }

    /// <summary>Ends it as SIGKILL does: what it was about to say to the database may or may not have been heard.</summary>
    public void Kill()
    {
        lock (_journal) _isDead = true;
        _store.IsDead = true;
    }

    /// <summary>Ends it in order, with all that it knows in the database; or what is left of it after it was killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDead) _store.IsDead = true;
        await _keeper.DisposeAsync();
        _isOver = true;
        await _moving;
    }

    private long Pending()
    {
        lock (_journal) return _journal.Count;
    }

    private async Task MoveAsync()
    {
        var ledger = new PostgresLedgerStore(_database, new Lazy<Guid>(Id));
        while (!_isDead)
        {
            List<LedgerEntry> batch;
            lock (_journal) batch = [.. _journal.Take(50)];
            if (batch.Count == 0 && _isOver) return;
            if (batch.Count > 0) await ledger.AddAsync([.. batch]);
            lock (_journal)
            {
                if (!_isDead) _journal.RemoveRange(0, batch.Count);
            }

            if (batch.Count < 50) await Task.Delay(10);
        }
    }

    /// <summary>A store that a dead node says nothing more to.</summary>
    private sealed class MortalStore(ILeaseStore store) : ILeaseStore
    {
        public volatile bool IsDead;
        public volatile bool IsCut;

        public Task BeginAsync(Guid epoch, LeaseTerms terms, CancellationToken cancel) => Check() ?? store.BeginAsync(epoch, terms, cancel);

        public Task CountAsync(IReadOnlyList<Budget> budgets, CancellationToken cancel) => Check() ?? store.CountAsync(budgets, cancel);

        public Task<LeaseReply> AdjustAsync(LeaseRequest request, CancellationToken cancel) => IsDead || IsCut ? Task.FromException<LeaseReply>(new IOException("cut off")) : store.AdjustAsync(request, cancel);

        public Task SweepAsync(LeaseTerms terms, CancellationToken cancel) => Check() ?? store.SweepAsync(terms, cancel);

        private Task? Check() => IsDead || IsCut ? Task.FromException(new IOException("cut off")) : null;
    }
}
