using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage.Contract;

/// <summary>Money is exact, and nonsense breaks nothing.</summary>
public abstract partial class LedgerContract
{
    [Fact]
    public async Task The_sum_of_100_000_tiny_amounts_is_exact()
    {
        var random = new Random(3);
        var sum = 0m;
        for (var batch = 0; batch < 50; batch++)
        {
            var entries = Enumerable.Range(0, 2000).Select(i => Entries.Number(batch, random.NextInt64(1, 50_000_000) / 1_000_000_000_000m)).ToList();
            sum += entries.Sum(entry => entry.Dollars!.Value);
            await Store.AddAsync(entries, Cancel);
        }

        var row = (await Store.SpendAsync(Entries.All)).Single();
        Assert.Equal((100_000, sum), (row.Entries, row.Dollars));
        Assert.Equal(sum, (await Store.SumsAsync(Entries.Noon)).Sum(minute => minute.Dollars));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.000000000001", "0.000000000001")]
    [InlineData("0.0000000000005", "0.000000000001")]
    [InlineData("0.00000000000049999999", "0")]
    [InlineData("0.1234567890125", "0.123456789013")]
    [InlineData("-0.75", "-0.75")]
    [InlineData("9223372.036854775807", "9223372.036854775807")]
    [InlineData("9223372.036854775808", "9223372.036854775807")]
    [InlineData("79228162514264337593543950335", "9223372.036854775807")]
    [InlineData("-79228162514264337593543950335", "-9223372.036854775808")]
    public async Task Amounts_are_kept_to_a_picodollar_and_the_impossible_is_bounded(string written, string read)
    {
        var entry = Entries.Number(0, decimal.Parse(written));
        await Store.AddAsync(entry);
        Assert.Equal(decimal.Parse(read), (await Store.ListAsync()).Single().Dollars);
        await Store.RateAsync([new(entry.Id, decimal.Parse(written), null)], Cancel);
        Assert.Equal(decimal.Parse(read), (await Store.SpendAsync(Entries.All)).Single().Dollars);
    }

    [Fact]
    public async Task Sums_do_not_overflow()
    {
        var entries = Enumerable.Range(0, 1000).Select(i => Entries.Number(0, 9_000_000m + (i * 0.000001m)) with { InputTokens = long.MaxValue, OutputTokens = i % 2 == 0 ? long.MinValue : -1 }).ToList();
        await Store.AddAsync(entries, Cancel);
        var dollars = entries.Sum(entry => entry.Dollars!.Value);
        var row = (await Store.SpendAsync(Entries.All, LedgerDimension.Model)).Single();
        Assert.Equal((dollars, long.MaxValue, long.MinValue), (row.Dollars, row.InputTokens, row.OutputTokens));
        var sum = (await Store.SumsAsync(Entries.Noon)).Single();
        Assert.Equal((dollars, long.MaxValue, long.MinValue), (sum.Dollars, sum.InputTokens, sum.OutputTokens));
    }

    [Fact]
    public async Task Sums_of_numbers_below_zero_are_right()
    {
        await Store.AddAsync(Entries.Number(0, -3.000000000001m) with { InputTokens = -5_000_000_000 }, Entries.Number(1, 1m) with { InputTokens = 1 });
        var row = (await Store.SpendAsync(Entries.All)).Single();
        Assert.Equal((-2.000000000001m, -4_999_999_999), (row.Dollars, row.InputTokens));
    }

    [Fact]
    public async Task Fifty_thousand_entries_in_batches()
    {
        for (var batch = 0; batch < 100; batch++)
            await Store.AddAsync([.. Enumerable.Range(batch * 500, 500).Select(number => Entries.Number(number))], Cancel);
        var read = 0;
        var last = Guid.Empty;
        await foreach (var entry in Store.ReadAsync(Entries.All, Cancel))
        {
            Assert.True(entry.Id > last);
            (last, read) = (entry.Id, read + 1);
        }

        Assert.Equal(50_000, read);
        Assert.Equal(12_500m, (await Store.SpendAsync(Entries.All)).Single().Dollars);
    }
}
