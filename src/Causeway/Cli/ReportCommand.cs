using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log.Reports;
using Causeway.Storage;
using Causeway.Storage.Logs;

namespace Causeway.Cli;

/// <summary><c>causeway report</c>: what branches, or values of other dimensions, cost, by the request log. A gateway may use it meanwhile.</summary>
internal static class ReportCommand
{
    private const int MostValues = 1000;

    /// <summary>Writes the report.</summary>
    /// <exception cref="StoreException">There is no log, or it cannot be used.</exception>
    public static async Task RunAsync(ReportOptions asked, StoreConfig? place, string appDir, TextWriter output)
    {
        if (place is null) throw new StoreException("no request log is kept: logging.enabled or logs_store.enabled is false in the configuration");
        if (place is SqliteStoreConfig file && !File.Exists(file.In(appDir))) throw new StoreException($"{file.In(appDir)}: there is no request log yet: is -app-dir the folder of the gateway?");
        await using var store = await LogStores.OpenAsync(place, appDir, CancellationToken.None);
        var report = await GroupReport.OfAsync(store, asked.Filter, asked.By, MostValues, CancellationToken.None);
        await output.WriteAsync(asked.Format switch { ReportFormat.Csv => report.ToCsv(), ReportFormat.Json => LedgerCommand.Json(report.Write), _ => report.ToTable() });
    }
}
