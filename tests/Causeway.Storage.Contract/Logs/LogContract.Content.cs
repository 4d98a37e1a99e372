using System.Text;
using Causeway.Core.Recording.Log;
using static Causeway.Storage.Contract.Logs.LogEntries;

namespace Causeway.Storage.Contract.Logs;

/// <summary>What was said is kept beside the rows, and found by its words.</summary>
public abstract partial class LogContract
{
    private static LogContent Content(string text, params string[] pieces) => new()
    {
        Text = text,
        Parts = [new LogPart(LogPartKind.Request, Encoding.UTF8.GetBytes("request " + text)), new LogPart(LogPartKind.Answer, Encoding.UTF8.GetBytes("answer"))],
        Pieces = [.. pieces.Select(piece => new LogPiece(Hash(piece), Encoding.UTF8.GetBytes(piece)))],
    };

    private static UInt128 Hash(string piece) => ((UInt128)(ulong)piece.GetHashCode(StringComparison.Ordinal) << 96) | (uint)piece.Length;

    private Task SayAsync(params (int Number, string Text)[] said) => Store.AddAsync([.. said.Select(each => new LogRecord(Number(each.Number), Content(each.Text)))], Cancel);

    private async Task<string> FindAsync(string words, LogFilter? filter = null) =>
        string.Join(' ', (await Store.ListAsync((filter ?? LogFilter.All) with { Text = words })).Select(entry => entry.OutputTokens));

    [Fact]
    public async Task Content_is_read_as_it_was_and_its_pieces_by_their_hashes()
    {
        var big = new string('x', 300_000);
        await Store.AddAsync([new LogRecord(Number(0), Content("hello", "a piece", big)), new LogRecord(Number(1))], Cancel);
        var id = (await Store.ListAsync())[0].Id;
        await ReopenAsync();
        var content = (await Store.FindContentAsync(id, Cancel))!;
        Assert.Equal([(LogPartKind.Request, "request hello"), (LogPartKind.Answer, "answer")], content.Parts.Select(part => (part.Kind, Encoding.UTF8.GetString(part.Packed.Span))));
        Assert.Equal(("", 0), (content.Text, content.Pieces.Count));
        Assert.Null(await Store.FindContentAsync((await Store.ListAsync())[1].Id, Cancel));
        var pieces = await Store.FindPiecesAsync([Hash("a piece"), Hash(big), 7], Cancel);
        Assert.Equal(["a piece", big], pieces.Values.Select(piece => Encoding.UTF8.GetString(piece.Span)).OrderBy(piece => piece.Length));
        await Store.AddAsync([new LogRecord(Number(2), Content("again", "a piece"))], Cancel);
        Assert.Equal(UInt128.Max(Hash("a piece"), 0), (await Store.FindPiecesAsync([Hash("a piece")], Cancel)).Keys.Single());
        await Store.DeleteAsync([id], Cancel);
        Assert.Null(await Store.FindContentAsync(id, Cancel));
    }

    [Theory]
    [InlineData("fox", "1 2")]
    [InlineData("FOX quick", "1 2")]
    [InlineData("quick red", "2")]
    [InlineData("\"quick brown\"", "1")]
    [InlineData("\"brown quick\"", "")]
    [InlineData("bro*", "1")]
    [InlineData("bro", "")]
    [InlineData("\"quick bro\"*", "1")]
    [InlineData("uber", "3")]
    [InlineData("Über", "3")]
    [InlineData("NAÏVE", "3")]
    [InlineData("src/main.cs", "4")]
    [InlineData("main", "4")]
    [InlineData("user@example.com", "4")]
    [InlineData("example", "4")]
    [InlineData("3.14", "4")]
    [InlineData("12abc", "4")]
    [InlineData("foo-bar", "4")]
    [InlineData("bar_baz", "4")]
    [InlineData("https://x.test/a?b=c", "4")]
    [InlineData("世界", "5")]
    [InlineData("\U0001F680", "")]
    [InlineData("fox OR red", "")]
    [InlineData("NOT fox", "")]
    [InlineData("fox NEAR red", "")]
    [InlineData("text:fox", "")]
    [InlineData("fox)", "1 2")]
    [InlineData("\"fox", "1 2")]
    [InlineData("^fox", "1 2")]
    [InlineData("fox\"\"*", "1 2")]
    [InlineData("'; drop table log; --", "")]
    [InlineData("***", "")]
    [InlineData("   ", "1 2 3 4 5 6 7")]
    [InlineData("fox\0red", "")]
    [InlineData("0", "6")]
    [InlineData("-5", "6")]
    public async Task Words_are_found_whatever_people_type(string words, string found)
    {
        await SayAsync(
            (1, "The quick brown fox"), (2, "A red fox is quick"), (3, "über naïve cafés"),
            (4, "see src/main.cs, mail user@example.com 3.14 12abc foo-bar_baz https://x.test/a?b=c &amp; <b>bold</b>"), (5, "hello 世界 \U0001F680"), (6, "minus -5 or 0"), (7, ""));
        Assert.Equal(found, await FindAsync(words));
    }

