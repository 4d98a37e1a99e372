using Causeway.Storage.Migrations;
using Causeway.Storage.Postgres;

namespace Causeway.Storage.Contract.Postgres;

public sealed class PostgresMigrationTests(PostgresServer server) : MigrationContract, IAsyncDisposable
{
    private readonly Dictionary<string, string> _databases = [];

    private protected override IReadOnlyList<Migration> Steps => Migration.Postgres;

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _databases.Values) await server.DropAsync(name);
    }

    private protected override async Task<Migrated> RunAsync(string name, IReadOnlyList<Migration> steps)
    {
        await using var database = await PostgresDatabase.OpenAsync(server.Config(await NameAsync(name)), steps, Cancel);
        return database.Migrated;
    }

    private protected override async Task<string> SchemaAsync(string name)
    {
        var database = await NameAsync(name);
        var columns = await server.LinesAsync(database, "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, numeric_precision, numeric_scale) FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position");
        return string.Join('\n', [.. columns, .. await server.LinesAsync(database, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname")]);
    }

    private async Task<string> NameAsync(string name)
    {
        if (!_databases.TryGetValue(name, out var database)) _databases[name] = database = (await server.CreateAsync()).Database;
        return database;
    }
}
