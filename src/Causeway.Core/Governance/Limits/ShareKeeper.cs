using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Limits;

/// <summary>
/// Keeps this node's shares of the rate limits: once a second for all that are in use, and at once when a request wants more than there is. While the
/// database is away the node goes on with the shares that it has.
/// </summary>
public sealed class ShareKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private readonly ILimitShareStore _store;
    private readonly LimitShares _shares;
    private readonly Guid _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _keeping;
    private int _isWanted;

    /// <summary>Begins to share the limits of <paramref name="book"/>, and of those that follow it.</summary>
    /// <param name="book">The limits.</param>
    /// <param name="store">The database.</param>
    /// <param name="holder">This process.</param>
    /// <param name="ready">When the database knows the process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what fails.</param>
    public ShareKeeper(LimitBook book, ILimitShareStore store, Guid holder, Task ready, TimeProvider time, ILogger<ShareKeeper> log)
    {
        (_store, _holder, _time, _log) = (store, holder, time, log);
        _shares = book.Share();
        _shares.Wanted = Wake;
        _keeping = Task.Run(async () =>
        {
            await ready.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await KeepAsync();
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _shares.Wanted = null;
        _stop.Dispose();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWanted, 1) == 0) _wanted.Release();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Volatile.Write(ref _isWanted, 0);
            var asks = _shares.Ask(LimitBook.Ticks(_time), out var asked);
            try
            {
                if (asks.Count > 0) await WatchAsync(asks, asked);
                if (_shares.IsAway) _log.LogInformation("the database of the rate limits answers again");
                _shares.IsAway = false;
            }
            catch (Exception problem)
            {
                if (!_shares.IsAway) _log.LogError("the database of the rate limits does not answer; until it does, this node admits what it has a share for: {Problem}", problem.Message);
                _shares.IsAway = true;
            }
            finally
            {
                asked.TrySetResult();
            }

            await Quietly(_wanted.WaitAsync(_shares.IsActive ? Second : Idle, _stop.Token));
            await Quietly(Task.Delay(_shares.IsAway ? Second : Breath, _time, _stop.Token));   // those who come at once travel together
        }
    }

    private async Task WatchAsync(List<(LimitMeter Meter, LimitShare Share, ShareAsk Ask)> asks, TaskCompletionSource asked)
    {
        var trip = _store.ShareAsync(_holder, asks.ConvertAll(one => one.Ask), CancellationToken.None);
        if (await Task.WhenAny(trip, Task.Delay(Second, _time)) != trip)
        {
            _shares.IsAway = true;   // a server that hangs is waited for, but not by requests
            asked.TrySetResult();
        }

        var replies = await trip;
        for (var i = 0; i < asks.Count; i++)
        {
            lock (asks[i].Meter) asks[i].Share.Take(asks[i].Ask, replies[i], LimitBook.Ticks(_time));
        }
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
