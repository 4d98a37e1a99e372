using Causeway.Core.Configuration;
using Causeway.Storage.Migrations;

namespace Causeway.Storage.Contract.Sqlite;

/// <summary>Migrating and backing up.</summary>
public sealed class UpkeepTests : IDisposable
{
    private static readonly SqliteStoreConfig Config = new();

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Migrating_says_from_and_to()
    {
        Assert.Equal(new Migrated(0, Migration.Sqlite.Count), await StoreUpkeep.MigrateAsync(Config, _folder.Path, Cancel));
        Assert.Equal(new Migrated(Migration.Sqlite.Count, Migration.Sqlite.Count), await StoreUpkeep.MigrateAsync(Config, _folder.Path, Cancel));
    }

    [Fact]
    public async Task A_backup_made_while_others_write_is_of_one_moment_and_can_be_opened()
    {
        await using var store = (await Stores.OpenAsync(Config, _folder.Path, Cancel)).Ledger;
        await store.AddAsync(Entries.Many(1000), Cancel);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await store.AddAsync(Entries.Many(100), Cancel);
        }, Cancel);
        await StoreUpkeep.BackUpAsync(Config, _folder.Path, _folder["copy.db"], Cancel);
        await writing;
        Assert.False(File.Exists(_folder["copy.db.part"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["copy.db"]));
        await using var copy = (await Stores.OpenAsync(new SqliteStoreConfig("copy.db"), _folder.Path, Cancel)).Ledger;
        var count = (await copy.ListAsync()).Count;
        Assert.InRange(count, 1000, 6000);
        Assert.Equal(0, count % 100);
        Assert.Equal(6000, (await store.ListAsync()).Count);
    }

    [Fact]
    public async Task A_backup_overwrites_nothing_and_says_what_it_misses()
    {
        async Task<string> FailureAsync(string file) => (await Assert.ThrowsAsync<StoreException>(() => StoreUpkeep.BackUpAsync(Config, _folder.Path, file, Cancel))).Message;
        Assert.Contains("no such database", await FailureAsync(_folder["copy.db"]), StringComparison.Ordinal);
        await StoreUpkeep.MigrateAsync(Config, _folder.Path, Cancel);
        await File.WriteAllTextAsync(_folder["copy.db"], "mine", Cancel);
        Assert.Contains("is there already", await FailureAsync(_folder["copy.db"]), StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["copy.db"], Cancel));
        Assert.Contains("cannot be made", await FailureAsync(_folder["copy.db/x"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_backed_up_by_its_own_program()
    {
        var config = new PostgresStoreConfig { Host = "db", User = "u", Password = "hidden", Database = "d" };
        var failure = await Assert.ThrowsAsync<StoreException>(() => StoreUpkeep.BackUpAsync(config, "/", "/x", Cancel));
        Assert.Equal("database 'd' at db:5432: is backed up with PostgreSQL's own `pg_dump`", failure.Message);
    }
}
