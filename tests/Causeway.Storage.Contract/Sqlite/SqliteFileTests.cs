using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Contract.Sqlite;

/// <summary>Files that cannot be used say why, and a store that failed once goes on.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    private async Task<SqliteLedgerStore> OpenAsync(string name = "config.db", double seconds = 5) =>
        new(await SqliteDatabase.OpenAsync(_folder[name], Migration.Sqlite, TimeSpan.FromSeconds(seconds), Cancel));

    private async Task<string> OpenFailureAsync(string name) => (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(name))).Message;

    [Fact]
    public async Task The_folder_is_made_and_the_file_is_its_owners_alone()
    {
        await using var store = await OpenAsync("deep/er/config.db");
        await store.AddAsync(Entries.Full);
        foreach (var file in Directory.GetFiles(_folder["deep/er"]))
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_folder_or_a_place_that_cannot_be_is_refused()
    {
        Directory.CreateDirectory(_folder["folder.db"]);
        Assert.Contains("folder.db: cannot be", await OpenFailureAsync("folder.db"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["file"], "", Cancel);
        Assert.Contains("cannot be made", await OpenFailureAsync("file/config.db"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused_and_left_as_it_is()
    {
        var text = string.Concat(Enumerable.Repeat("my thesis. ", 1000));
        await File.WriteAllTextAsync(_folder["thesis.txt"], text, Cancel);
        Assert.EndsWith("is not an SQLite database", await OpenFailureAsync("thesis.txt"), StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_folder["thesis.txt"], Cancel));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["config.db"]};Pooling=False"))
        {
            other.Open();
            using var make = other.CreateCommand();
            make.CommandText = "CREATE TABLE config_keys (id INTEGER PRIMARY KEY)";
            make.ExecuteNonQuery();
        }

        Assert.Contains("is another program's (it has a table 'config_keys')", await OpenFailureAsync("config.db"), StringComparison.Ordinal);
        using var after = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["config.db"]};Pooling=False;Mode=ReadOnly");
        after.Open();
        using var ask = after.CreateCommand();
        ask.CommandText = "SELECT count(*) FROM sqlite_master";
        Assert.Equal(1L, ask.ExecuteScalar());
    }

    [Fact]
    public async Task A_damaged_file_is_told()
    {
        await using (var store = await OpenAsync()) await store.AddAsync(Entries.Many(2000), Cancel);
        var bytes = await File.ReadAllBytesAsync(_folder["config.db"], Cancel);
        Array.Fill(bytes, (byte)0xAB, 3 * 4096, bytes.Length - (3 * 4096));
        await File.WriteAllBytesAsync(_folder["config.db"], bytes, Cancel);
        await using var damaged = await OpenAsync();
        var failure = await Assert.ThrowsAsync<StoreException>(() => damaged.ListAsync());
        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_locked_by_another_is_waited_for_and_then_told()
    {
        await using var store = await OpenAsync(seconds: 0.2);
        await using var other = await OpenAsync();
        await other.AddAsync(Entries.Number(0));
        var (locked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = other.Database.WriteAsync((_, _) => { locked.SetResult(); release.Task.GetAwaiter().GetResult(); return 0; }, Cancel);
        await locked.Task;
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.AddAsync(Entries.Number(1)));
        Assert.Contains("locked by another process", failure.Message, StringComparison.Ordinal);
        Assert.Single(await store.ListAsync());   // reading is not disturbed
        release.SetResult();
        await holding;
        await store.AddAsync(Entries.Number(1));
        Assert.Equal(2, (await store.ListAsync()).Count);
    }

    [Fact]
    public async Task Opening_what_is_up_to_date_waits_for_no_writer()
    {
        await using var other = await OpenAsync();
        var (locked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = other.Database.WriteAsync((_, _) => { locked.SetResult(); release.Task.GetAwaiter().GetResult(); return 0; }, Cancel);
        await locked.Task;
        await using (var store = await OpenAsync(seconds: 0.2)) Assert.Empty(await store.ListAsync());
        release.SetResult();
        await holding;
    }

    [Theory]
    [InlineData("PRAGMA max_page_count = 1", "the disk is full")]
    [InlineData("PRAGMA query_only = 1", "cannot be written")]
    public async Task A_full_disk_or_a_file_that_cannot_be_written_is_told_and_nothing_is_half_there(string pragma, string told)
    {
        await using var store = await OpenAsync();
        await store.AddAsync(Entries.Number(0));
        await store.Database.WriteAsync((session, transaction) => session.Statement(pragma, [], transaction).ExecuteNonQuery(), Cancel);
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => store.AddAsync(Entries.Many(5000), Cancel));
        Assert.Contains("config.db: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Single(await store.ListAsync());
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AddAsync(Entries.Number(0)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ListAsync());
    }

    [Theory]
    [InlineData("WHERE time >= 5", "ledger_time")]
    [InlineData("WHERE time >= 5 AND time < 9", "ledger_time")]
    [InlineData("WHERE virtual_key = 'a' AND time >= 5 AND time < 9", "ledger_virtual_key")]
    public async Task Ranges_of_time_are_read_by_an_index(string where, string index)
    {
        await using var store = await OpenAsync();
        var plan = new List<string>();
        await foreach (var step in store.Database.ReadAsync(new Query<string>($"EXPLAIN QUERY PLAN SELECT sum(picodollars) FROM ledger {where}", [], rows => rows.GetString(3)), Cancel)) plan.Add(step);
        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
    }
}
