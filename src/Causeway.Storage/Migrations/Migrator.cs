using System.Data.Common;
using System.Globalization;

namespace Causeway.Storage.Migrations;

/// <summary>Brings a database up to date, step by step, each in a transaction of its own. Several programs may do it at a time.</summary>
/// <param name="database">Names the database in errors.</param>
/// <param name="steps">The steps that this program knows.</param>
/// <param name="dialect">How the database wants it said.</param>
internal sealed class Migrator(string database, IReadOnlyList<Migration> steps, MigrationDialect dialect)
{
    /// <summary>Does what is left to do.</summary>
    /// <exception cref="StoreException">The database is not one that this program can bring up to date.</exception>
    public async Task<Migrated> RunAsync(DbConnection connection, CancellationToken cancel)
    {
        var isOurs = await HasTableAsync(connection, cancel);
        if (!isOurs && dialect.Others is { } others) await RefuseOtherAsync(connection, others, cancel);
        var from = isOurs ? Check(await AppliedAsync(connection, null, cancel)) : 0;   // without a lock, as it is nearly always up to date
        for (var to = from; ;)
        {
            if (to == steps.Count) return new Migrated(from, to);
            to = await StepAsync(connection, cancel);
        }
    }

    /// <summary>Takes the lock, looks what others have done meanwhile, and does the next step; the number of steps that the database has then.</summary>
    private async Task<int> StepAsync(DbConnection connection, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, transaction, dialect.Lock + dialect.CreateTable, cancel);
        var done = Check(await AppliedAsync(connection, transaction, cancel));
        if (done == steps.Count) return done;
        var step = steps[done];
        await ExecuteAsync(connection, transaction, step.Sql, cancel);
        await using var record = Command(connection, transaction, $"INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (@number, @name, @sha256, {dialect.Now})");
        Add(record, "@number", step.Number);
        Add(record, "@name", step.Name);
        Add(record, "@sha256", step.Sha256);
        await record.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return done + 1;
    }

    /// <summary>How many steps were done, if they are the first ones of those known here.</summary>
    private int Check(List<(int Number, string Name, string Sha256)> applied)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var (number, name, sha256) = applied[i];
            if (number > steps.Count) throw new StoreException($"{database} was made by a newer version of this program (it has step {number:D4}_{name}, this version knows {steps.Count}): run that version, or name another database");
            if (number != i + 1 || steps[i].Name != name || steps[i].Sha256 != sha256)
                throw new StoreException($"{database} has a step {number:D4}_{name} that is not the one of this program ({steps[i]}): the database or the program was changed by hand; restore a backup, or run the version that made it");
        }

        return applied.Count;
    }

    /// <summary>A file that another program keeps its things in is not to be written to: Bifrost, whose configuration may name it, has the same name for its own.</summary>
    private async Task RefuseOtherAsync(DbConnection connection, string others, CancellationToken cancel)
    {
        await using var command = Command(connection, null, others);
        if (await command.ExecuteScalarAsync(cancel) is not string table || await HasTableAsync(connection, cancel)) return;   // another process of ours may have been faster
        throw new StoreException($"{database} is another program's (it has a table '{table}'): name another file in `config.path` of its store");
    }

    private async Task<bool> HasTableAsync(DbConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, null, dialect.HasTable);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) > 0;
    }

    private static async Task<List<(int, string, string)>> AppliedAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, "SELECT number, name, sha256 FROM schema_migrations ORDER BY number");
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var applied = new List<(int, string, string)>();
        while (await rows.ReadAsync(cancel)) applied.Add((rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return applied;
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction transaction, string sql, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100   // all of it comes from this project
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
