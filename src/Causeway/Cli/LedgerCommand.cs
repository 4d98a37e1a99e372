using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Dialects.Json;
using Causeway.Storage;
using Causeway.Storage.Logs;

namespace Causeway.Cli;

/// <summary>The commands for the ledger: <c>causeway spend</c>, <c>causeway export</c> and <c>causeway rerate</c>. A gateway may use the database meanwhile.</summary>
internal static class LedgerCommand
{
    /// <summary>Does what the options say, and writes what comes of it.</summary>
    /// <exception cref="StoreException">The database cannot be used, or is not there yet; or the file cannot be written.</exception>
    public static async Task RunAsync(CommandLineOptions options, LedgerOptions asked, GatewayConfig config, Func<string, string?> env, TextWriter output)
    {
        // Opening it would make an empty one, where most likely the folder is the wrong one.
        if (config.Store is SqliteStoreConfig file && !File.Exists(file.In(options.AppDir)))
            throw new StoreException($"{file.In(options.AppDir)}: there is no ledger yet: is -app-dir the folder of the gateway?");
        await using var stores = await Stores.OpenAsync(config.Store!, options.AppDir, CancellationToken.None);
        switch (options.Verb)
        {
            case Verb.Spend:
                var report = await SpendReport.OfAsync(stores.Ledger, asked.Question, CancellationToken.None);
                await output.WriteAsync(asked.Format switch { ReportFormat.Csv => report.ToCsv(), ReportFormat.Json => Json(report.Write), _ => report.ToTable() });
                return;
            case Verb.Export:
                await ExportAsync(stores.Ledger.ReadAsync(asked.Question.Filter, CancellationToken.None), asked.File, output);
                return;
            default:
                var prices = new Rerating(await WithStoredAsync(stores.Management, options.AppDir, env) ?? config);
                var done = await prices.RunAsync(stores.Ledger, asked.Question.Filter, asked.IsDryRun, CancellationToken.None);
                if (done.Changed > 0 && !asked.IsDryRun) await ShowInLogAsync(config.LogPlace, options.AppDir, stores.Ledger, asked.Question.Filter);
                await output.WriteLineAsync(Describe(done, asked.IsDryRun));
                return;
        }
    }

    /// <summary>The request log says of each request what it cost: what was rated anew is so there, too, if there is a log.</summary>
    private static async Task ShowInLogAsync(StoreConfig? place, string appDir, ILedgerStore ledger, LedgerFilter filter)
    {
        if (place is null || (place is SqliteStoreConfig file && !File.Exists(file.In(appDir)))) return;
        await using var log = await LogStores.OpenAsync(place, appDir, CancellationToken.None);
        await new LedgerCheck(ledger, log).RunAsync(filter, TimeProvider.System.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>The configuration with what is managed by the API, such as prices; its secrets stay sealed.</summary>
    private static async Task<GatewayConfig?> WithStoredAsync(IManagementStore managed, string appDir, Func<string, string?> env)
    {
        var stored = (await managed.ReadAsync(CancellationToken.None)).Objects
            .Select(item => ObjectKind.Find(item.Kind) is { HasSecrets: true } kind ? item with { Body = SecretFields.Blank(kind, JsonNode.Parse(item.Body)!.AsObject()).ToJsonString() } : item);
        return ConfigLoader.LoadAppDir(appDir, env, [.. stored]).Config;
    }

    private static async Task ExportAsync(IAsyncEnumerable<LedgerEntry> entries, string? file, TextWriter output)
    {
        if (file is null)
        {
            await LedgerFields.WriteCsvAsync(entries, async piece => await output.WriteAsync(Encoding.UTF8.GetString(piece.Span)));
            return;
        }

        try
        {
            await output.WriteLineAsync($"{file}: {await WriteFileAsync(entries, file)} rows");
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or (IOException and not StoreException))
        {
            throw new StoreException($"{file}: cannot be written: {refused.Message}", refused);
        }
    }

    /// <summary>It is written under another name first, so that a file of the wanted name is always whole. It is its owner's alone: it says who spent what.</summary>
    private static async Task<long> WriteFileAsync(IAsyncEnumerable<LedgerEntry> entries, string file)
    {
        if (File.Exists(file)) throw new StoreException($"{file}: is there already: name a new file");
        var part = file + ".part";
        var mode = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            long count;
            await using (var stream = new FileStream(part, mode)) count = await LedgerFields.WriteCsvAsync(entries, piece => stream.WriteAsync(piece));
            File.Move(part, file);
            return count;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>A JSON object.</summary>
    /// <param name="members">Writes its members.</param>
    public static string Json(Action<Utf8JsonWriter> members)
    {
        using var text = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(text, JsonOutput.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.Span) + Environment.NewLine;
    }

    private static string Describe(Rerated result, bool isDry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Changed} of {result.Entries} rows {(isDry ? "would change" : "changed")}: {result.Before} dollars before, {result.After} after, {result.After - result.Before:+0.############;-0.############;0} in all. "
        + $"The cost of {result.Unknown} of them was not known. {result.Unpriced} rows cannot be priced and stay as they are.");
}
