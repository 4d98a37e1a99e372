using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Storage;
using Causeway.Storage.Logs;

namespace Causeway.Hosting;

/// <summary>
/// The request log of a running gateway, and its store, which is opened when the first row is written or somebody asks. From time to time it deletes what is too
/// old, and mends what does not agree with the ledger.
/// </summary>
internal sealed class LogHost : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);     // the log has written what was that long ago
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongAgo = TimeSpan.FromHours(24);

    private readonly string _appDir;
    private readonly StoreConfig? _place;
    private readonly Func<LogConfig> _config;
    private readonly Func<ILedgerStore?> _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _upkeep;
    private ILogStore? _store;

    /// <summary>Begins, without opening anything.</summary>
    /// <param name="appDir">The folder of a file.</param>
    /// <param name="initial">The configuration at the start: it says where the log is kept.</param>
    /// <param name="config">What is kept, as it is configured now.</param>
    /// <param name="ledger">The ledger's store; null as long as there is none.</param>
    /// <param name="observers">Look at each exchange.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Makes logs.</param>
    public LogHost(string appDir, GatewayConfig initial, Func<LogConfig> config, Func<ILedgerStore?> ledger, IReadOnlyList<ILogObserver> observers, TimeProvider time, ILoggerFactory logs)
    {
        (_appDir, _config, _ledger, _time, _log) = (appDir, config, ledger, time, logs.CreateLogger<LogHost>());
        _place = initial.LogPlace;
        Log = _place is null ? null : new RequestLog(OpenAsync, config, observers, time, logs.CreateLogger<RequestLog>());
        _upkeep = _place is null ? Task.CompletedTask : Task.Run(UpkeepAsync);
    }

    /// <summary>Takes exchanges; null: no log is kept.</summary>
    public RequestLog? Log { get; }

    /// <summary>Is there a log?</summary>
    public bool IsKept => _place is not null;

    /// <summary>The store, opened if it is not.</summary>
    /// <exception cref="IOException">It cannot be used.</exception>
    public async Task<ILogStore> OpenAsync()
    {
        if (Volatile.Read(ref _store) is { } open) return open;
        await _opening.WaitAsync();
        try
        {
            return _store ??= await LogStores.OpenAsync(_place ?? throw new StoreException("no request log is kept"), _appDir, CancellationToken.None);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Log is not null) await Log.DisposeAsync();
        await _stop.CancelAsync();
        await _upkeep;
        if (_store is not null) await _store.DisposeAsync();
        _opening.Dispose();
        _stop.Dispose();
    }

    private async Task UpkeepAsync()
    {
        var began = _time.GetUtcNow();
        DateTimeOffset? from = null;
        for (var pause = Soon; await PauseAsync(pause); pause = Often)
        {
            try
            {
                if (_store is null && _ledger() is null && !IsThere) continue;
                var store = await OpenAsync();
                await store.TrimAsync(_config().Retention, _time.GetUtcNow(), _stop.Token);
                from ??= await EndOfEarlierAsync(store) - LookBack;
                var to = pause == Soon ? began : _time.GetUtcNow() - Settled;   // first what an earlier process did, which has no more to write
                if (await CheckAsync(store, from.Value, to)) from = to;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (IOException failure)
            {
                _log.LogWarning("the request log could not be looked through: {Problem}", failure.Message);
            }
        }
    }

    /// <summary>When an earlier process wrote its last row; long ago if none did.</summary>
    private async Task<DateTimeOffset> EndOfEarlierAsync(ILogStore store) =>
        await store.ListAsync(new LogListQuestion(LogFilter.All, 1), _stop.Token) is { Entries: [var last] } ? last.Time : _time.GetUtcNow() - LongAgo;

    /// <summary>A log that nobody has used is not opened for upkeep.</summary>
    private bool IsThere => _place is not SqliteStoreConfig file || File.Exists(file.In(_appDir));

    /// <summary>Compares the log with the ledger; false if that cannot be: there is no ledger, or the log has rows that it cannot write now.</summary>
    private async Task<bool> CheckAsync(ILogStore store, DateTimeOffset from, DateTimeOffset to)
    {
        if (_ledger() is not { } ledger || Log!.Status.Problem is not null) return false;
        var done = await new LedgerCheck(ledger, store).RunAsync(from, to, _stop.Token);
        if (done.Recovered + done.Rated > 0) _log.LogWarning("{Recovered} rows of the request log were missing and {Rated} cost something else than the ledger says: they are mended", done.Recovered, done.Rated);
        return true;
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }
}
