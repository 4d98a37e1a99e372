using Causeway.Storage.Migrations;
using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Contract.Sqlite;

public sealed class SqliteMigrationTests : MigrationContract, IDisposable
{
    private readonly TempFolder _folder = new();

    private protected override IReadOnlyList<Migration> Steps => Migration.Sqlite;

    public void Dispose() => _folder.Dispose();

    private protected override async Task<Migrated> RunAsync(string name, IReadOnlyList<Migration> steps)
    {
        await using var database = await SqliteDatabase.OpenAsync(_folder[name], steps, TimeSpan.FromSeconds(30), Cancel);
        return database.Migrated;
    }

    private protected override async Task<string> SchemaAsync(string name)
    {
        using var session = new SqliteSession(_folder[name], SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(5));
        using var rows = await session.Statement("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name", []).ExecuteReaderAsync(Cancel);
        var lines = new List<string>();
        while (await rows.ReadAsync(Cancel)) lines.Add($"{rows.GetString(0)}: {rows.GetString(1)}");
        return string.Join('\n', lines);
    }
}
