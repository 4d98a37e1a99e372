using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// The ledger: entries go to the journal at once, and from its files to the database in batches. What an earlier process left in the journal goes
/// first, by the same way: there is no queue beside the files, so that what is read after a crash is read all the time. While the database fails,
/// entries stay in the journal.
/// </summary>
public sealed class LedgerWriter : ILedger, IAsyncDisposable
{
    /// <summary>Most entries that are written to the database at once.</summary>
    public const int LargestBatch = 1000;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Journal _journal;
    private readonly ILedgerStore? _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Arrears _arrears;
    private readonly Task _moving;
    private int _hasNews;
    private int _isFull;
    private long _failed;
    private long _moved;
    private string? _problem;

    /// <summary>Begins to move what the journal holds to <paramref name="store"/>; null: there is none, entries stay in the journal.</summary>
    public LedgerWriter(Journal journal, ILedgerStore? store, TimeProvider time, ILogger log)
    {
        (_journal, _store, _time, _log) = (journal, store, time, log);
        _arrears = new Arrears(Append, time, log);
        _moving = store is null ? Task.CompletedTask : Task.Run(() => MoveAsync(store));
    }

    /// <summary>How long the database may take for the rest when the gateway stops. What is left then is moved at the next start.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How it gets on.</summary>
    public LedgerStatus Status => new(_journal.Pending, Interlocked.Read(ref _failed), Volatile.Read(ref _problem)) { Moved = Interlocked.Read(ref _moved), Unwritten = _arrears.Count };

    /// <inheritdoc/>
    public bool HasRoom => _isFull == 0 || _journal.HasRoom();

    /// <inheritdoc/>
    public void Append(IReadOnlyList<LedgerEntry> entries)
    {
        try
        {
            _journal.Append(entries);
        }
        catch (IOException full)
        {
            if (Interlocked.Exchange(ref _isFull, 1) == 0) _log.LogError("the ledger's journal cannot be written, no answers are given out: {Problem}", full.Message);
            throw;
        }

        if (_isFull != 0 && Interlocked.Exchange(ref _isFull, 0) == 1) _log.LogInformation("the ledger's journal can be written again");
        if (_store is not null && Interlocked.Exchange(ref _hasNews, 1) == 0) _news.Release();
    }

    /// <inheritdoc/>
    public void AppendLate(IReadOnlyList<LedgerEntry> entries)
    {
        try
        {
            Append(entries);
        }
        catch (IOException)
        {
            _arrears.Add(entries);
        }
    }

    /// <summary>Moves what is left, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _arrears.DisposeAsync();
        await _stop.CancelAsync();
        await Task.WhenAny(_moving, Task.Delay(StopWithin, _time));
        await _giveUp.CancelAsync();
        await _moving;
        _journal.Dispose();
        _news.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task MoveAsync(ILedgerStore store)
    {
        IReadOnlyList<LedgerEntry> batch = [];
        var failures = 0;
        while (true)
        {
            try
            {
                if (batch.Count == 0) batch = _journal.Read(LargestBatch);
                if (batch.Count > 0)
                {
                    await store.AddAsync(batch, _giveUp.Token);
                    _journal.Confirm(batch.Count);
                    Interlocked.Add(ref _moved, batch.Count);
                    (batch, failures) = ([], 0);
                    Volatile.Write(ref _problem, null);
                    if (_journal.Pending < LargestBatch) await PauseAsync(Gathering);
                    continue;
                }

                if (_stop.IsCancellationRequested) return;
                await NewsAsync();
            }
            catch (Exception problem)
            {
                // Whatever the database has: the entries stay in the journal, and it is asked again.
                Interlocked.Increment(ref _failed);
                Volatile.Write(ref _problem, problem.Message);
                if (failures++ == 0) _log.LogError("the database does not take the ledger's entries, which stay in the journal: {Problem}", problem.Message);
                if (_stop.IsCancellationRequested) return;
                await PauseAsync(Gathering * Math.Min(1 << Math.Min(failures, 16), LongestPause / Gathering));
            }
        }
    }

    /// <summary>Waits for entries, and for more of them to come.</summary>
    private async Task NewsAsync()
    {
        await _news.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await PauseAsync(Gathering);
        Volatile.Write(ref _hasNews, 0);
    }

    private Task PauseAsync(TimeSpan pause) => Quietly(Task.Delay(pause, _time, _stop.Token));

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
