using System.Text.Json;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>All rows that pass a filter, as files that are written while they are read.</summary>
/// <param name="query">Asks the log.</param>
internal sealed class LogExportEndpoint(LogQuery query)
{
    /// <summary>GET /api/logs.csv.</summary>
    public ValueTask CsvAsync(ApiCall call) => query.AnswerAsync(call, [], reader => reader.Filter, async (store, filter) =>
    {
        var custom = await store.CustomDimensionsAsync(call.Gone);
        Begin(call, "text/csv; charset=utf-8; header=present", "logs.csv");
        await LogExport.WriteCsvAsync(store.ReadAsync(filter, call.Gone), custom, piece => SendAsync(call, piece));
    });

    /// <summary>GET /api/logs.jsonl; with <c>content=true</c> each line has what was said, too.</summary>
    public ValueTask LinesAsync(ApiCall call) => query.AnswerAsync(call, ["content"], reader => (reader.Filter, WithContent: reader.Flag("content")), async (store, asked) =>
    {
        if (asked.WithContent && !LogQuery.MaySee(call))
        {
            await call.RefuseAsync(LogQuery.ForContent("content=true"));
            return;
        }

        Begin(call, "application/x-ndjson", "logs.jsonl");
        await LogExport.WriteLinesAsync(store.ReadAsync(asked.Filter, call.Gone), asked.WithContent ? entry => ContentAsync(store, entry, call.Gone) : null, piece => SendAsync(call, piece));
    });

    private async Task<Action<Utf8JsonWriter>> ContentAsync(ILogStore store, LogEntry entry, CancellationToken cancel)
    {
        var said = await LogContentReader.ReadAsync(store, entry.Id, cancel);
        return writer =>
        {
            writer.WritePropertyName("content"u8);
            if (said is null) writer.WriteNullValue();
            else said.WriteTo(writer);
        };
    }

    private static void Begin(ApiCall call, string type, string file)
    {
        call.Http.Response.ContentType = type;
        call.Http.Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
    }

    private static async ValueTask SendAsync(ApiCall call, ReadOnlyMemory<byte> piece) => await call.Http.Response.BodyWriter.WriteAsync(piece, call.Gone);
}
