using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract.Postgres;

public sealed class PostgresLedgerTests(PostgresServer server) : LedgerContract
{
    private PostgresStoreConfig? _config;

    protected override async Task<ILedgerStore> OpenAsync() => (await Stores.OpenAsync(_config ??= await server.CreateAsync(), "/", CancellationToken.None)).Ledger;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropAsync(_config!.Database);
    }
}
