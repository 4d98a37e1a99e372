using Causeway.Cli;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Management;
using Causeway.Storage;

namespace Causeway.Hosting;

/// <summary>
/// The database of a running gateway and the ledger that it keeps in it. Both are opened when they are first needed: a gateway that nobody has given a key, a
/// budget or a change by the API has no database, and starts without one.
/// </summary>
/// <param name="options">Have the folder.</param>
/// <param name="store">The database that the configuration named at the start; another one takes effect with the next start. Null: it wants none.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Makes logs.</param>
internal sealed class StoreHost(CommandLineOptions options, StoreConfig? store, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = logs.CreateLogger<StoreHost>();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _following = new(1, 1);
    private volatile LedgerWriter? _ledger;
    private Stores? _stores;

    /// <summary>Takes what requests cost; null: nobody does.</summary>
    public LedgerWriter? Ledger => _ledger;

    /// <summary>Where the ledger ends up, and what is managed; null as long as neither is needed.</summary>
    public Stores? Stores => _stores;

    /// <summary>Is there something to be read at the start?</summary>
    public bool IsNeeded(GatewayConfig config) => store is PostgresStoreConfig || (store is SqliteStoreConfig file && (config.KeepsLedger || File.Exists(file.In(options.AppDir))));

    /// <summary>Opens the database, once.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public async Task<Stores> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            return _stores ??= await Stores.OpenAsync(store!, options.AppDir, CancellationToken.None);
        }
        catch (DllNotFoundException)
        {
            throw new StoreException("libsqlite3 is not installed (Debian: apt-get install libsqlite3-0). Without a database: \"config_store\": {\"enabled\": false}");
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Opens the database when something is first to be stored; null if none is wanted.</summary>
    public Func<Task<IManagementStore>>? Opener => store is null ? null : async () => (await OpenAsync()).Management;

    /// <summary>Opens the ledger if a configuration that is about to be in force wants one.</summary>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    /// <exception cref="IOException">Another gateway uses the folder, or it cannot be written.</exception>
    public async Task PrepareAsync(GatewayConfig config)
    {
        if (_ledger is not null || store is null || !config.KeepsLedger) return;
        var stores = await OpenAsync();
        await _opening.WaitAsync();
        try
        {
            _ledger ??= Ledgers.Open(options.AppDir, stores.Ledger, time, logs.CreateLogger<LedgerWriter>());
        }
        catch (IOException taken) when (taken is not StoreException)
        {
            throw new IOException($"cannot keep a ledger in {options.AppDir}: {taken.Message}. Each gateway needs a folder of its own that it may write to; choose another with -app-dir.", taken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Fills the books with what was spent before: at the start, and for budgets that came later. False, and a word to the operator, if that cannot be: a budget
    /// that has forgotten what was spent is none.
    /// </summary>
    public async Task<bool> LoadAsync(Books books)
    {
        var now = time.GetUtcNow();
        if (_ledger is not { } ledger || books.LoadFrom(now) is not { } since) return true;
        try
        {
            var (began, status) = (time.GetTimestamp(), ledger.Status);
            for (var wanted = status.Moved + status.Pending; ledger.Status.Moved < wanted; await Task.Delay(Glance, time))
            {
                if (time.GetElapsedTime(began) < Patience) continue;
                throw new IOException($"it does not take the ledger's last {ledger.Status.Pending} entries: {ledger.Status.Problem}");
            }

            var sums = new List<LedgerSum>();
            await foreach (var sum in _stores!.Ledger.SumAsync(since, now, CancellationToken.None)) sums.Add(sum);
            books.Load(sums, now);
            return true;
        }
        catch (IOException failure)
        {
            await Console.Error.WriteLineAsync($"budgets need to know what was spent before, and the database does not say: {failure.Message}");
            return false;
        }
    }

    /// <summary>
    /// Does the same while the gateway runs, again and again until it is done: a file that has changed may have the first virtual key, so that there is a ledger to be
    /// opened, or another budget.
    /// </summary>
    public async Task FollowAsync(Func<GatewayConfig> config, Func<Books> books, CancellationToken cancel)
    {
        if (config().Store != store) _log.LogWarning("config_store has changed: that takes effect with the next start");
        var turn = _following.WaitAsync(cancel);
        await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!turn.IsCompletedSuccessfully) return;
        try
        {
            for (var isDone = false; !isDone && !cancel.IsCancellationRequested;)
            {
                isDone = await TryPrepareAsync(config()) && await LoadAsync(books());
                if (!isDone) await Task.Delay(Again, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _following.Release();
        }
    }

    private async Task<bool> TryPrepareAsync(GatewayConfig config)
    {
        try
        {
            await PrepareAsync(config);
            return true;
        }
        catch (IOException failure)
        {
            _log.LogError("what requests cost is not written down, and budgets do not survive the gateway: {Problem}", failure.Message);
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null) await _ledger.DisposeAsync();
        if (_stores is not null) await _stores.DisposeAsync();
        _opening.Dispose();
    }
}