    [Fact]
    public async Task Words_and_other_tests_together_in_lists_facets_and_sums_over_several_blocks()
    {
        string TextOf(int i) => $"common {(i % 3 == 0 ? "third" : "other")} {(i % 4001 == 7 ? "needle" : "")} row{i}";
        var entries = Many(Rows).Select((entry, i) => entry with { Id = Guid.CreateVersion7(entry.Time), Model = $"m{i % 5}" }).ToList();
        foreach (var some in entries.Index().Chunk(4000)) await Store.AddAsync([.. some.Select(each => new LogRecord(each.Item, Content(TextOf(each.Index))))], Cancel);
        async Task AssertFoundAsync(LogFilter filter, Func<int, bool> has)
        {
            var expected = Enumerable.Range(0, Rows).Where(has).Where(i => LogNaive.Passes(entries[i], filter with { Text = null })).Select(i => entries[i]).ToList();
            Assert.Equal(expected.AsEnumerable().Reverse().Take(30).Select(entry => entry.Id), (await Store.ListAsync(new LogListQuestion(filter, 30), Cancel)).Entries.Select(entry => entry.Id));
            Assert.Equal(expected.Count, (await Store.SumAsync(new LogSumQuestion(filter), Cancel)).Single().Requests);
            Assert.Equal(new LogNaive(expected).Facet(LogFilter.All, Dimension("model")).Values.OrderDescending(), (await Store.FacetsAsync(filter, [Dimension("model")], 10, Cancel))[0].Values.Select(pair => pair.Value));
        }

        await AssertFoundAsync(new LogFilter { Text = "common" }, _ => true);
        await AssertFoundAsync(new LogFilter { Text = "common third" }, i => i % 3 == 0);
        await AssertFoundAsync(new LogFilter { Text = "needle" }, i => i % 4001 == 7);
        await AssertFoundAsync(Where("model", "m2") with { Text = "needle" }, i => i % 4001 == 7);
        await AssertFoundAsync(new LogFilter { Text = "common", From = Noon.AddSeconds(9000), To = Noon.AddSeconds(9100) }, _ => true);
        await AssertFoundAsync(new LogFilter { Text = "row1*" }, i => i.ToString()[0] == '1');
        Assert.Equal(3, await Store.DeleteAsync([entries[7].Id, entries[4008].Id, entries[19_999].Id], Cancel));
        await AssertFoundAsync(new LogFilter { Text = "needle" }, i => i % 4001 == 7 && i > 4008);
        await AssertFoundAsync(new LogFilter { Text = "row19999" }, _ => false);
    }

    [Fact]
    public async Task Content_has_an_age_of_its_own_and_its_words_and_pieces_go_with_it()
    {
        for (var day = 0; day < 6; day++)
        {
            var time = Noon.AddDays(day);
            await Store.AddAsync([.. Enumerable.Range(0, 10).Select(i => new LogRecord(
                Number(day) with { Id = Guid.CreateVersion7(time), Time = time.AddMinutes(i) }, Content($"word day{day}", "shared", $"piece of {day}", day < 2 ? "early" : "late")))], Cancel);
        }

        var now = Noon.AddDays(6);
        Assert.Equal(new LogTrimmed(0, 30), await Store.TrimAsync(new LogRetention(null, TimeSpan.FromDays(3), null), now, Cancel));
        Assert.Equal(60, (await Store.ListAsync()).Count);
        Assert.Equal("3 3 3 3 3 3 3 3 3 3 4 4 4 4 4 4 4 4 4 4 5 5 5 5 5 5 5 5 5 5", await FindAsync("word"));
        Assert.Equal("", await FindAsync("day2"));
        var pieces = await Store.FindPiecesAsync([Hash("shared"), Hash("early"), Hash("late"), .. Enumerable.Range(0, 6).Select(day => Hash($"piece of {day}"))], Cancel);
        Assert.Equal(["late", "piece of 3", "piece of 4", "piece of 5", "shared"], pieces.Values.Select(piece => Encoding.UTF8.GetString(piece.Span)).Order(StringComparer.Ordinal));
        Assert.Null(await Store.FindContentAsync((await Store.ListAsync())[0].Id, Cancel));
        Assert.NotNull(await Store.FindContentAsync((await Store.ListAsync())[59].Id, Cancel));
        await SayAsync((100, "word day6"));
        Assert.Equal("100", await FindAsync("day6"));
        Assert.Equal(new LogTrimmed(0, 31), await Store.TrimAsync(new LogRetention(null, TimeSpan.Zero, null), now, Cancel));
        Assert.Equal("", await FindAsync("word"));
        await SayAsync((101, "word day7"));
        Assert.Equal("101", await FindAsync("word"));
    }

    [Fact]
    public async Task When_it_is_too_large_what_was_said_goes_before_rows()
    {
        var random = new Random(1);
        string Noise(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26))));
        for (var i = 0; i < 40; i++)
            await Store.AddAsync([.. Enumerable.Range(0, 100).Select(j => new LogRecord(Number((i * 100) + j), new LogContent { Text = $"word {Noise(20)}", Parts = [new LogPart(LogPartKind.Request, Encoding.UTF8.GetBytes(Noise(2000)))] }))], Cancel);
        var before = await Store.ExtentAsync(Cancel);
        var trimmed = await Store.TrimAsync(new LogRetention(null, null, before.Bytes / 2), Noon.AddDays(1), Cancel);
        Assert.Equal(0, trimmed.Rows);
        Assert.InRange(trimmed.Contents, 1000, 3500);
        var after = await Store.ExtentAsync(Cancel);
        Assert.InRange(after.Bytes, 1, before.Bytes / 2);
        Assert.Equal(4000, after.Rows);
        Assert.Equal(4000 - trimmed.Contents, (await Store.SumAsync(new LogSumQuestion(new LogFilter { Text = "word" }), Cancel)).Single().Requests);
    }
}
