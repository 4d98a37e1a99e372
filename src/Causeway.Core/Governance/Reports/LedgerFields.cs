using System.Text.Json;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Governance.Reports;

/// <summary>Entries of the ledger as people get them.</summary>
public static class LedgerFields
{
    private const int Piece = 32 << 10;

    private static readonly LedgerEntry Nobody = new() { Id = default, Exchange = default, Time = default, Provider = "", Model = "", Asked = "", Status = 0 };

    /// <summary>Writes an entry as a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, LedgerEntry entry)
    {
        writer.WriteStartObject();
        Write(new JsonFields(writer), entry);
        writer.WriteEndObject();
    }

    /// <summary>Writes entries as CSV with a row of names, in pieces of whole rows as they come; how many entries there were.</summary>
    public static async Task<long> WriteCsvAsync(IAsyncEnumerable<LedgerEntry> entries, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        using var piece = new PooledBuffer(Piece * 2);
        var names = new CsvFields(piece, isHeader: true);
        Write(names, Nobody);
        names.EndRow();
        var (row, count) = (new CsvFields(piece), 0L);
        await foreach (var entry in entries)
        {
            Write(row, entry);
            row.EndRow();
            count++;
            if (piece.Length < Piece) continue;
            await send(piece.Memory);
            piece.Clear();
        }

        await send(piece.Memory);
        return count;
    }

    private static void Write(IFields fields, LedgerEntry entry)
    {
        fields.Text("id", entry.Id.ToString());
        fields.Text("exchange", entry.Exchange.ToString());
        fields.Text("time", TimeText.Of(entry.Time));
        fields.Text("virtual_key", entry.VirtualKey);
        fields.Text("team", entry.Team);
        fields.Text("customer", entry.Customer);
        fields.Text("user", entry.User);
        fields.Text("provider", entry.Provider);
        fields.Text("key", entry.Key);
        fields.Text("model", entry.Model);
        fields.Text("asked", entry.Asked);
        fields.Number("status", entry.Status);
        fields.Number("input_tokens", entry.InputTokens);
        fields.Number("cache_read_tokens", entry.CacheReadTokens);
        fields.Number("cache_write_tokens", entry.CacheWriteTokens);
        fields.Number("cache_write_hour_tokens", entry.CacheWriteHourTokens);
        fields.Number("output_tokens", entry.OutputTokens);
        fields.Number("reasoning_tokens", entry.ReasoningTokens);
        fields.Flag("is_estimate", entry.IsEstimate);
        fields.Dollars("dollars", entry.Dollars);
        fields.Text("price_version", entry.PriceVersion);
    }
}
