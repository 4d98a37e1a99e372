namespace Causeway.Storage.Migrations;

/// <summary>How a database wants it said that steps are recorded.</summary>
/// <param name="HasTable">Asks whether the table of steps is there: more than 0.</param>
/// <param name="Lock">Keeps other programs out until the transaction ends; empty if its beginning does.</param>
/// <param name="CreateTable">Makes the table of steps unless it is there.</param>
/// <param name="Now">The present time.</param>
/// <param name="Others">Asks for the name of a table of another program's, where a database should be this one's alone.</param>
internal sealed record MigrationDialect(string HasTable, string Lock, string CreateTable, string Now, string? Others = null)
{
    /// <summary>A transaction of Microsoft.Data.Sqlite is the only one that writes from its beginning.</summary>
    public static MigrationDialect Sqlite { get; } = new(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
        "",
        "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;",
        "unixepoch() * 1000",
        "SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1");

    /// <summary>The number of the lock is no other program's: the first bytes of the SHA-256 of "causeway migrations".</summary>
    public static MigrationDialect Postgres { get; } = new(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migrations'",
        "SELECT pg_advisory_xact_lock(185534582233594445);",
        "CREATE TABLE IF NOT EXISTS schema_migrations (number integer NOT NULL PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL);",
        "now()");
}
