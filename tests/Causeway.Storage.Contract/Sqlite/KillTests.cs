using System.Diagnostics;
using System.Globalization;
using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Contract.Sqlite;

/// <summary>A process that is killed while it writes leaves a ledger of whole batches, with all that it was told to be written.</summary>
public sealed class KillTests : IDisposable
{
    private const int Batch = 50;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static async Task<SqliteLedgerStore> OpenAsync(string path) => new(await SqliteDatabase.OpenAsync(path, Migration.Sqlite, TimeSpan.FromSeconds(5), CancellationToken.None));

    /// <summary>The process: writes batches, and says after each how many there are.</summary>
    public static async Task<int> WriteAsync(string path)
    {
        await using var store = await OpenAsync(path);
        for (var batches = 1; ; batches++)
        {
            await store.AddAsync(Entries.Many(Batch), CancellationToken.None);
            await Console.Out.WriteLineAsync(batches.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(150)]   // the log has been moved into the database several times by then
    public async Task Killed(int batches)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["write", _folder["config.db"]]) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Insert(0, typeof(KillTests).Assembly.Location);
        using var process = Process.Start(start)!;
        var said = 0;
        while (said < batches && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) said = int.Parse(line);
        process.Kill();   // SIGKILL
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (int.TryParse(line, out var last)) said = last;
        }

        await AssertWholeAsync("config.db", said * Batch);
    }

    [Fact]
    public async Task What_a_power_cut_would_find_at_random_moments()
    {
        var cancel = TestContext.Current.CancellationToken;
        var found = new List<int>();
        await using (var store = await OpenAsync(_folder["config.db"]))
        {
            await store.Database.WriteAsync((session, transaction) => session.Statement("PRAGMA wal_autocheckpoint = 0", [], transaction).ExecuteNonQuery(), cancel);   // else the two files cannot be copied as of one moment
            var writing = Task.Run(async () =>
            {
                for (var i = 0; i < 60; i++) await store.AddAsync(Entries.Many(Batch), cancel);
            }, cancel);
            var copy = 0;
            do
            {
                File.Copy(_folder["config.db"], _folder[$"copy{copy}.db"]);
                File.Copy(_folder["config.db-wal"], _folder[$"copy{copy}.db-wal"]);
                copy++;
            }
            while (!writing.IsCompleted && copy < 40);
            await writing;
            for (var i = 0; i < copy; i++) found.Add(await AssertWholeAsync($"copy{i}.db", 0));
        }

        Assert.Equal(found.Order(), found);
    }

    private async Task<int> AssertWholeAsync(string name, int atLeast)
    {
        await using var store = await OpenAsync(_folder[name]);
        var check = new List<string>();
        await foreach (var line in store.Database.ReadAsync(new Query<string>("PRAGMA integrity_check", [], rows => rows.GetString(0)), CancellationToken.None)) check.Add(line);
        Assert.Equal(["ok"], check);
        var count = (await store.ListAsync()).Count;
        Assert.Equal(0, count % Batch);
        Assert.InRange(count, atLeast, int.MaxValue);
        return count;
    }
}
