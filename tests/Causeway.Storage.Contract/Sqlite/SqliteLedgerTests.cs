using Causeway.Core.Governance.Ledger;
using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Contract.Sqlite;

public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly TempFolder _folder = new();

    protected override async Task<ILedgerStore> OpenAsync() =>
        new SqliteLedgerStore(await SqliteDatabase.OpenAsync(_folder["config.db"], Migration.Sqlite, TimeSpan.FromSeconds(5), CancellationToken.None));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Equal(["config.db"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));   // closed: the log is in the database
        _folder.Dispose();
    }
}
