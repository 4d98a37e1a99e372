using Causeway.Cli;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Storage;

namespace Causeway.Hosting;

/// <summary>The ledger of a running gateway and the database behind it; neither if none is kept.</summary>
internal sealed class LedgerHost : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ILedgerStore? _store;

    private LedgerHost(LedgerWriter? ledger, ILedgerStore? store) => (Ledger, _store) = (ledger, store);

    /// <summary>Takes what requests cost; null: nobody does.</summary>
    public LedgerWriter? Ledger { get; }

    /// <summary>Opens both; null, and a word to the operator, if that cannot be.</summary>
    public static async Task<LedgerHost?> OpenAsync(CommandLineOptions options, GatewayConfig config, TimeProvider time, ILoggerFactory logs)
    {
        if (!config.KeepsLedger) return new LedgerHost(null, null);
        ILedgerStore? store = null;
        try
        {
            store = await LedgerStores.OpenAsync(config.Store!, options.AppDir, CancellationToken.None);
            return new LedgerHost(Ledgers.Open(options.AppDir, store, time, logs.CreateLogger<LedgerWriter>()), store);
        }
        catch (StoreException broken)
        {
            await Console.Error.WriteLineAsync($"cannot open the database: {broken.Message}");
        }
        catch (DllNotFoundException)
        {
            await Console.Error.WriteLineAsync("cannot open the database: libsqlite3 is not installed (Debian: apt-get install libsqlite3-0). Without a database: \"config_store\": {\"enabled\": false}");
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync($"cannot keep a ledger in {options.AppDir}: {taken.Message}. Each gateway needs a folder of its own that it may write to; choose another with -app-dir.");
        }

        if (store is not null) await store.DisposeAsync();
        return null;
    }

    /// <summary>
    /// Fills the books with what was spent before the start, once an earlier process's journal is in the database. False, and a word to the
    /// operator, if that cannot be: a budget that has forgotten what was spent is none.
    /// </summary>
    public async Task<bool> LoadAsync(Books books, TimeProvider time)
    {
        if (_store is null || Ledger is null || books.LoadFrom(time.GetUtcNow()) is not { } since) return true;
        for (var began = time.GetTimestamp(); Ledger.Status.Pending > 0; await Task.Delay(Glance, time))
        {
            if (time.GetElapsedTime(began) < Patience) continue;
            await Console.Error.WriteLineAsync($"cannot begin: budgets need to know what was spent before, and the database does not take the ledger's last {Ledger.Status.Pending} entries: {Ledger.Status.Problem}");
            return false;
        }

        var sums = new List<LedgerSum>();
        await foreach (var sum in _store.SumAsync(since, CancellationToken.None)) sums.Add(sum);
        books.Load(sums, time.GetUtcNow());
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Ledger is not null) await Ledger.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
    }
}
