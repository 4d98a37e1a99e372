using Causeway.Core.Configuration;

namespace Causeway.Storage.Contract.Sqlite;

public sealed class SqliteManagementTests : ManagementContract
{
    private readonly TempFolder _folder = new();

    protected override Task<Stores> OpenAsync() => Stores.OpenAsync(new SqliteStoreConfig(), _folder.Path, Cancel);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
