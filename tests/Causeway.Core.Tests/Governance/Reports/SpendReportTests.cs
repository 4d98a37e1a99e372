using System.Text.Json.Nodes;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Pipeline;
using Causeway.Core.Tests.Governance.Ledger;

namespace Causeway.Core.Tests.Governance.Reports;

public sealed class SpendReportTests
{
    private static readonly SpendRow[] Spent =
    [
        new(["ada", "gpt-4o"], 12, 1.5m, 0, 1200, 34),
        new([null, "=evil\u001b[31m"], 1, 0.000000000001m, 1, long.MaxValue, 5),
        new(["ada", new string('x', 70)], 2, 0m, 0, 1, 0),
    ];

    private static Task<SpendReport> ReportAsync(IReadOnlyList<SpendRow> rows, params LedgerDimension[] by) =>
        SpendReport.OfAsync(new TestStore { Spend = rows }, new LedgerQuestion(new LedgerFilter(), by), TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_total_is_the_sum_of_the_rows_and_does_not_overflow()
    {
        var total = (await ReportAsync(Spent, LedgerDimension.VirtualKey, LedgerDimension.Model)).Total;
        Assert.Equal((15, 1.500000000001m, 1, long.MaxValue, 39), (total.Entries, total.Dollars, total.Unrated, total.InputTokens, total.OutputTokens));
    }

    [Fact]
    public async Task A_table_is_exact_and_nothing_in_it_steers_the_terminal()
    {
        var table = (await ReportAsync(Spent[..2], LedgerDimension.VirtualKey, LedgerDimension.Model)).ToTable();
        Assert.Equal(
            """
            virtual_key  model       calls         dollars               input tokens  output tokens  unknown cost
            ada          gpt-4o         12  1.500000000000                      1,200             34
            -            =evil�[31m      1  0.000000000001  9,223,372,036,854,775,807              5             1
            total                       13  1.500000000001  9,223,372,036,854,775,807             39             1

            """,
            table);
        Assert.Contains(new string('x', 60) + "...  ", (await ReportAsync(Spent, LedgerDimension.VirtualKey, LedgerDimension.Model)).ToTable(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_dimensions_there_is_one_line()
    {
        Assert.Equal("calls  dollars  input tokens  output tokens  unknown cost\n    0     0.00             0              0\n", (await ReportAsync([])).ToTable());
        Assert.Equal("calls  dollars  input tokens  output tokens  unknown cost\n    3     0.25             1              2\n", (await ReportAsync([new SpendRow([], 3, 0.25m, 0, 1, 2)])).ToTable());
    }

    [Fact]
    public async Task Csv_has_names_and_no_total() => Assert.Equal(
        "virtual_key,model,calls,dollars,unrated,input_tokens,output_tokens\r\nada,gpt-4o,12,1.5,0,1200,34\r\n,'=evil\u001b[31m,1,0.000000000001,1,9223372036854775807,5\r\n",
        (await ReportAsync(Spent[..2], LedgerDimension.VirtualKey, LedgerDimension.Model)).ToCsv());

    [Fact]
    public async Task Json_has_rows_and_total()
    {
        var report = await ReportAsync(Spent[..2], LedgerDimension.VirtualKey, LedgerDimension.Model);
        using var text = new PooledBuffer();
        using (var writer = new System.Text.Json.Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            report.Write(writer);
            writer.WriteEndObject();
        }

        var expected = JsonNode.Parse("""
            {"by":["virtual_key","model"],
             "spend":[{"virtual_key":"ada","model":"gpt-4o","calls":12,"dollars":1.5,"unrated":0,"input_tokens":1200,"output_tokens":34},
                      {"virtual_key":null,"model":"=evil\u001b[31m","calls":1,"dollars":0.000000000001,"unrated":1,"input_tokens":9223372036854775807,"output_tokens":5}],
             "total":{"calls":13,"dollars":1.500000000001,"unrated":1,"input_tokens":9223372036854775807,"output_tokens":39}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(text.Span)));
    }
}
