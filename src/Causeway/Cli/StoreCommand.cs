using Causeway.Core.Configuration;
using Causeway.Storage;

namespace Causeway.Cli;

/// <summary>The commands for the database: <c>causeway migrate</c>, <c>causeway backup FILE</c>, <c>causeway rekey</c>, and those for the ledger in it.</summary>
public static class StoreCommand
{
    /// <summary>Does it, and says what was done; the process's exit code.</summary>
    public static async Task<int> RunAsync(CommandLineOptions options, Func<string, string?> env, TextWriter output, TextWriter errors)
    {
        var load = ConfigLoader.LoadAppDir(options.AppDir, env);
        foreach (var problem in load.Errors) await errors.WriteLineAsync($"error: {problem}");
        if (load.Config is null) return 1;
        if (options.Report is null && load.Config.Store is null)
        {
            await errors.WriteLineAsync("causeway: config_store.enabled is false: there is no database");
            return 1;
        }

        try
        {
            if (options.Report is { } report)
            {
                await ReportCommand.RunAsync(report, load.Config.LogPlace, options.AppDir, output);
                return 0;
            }

            if (options.Ledger is { } ledger)
            {
                await LedgerCommand.RunAsync(options, ledger, load.Config, env, output);
                return 0;
            }

            var store = load.Config.Store!;
            await output.WriteLineAsync(await (options.Verb switch
            {
                Verb.Migrate => MigrateAsync(store, options.AppDir),
                Verb.Rekey => RekeyCommand.RunAsync(store, options.AppDir, env),
                _ => BackUpAsync(store, options),
            }));
            return 0;
        }
        catch (Exception failure) when (failure is IOException or FormatException)
        {
            await errors.WriteLineAsync($"causeway: {failure.Message}");
            return 1;
        }
    }

    private static async Task<string> MigrateAsync(StoreConfig store, string appDir)
    {
        var (from, to) = await StoreUpkeep.MigrateAsync(store, appDir, CancellationToken.None);
        var name = store is SqliteStoreConfig sqlite ? sqlite.In(appDir) : store.ToString();
        return from == to ? $"{name}: up to date, version {to}" : $"{name}: from version {from} to version {to}";
    }

    private static async Task<string> BackUpAsync(StoreConfig store, CommandLineOptions options)
    {
        await StoreUpkeep.BackUpAsync(store, options.AppDir, options.BackupFile!, CancellationToken.None);
        return $"{options.BackupFile}: {new FileInfo(options.BackupFile!).Length} bytes";
    }
}
