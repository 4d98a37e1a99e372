using System.Text.Json;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Pipeline;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Rows of the log for other programs, in pieces of whole rows as they come.</summary>
public static class LogExport
{
    private const int Piece = 32 << 10;

    private static readonly LogEntry Nobody = new() { Id = default, Time = default, Dialect = "", Asked = "", Status = 0, Duration = default };

    /// <summary>As CSV with a row of names. The clients' own dimensions are the last columns.</summary>
    /// <param name="entries">The rows.</param>
    /// <param name="custom">The names of the clients' own dimensions.</param>
    /// <param name="send">Takes the pieces.</param>
    public static async Task WriteCsvAsync(IAsyncEnumerable<LogEntry> entries, IReadOnlyList<string> custom, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        using var piece = new PooledBuffer(Piece * 2);
        Write(new CsvFields(piece, isHeader: true), Nobody);
        var row = new CsvFields(piece);
        await foreach (var entry in entries)
        {
            Write(row, entry);
            if (piece.Length >= Piece) await SendAsync(piece, send);
        }

        await SendAsync(piece, send);

        void Write(CsvFields fields, LogEntry entry)
        {
            LogFields.Write(fields, entry);
            foreach (var name in custom) fields.Text("dim." + name, entry.Custom.FirstOrDefault(pair => pair.Key == name).Value);
            fields.EndRow();
        }
    }

    /// <summary>As lines of JSON, each with all there is of a row.</summary>
    /// <param name="entries">The rows.</param>
    /// <param name="more">Finds what each row gets besides, written behind its own members; null: nothing.</param>
    /// <param name="send">Takes the pieces.</param>
    public static async Task WriteLinesAsync(IAsyncEnumerable<LogEntry> entries, Func<LogEntry, Task<Action<Utf8JsonWriter>>>? more, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        using var piece = new PooledBuffer(Piece * 2);
        await foreach (var entry in entries)
        {
            var besides = more is null ? null : await more(entry);
            using (var writer = new Utf8JsonWriter(piece, JsonOutput.Options)) LogFields.WriteWhole(writer, entry, besides);
            piece.Write("\n"u8);
            if (piece.Length >= Piece) await SendAsync(piece, send);
        }

        await SendAsync(piece, send);
    }

    private static async ValueTask SendAsync(PooledBuffer piece, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        if (piece.Length > 0) await send(piece.Memory);
        piece.Clear();
    }
}
