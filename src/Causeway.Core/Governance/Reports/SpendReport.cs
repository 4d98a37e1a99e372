using System.Text;
using System.Text.Json;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Governance.Reports;

/// <summary>What was spent, by the dimensions of a question, the dearest first.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Rows">A row for each combination of values.</param>
/// <param name="Total">All of them together; it has no values.</param>
public sealed record SpendReport(LedgerQuestion Question, IReadOnlyList<SpendRow> Rows, SpendRow Total)
{
    /// <summary>Asks the ledger.</summary>
    public static async Task<SpendReport> OfAsync(ILedgerStore store, LedgerQuestion question, CancellationToken cancel)
    {
        var rows = await store.SpendAsync(question.Filter, question.By, cancel);
        var total = new SpendRow([], rows.Sum(row => row.Entries), rows.Sum(row => row.Dollars), rows.Sum(row => row.Unrated), Sum(rows, row => row.InputTokens), Sum(rows, row => row.OutputTokens));
        return new SpendReport(question, rows, total);
    }

    /// <summary>For people.</summary>
    public string ToTable() => SpendTable.Of(this);

    /// <summary>As CSV, with a row of names and without the total: a spreadsheet has its own.</summary>
    public string ToCsv()
    {
        using var text = new PooledBuffer();
        var names = new CsvFields(text, isHeader: true);
        Write(names, new SpendRow(new string[Question.By.Count], 0, 0, 0, 0, 0));
        names.EndRow();
        var fields = new CsvFields(text);
        foreach (var row in Rows)
        {
            Write(fields, row);
            fields.EndRow();
        }

        return Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>Writes <c>by</c>, <c>spend</c> and <c>total</c>, members of an object that the caller has begun.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("by");
        foreach (var dimension in Question.By) writer.WriteStringValue(dimension.Name());
        writer.WriteEndArray();
        writer.WriteStartArray("spend");
        var fields = new JsonFields(writer);
        foreach (var row in Rows)
        {
            writer.WriteStartObject();
            Write(fields, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("total");
        Write(fields, Total);
        writer.WriteEndObject();
    }

    private void Write(IFields fields, SpendRow row)
    {
        for (var i = 0; i < row.Values.Count; i++) fields.Text(Question.By[i].Name(), row.Values[i]);
        fields.Number("calls", row.Entries);
        fields.Dollars("dollars", row.Dollars);
        fields.Number("unrated", row.Unrated);
        fields.Number("input_tokens", row.InputTokens);
        fields.Number("output_tokens", row.OutputTokens);
    }

    /// <summary>A provider's number may be anything: the sum of several is bounded, not overflowed.</summary>
    private static long Sum(IReadOnlyList<SpendRow> rows, Func<SpendRow, long> tokens) =>
        (long)Int128.Clamp(rows.Aggregate(Int128.Zero, (sum, row) => sum + tokens(row)), long.MinValue, long.MaxValue);
}
