using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Contract.Logs;
using Causeway.Storage.Logs;

namespace Causeway.Storage.Contract.Postgres;

public sealed class PostgresLogTests(PostgresServer server) : LogContract
{
    private PostgresStoreConfig? _config;

    protected override async Task<ILogStore> OpenAsync() => await LogStores.OpenAsync(_config ??= await server.CreateAsync(), "/", CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropAsync(_config!.Database);
    }
}
