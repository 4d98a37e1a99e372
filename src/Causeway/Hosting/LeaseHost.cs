using Causeway.Core.Configuration;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Limits;
using Causeway.Endpoints;
using Causeway.Storage;

namespace Causeway.Hosting;

/// <summary>The part of a gateway in the budgets and rate limits that several share; nothing where its database is a file.</summary>
internal sealed class LeaseHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LeaseKeeper? _budgets;
    private readonly ShareKeeper? _limits;

    private LeaseHost(LeaseKeeper? budgets, ShareKeeper? limits) => (_budgets, _limits) = (budgets, limits);

    /// <summary>Begins to share what <paramref name="stores"/> share. To be ended before the ledger, which then takes what is left to be reported.</summary>
    public static LeaseHost Begin(GatewayState state, GatewayConfig config, Stores? stores, LedgerWriter? ledger, TimeProvider time, ILoggerFactory logs)
    {
        if (stores is not { Leases: { } leases, Shares: { } shares } || ledger is null || config.Store is not PostgresStoreConfig { LeaseSeconds: var seconds }) return new LeaseHost(null, null);
        var (epoch, terms) = (Guid.CreateVersion7(), new LeaseTerms(TimeSpan.FromSeconds(seconds)));
        var budgets = new LeaseKeeper(() => state.Runtime.Books, leases, epoch, terms, () => ledger.Status.Pending, time, logs.CreateLogger<LeaseKeeper>());
        return new LeaseHost(budgets, new ShareKeeper(state.Runtime.Limits, shares, epoch, budgets.Ready, time, logs.CreateLogger<ShareKeeper>()));
    }

    /// <summary>Waits for the first contact. False, and a word to the operator, if there is none: nothing could be spent.</summary>
    public async Task<bool> IsReadyAsync(TimeProvider time)
    {
        if (_budgets is null) return true;
        await Task.WhenAny(_budgets.Ready, Task.Delay(Patience, time));
        if (_budgets.Ready.IsCompleted) return true;
        await Console.Error.WriteLineAsync($"cannot begin: budgets are shared with other nodes, and their database does not answer: {_budgets.Problem}");
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_limits is not null) await _limits.DisposeAsync();
        if (_budgets is not null) await _budgets.DisposeAsync();
    }
}
