using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Contract.Logs;
using Causeway.Storage.Logs;

namespace Causeway.Storage.Contract.Sqlite;

public sealed class SqliteLogTests : LogContract
{
    private readonly TempFolder _folder = new();

    protected override Task<ILogStore> OpenAsync() => LogStores.OpenAsync(new SqliteStoreConfig("logs.db"), _folder.Path, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Equal(["logs.db"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));   // closed: the write-ahead log is in the database
        _folder.Dispose();
    }
}
