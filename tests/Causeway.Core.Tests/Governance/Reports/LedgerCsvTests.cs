using System.Text;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Tests.Governance.Ledger;

namespace Causeway.Core.Tests.Governance.Reports;

/// <summary>CSV is read back as it was written, by a reader of RFC 4180 of the test's own, and is harmless in a spreadsheet.</summary>
public sealed class LedgerCsvTests
{
    private const string Names = "id,exchange,time,virtual_key,team,customer,user,provider,key,model,asked,status,input_tokens,cache_read_tokens,cache_write_tokens,cache_write_hour_tokens,output_tokens,reasoning_tokens,is_estimate,dollars,price_version";

    private static async IAsyncEnumerable<LedgerEntry> Of(IEnumerable<LedgerEntry> entries)
    {
        await Task.Yield();
        foreach (var entry in entries) yield return entry;
    }

    private static async Task<string> CsvAsync(params LedgerEntry[] entries)
    {
        var text = new StringBuilder();
        Assert.Equal(entries.Length, await LedgerFields.WriteCsvAsync(Of(entries), piece =>
        {
            text.Append(Encoding.UTF8.GetString(piece.Span));
            return ValueTask.CompletedTask;
        }));
        return text.ToString();
    }

    /// <summary>RFC 4180, letter by letter.</summary>
    private static List<List<string>> Parse(string csv)
    {
        var rows = new List<List<string>> { new() };
        var (cell, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"') cell.Append(csv[++i]);
            else if (csv[i] == '"') quoted = !quoted;
            else if (!quoted && (csv[i] == ',' || csv[i] == '\r'))
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (csv[i] == '\r') rows.Add([]);
            }
            else if (quoted || csv[i] != '\n') cell.Append(csv[i]);
        }

        Assert.False(quoted);
        Assert.Empty(rows[^1]);
        return rows[..^1];
    }

    [Fact]
    public async Task Rows_have_names_and_exact_numbers()
    {
        var csv = await CsvAsync(Rows.Plain(0), Rows.Full(1) with { Dollars = -0.000000000001m });
        Assert.Equal(
            [
                Names,
                "01a0c450-6c7b-7000-8000-000000000000,01a0c450-6c7b-7000-9000-000000000000,2026-09-21T14:13:20.123Z,,,,,openai,,gpt-4o,openai/gpt-4o-0,200,,,,,,,false,,",
                "01a0c450-6c7b-7000-8000-000000000001,01a0c450-6c7b-7000-9000-000000000000,2026-09-21T14:13:20.124Z,vk,team,\"\",Jürgen 📦,openai,main,gpt-4o,openai/gpt-4o-1,499,9223372036854775807,0,-1,4,1,6,true,-0.000000000001,0123456789ab",
                "",
            ],
            csv.Split("\r\n"));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r\n=1", "'\r\n=1")]
    [InlineData("\0=1", "'\0=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("'=1", "''=1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "'=HYPERLINK(\"http://x\",\"y\")")]
    [InlineData("a=1", "a=1")]
    [InlineData("a,\"b\"\nc", "a,\"b\"\nc")]
    [InlineData("", "")]
    public async Task A_text_is_no_formula_and_comes_back(string asked, string cell)
    {
        var rows = Parse(await CsvAsync(Rows.Plain(0) with { Asked = asked, VirtualKey = asked }));
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(21, row.Count));
        Assert.Equal((cell, cell), (rows[1][10], rows[1][3]));
        Assert.Equal(asked, cell is ['\'', ..] ? cell[1..] : cell);
    }

    [Fact]
    public async Task Ten_thousand_rows_come_in_pieces_of_whole_rows()
    {
        var (pieces, text) = (0, new StringBuilder());
        var entries = Rows.Some(10_000);
        await LedgerFields.WriteCsvAsync(Of(entries), piece =>
        {
            var part = Encoding.UTF8.GetString(piece.Span);
            Assert.EndsWith("\r\n", part, StringComparison.Ordinal);
            Assert.InRange(piece.Length, 1, 64 << 10);
            text.Append(part);
            pieces++;
            return ValueTask.CompletedTask;
        });
        var rows = Parse(text.ToString());
        Assert.True(pieces > 20);
        Assert.Equal(entries.Select(entry => entry.Id.ToString()), rows.Skip(1).Select(row => row[0]));
        Assert.Equal(entries.Sum(entry => entry.Dollars ?? 0), rows.Skip(1).Sum(row => row[19].Length == 0 ? 0 : decimal.Parse(row[19])));
    }
}
