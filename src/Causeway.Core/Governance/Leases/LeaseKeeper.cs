using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Leases;

/// <summary>
/// Talks to the database about this node's part of the budgets: it renews, gives back, and asks for more when calls wait. One trip at a time, for all
/// budgets and all calls; requests make none.
/// </summary>
public sealed class LeaseKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);     // where calls still wait: others may have given back
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);        // a change is stamped before it can be seen

    private readonly Func<Books> _books;
    private readonly ILeaseStore _store;
    private readonly LeaseTerms _terms;
    private readonly Func<long> _pending;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Guid _epoch;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keeping;
    private Books? _counted;
    private DateTimeOffset? _since;
    private long _began;
    private long _swept;
    private int _isWanted;
    private bool _hasBegun;
    private bool _isLost;
    private string? _problem;

    /// <summary>Begins to keep the leases of <paramref name="books"/>.</summary>
    /// <param name="books">The books of the present configuration.</param>
    /// <param name="store">The database.</param>
    /// <param name="epoch">This process.</param>
    /// <param name="terms">How long leases are good for; the same on all nodes.</param>
    /// <param name="pending">How many entries of the ledger are not in the database yet: those of an earlier process go before anything is held.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what fails.</param>
    public LeaseKeeper(Func<Books> books, ILeaseStore store, Guid epoch, LeaseTerms terms, Func<long> pending, TimeProvider time, ILogger<LeaseKeeper> log)
    {
        (_books, _store, _epoch, _terms, _pending, _time, _log) = (books, store, epoch, terms, pending, time, log);
        books().Share(terms, time).Wanted = Wake;
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Done when it has reached the database for the first time; calls find no room before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Why the database does not answer; null if it does.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Gives back what is not spent; what is spent and not in the ledger yet stays set aside.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _books().WithLeases(static leases => leases.Wanted = null);
        _stop.Dispose();
        _wanted.Dispose();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWanted, 1) == 0) _wanted.Release();
    }

    private async Task KeepAsync()
    {
        for (var failures = 0; !_isLost;)
        {
            var isLast = _stop.IsCancellationRequested;
            _began = _time.GetTimestamp();
            try
            {
                await WatchAsync(TripAsync(isLast));
                failures = 0;
                if (Interlocked.Exchange(ref _problem, null) is not null) _log.LogInformation("the database of the budgets answers again");
            }
            catch (LeaseLostException lost)
            {
                _log.LogError("{Problem}", lost.Message);
                Volatile.Write(ref _problem, lost.Message);
                _isLost = true;
                _books().WithLeases(static leases => leases.CutOff());
            }
            catch (Exception problem)
            {
                // Whatever the database has: what is held is used until it is too old, and it is asked again.
                if (failures++ == 0 && !_stop.IsCancellationRequested) _log.LogError("the database of the budgets does not answer: {Problem}", problem.Message);
                Volatile.Write(ref _problem, problem.Message);
                _books().WithLeases(static leases => leases.LetGo());
            }

            if (isLast) return;
            await PauseAsync(failures);
        }
    }

    /// <summary>A server that hangs is waited for, since what it does in the end must be known before it is asked anew; those who wait here need not.</summary>
    private async Task WatchAsync(Task trip)
    {
        while (await Task.WhenAny(trip, Task.Delay(Second, _time)) != trip) _books().WithLeases(static leases => leases.LetGo());
        await trip;
    }

    private async Task TripAsync(bool isLast)
    {
        if (!_hasBegun)
        {
            if (isLast) return;
            while (_pending() > 0) await Task.Delay(Again, _time, _stop.Token);
            await _store.BeginAsync(_epoch, _terms, CancellationToken.None);
            _hasBegun = true;
        }

        var books = _books();
        if (books != _counted && !isLast)
        {
            await _store.CountAsync([.. books.Budgets], _stop.Token);   // may take as long as it takes to add up the ledger
            books.WithLeases(leases => leases.Follow(books));
            (_counted, _since) = (books, null);
        }

        if (_time.GetElapsedTime(_swept) >= _terms.Beat || _swept == 0)
        {
            await _store.SweepAsync(_terms, CancellationToken.None);
            _swept = _time.GetTimestamp();
        }

        Volatile.Write(ref _isWanted, 0);
        var request = books.WithLeases(leases => leases.Ask(_epoch, _since, isLast));
        var sent = _time.GetTimestamp();
        var reply = await _store.AdjustAsync(request, CancellationToken.None);
        books.Tell(books.WithLeases(leases => leases.Take(books, request, reply, sent)));
        _since = reply.Now - Overlap;
        if (reply.Granted.Contains(null)) _counted = null;
        _ready.TrySetResult();
    }

    /// <summary>Until somebody wants something, but not for long; and not sooner than a breath after the last trip, so that those who come at once travel together.</summary>
    private async Task PauseAsync(int failures)
    {
        var pause = _books().WithLeases(leases => failures > 0 ? Again * Math.Min(1 << Math.Min(failures, 8), 10) : leases.IsWanting ? Again : leases.IsActive || _terms.Beat > Second ? Second : _terms.Beat);
        if (failures > 0) await Quietly(Task.Delay(pause, _time, _stop.Token));
        else await Quietly(_wanted.WaitAsync(pause, _stop.Token));
        if (Breath - _time.GetElapsedTime(_began) is { Ticks: > 0 } rest) await Quietly(Task.Delay(rest, _time, _stop.Token));
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
