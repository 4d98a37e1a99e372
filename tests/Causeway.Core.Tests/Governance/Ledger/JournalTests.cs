using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance.Ledger;

public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Journal Open(long segmentBytes = 4 << 20, long mostBytes = long.MaxValue) =>
        new(_folder.Path, NullLogger.Instance) { SegmentBytes = segmentBytes, MostBytes = mostBytes };

    private static List<LedgerEntry> ReadAndConfirm(Journal journal, int most = 1000)
    {
        var all = new List<LedgerEntry>();
        while (journal.Read(most) is { Count: > 0 } some)
        {
            Assert.InRange(some.Count, 1, most);
            all.AddRange(some);
            journal.Confirm(some.Count);
        }

        return all;
    }

    [Fact]
    public void Where_an_entry_is_counted_is_read_as_it_was()
    {
        Booking[] bookings = [new("b", new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)), new(new string('ü', 300), default, new DateTimeOffset(17, TimeSpan.Zero))];
        using var journal = Open();
        journal.Append([Rows.Full(1) with { Bookings = bookings }, Rows.Plain(2)]);
        var read = ReadAndConfirm(journal);
        Assert.Equal(bookings, read[0].Bookings);
        Assert.Equal([Rows.Full(1), Rows.Plain(2)], read.Select(entry => entry with { Bookings = [] }));
    }

    [Fact]
    public void What_was_written_is_read_as_it_was_and_in_order()
    {
        using var journal = Open();
        var entries = Rows.Some(50);
        journal.Append(entries[..1]);
        journal.Append(entries[1..40]);
        Assert.Equal(entries[..40], ReadAndConfirm(journal, most: 7));
        Assert.Empty(journal.Read(7));
        journal.Append(entries[40..]);
        Assert.Equal(10, journal.Pending);
        Assert.Equal(entries[40..], ReadAndConfirm(journal));
        Assert.Equal(0, journal.Pending);
    }

    [Fact]
    public void What_an_earlier_process_wrote_comes_first()
    {
        var entries = Rows.Some(30);
        using (var first = Open()) first.Append(entries[..10]);
        using (var second = Open())
        {
            Assert.Equal(10, second.Pending);
            second.Append(entries[10..20]);
            Assert.Equal(entries[..10], second.Read(1000));   // not confirmed
        }

        using var third = Open();
        third.Append(entries[20..]);
        Assert.Equal(30, third.Pending);
        Assert.Equal(entries, Journal.ReadAll(_folder.Path));
        Assert.Equal(entries, ReadAndConfirm(third));
    }

    [Fact]
    public void Files_end_at_their_size_and_go_when_all_of_them_is_confirmed()
    {
        var entries = Rows.Some(100);
        using (var journal = Open(segmentBytes: 2000))
        {
            foreach (var entry in entries) journal.Append([entry]);
            Assert.InRange(_folder.Segments.Count, 8, 20);
            Assert.All(_folder.Segments, file => Assert.InRange(new FileInfo(file).Length, 1, 2000));
            var files = _folder.Segments.Count;
            var some = journal.Read(20);
            Assert.NotEmpty(some);
            Assert.Equal(files, _folder.Segments.Count);
            journal.Confirm(some.Count);
            Assert.Equal(entries[some.Count..], ReadAndConfirm(journal));
            Assert.Single(_folder.Segments);
            Assert.Equal(0, journal.Pending);
        }

        Assert.Empty(_folder.Segments);   // the last one as well
    }

    [Fact]
    public void Without_a_database_the_oldest_are_given_up_in_the_end()
    {
        var entries = Rows.Some(400);
        using var journal = Open(segmentBytes: 2000, mostBytes: 10_000);
        foreach (var entry in entries) journal.Append([entry]);
        Assert.InRange(_folder.Segments.Sum(file => new FileInfo(file).Length), 6000, 10_000);
        var left = Journal.ReadAll(_folder.Path).ToList();
        Assert.Equal(entries[^left.Count..], left);
        Assert.Equal(left.Count, journal.Pending);
    }

    [Fact]
    public void A_second_process_is_told()
    {
        using (Open())
        {
            var taken = Assert.Throws<IOException>(() => Open());
            Assert.Contains("another process uses", taken.Message, StringComparison.Ordinal);
        }

        Open().Dispose();
    }

    [Fact]
    public void A_closed_one_takes_nothing()
    {
        var journal = Open();
        journal.Append(Rows.Some(1));
        journal.Dispose();
        Assert.Throws<IOException>(() => journal.Append(Rows.Some(1)));
        Assert.Equal(Rows.Some(1), Journal.ReadAll(_folder.Path));
    }

    [Fact]
    public void A_file_of_another_version_is_left_alone()
    {
        var strange = Path.Combine(_folder.Path, "0000000007.journal");
        File.WriteAllText(strange, "CWLEDGR9 and something that nobody knows");
        using var journal = Open();
        journal.Append(Rows.Some(3));
        Assert.Equal(Rows.Some(3), ReadAndConfirm(journal));
        Assert.Equal(["0000000007.journal", "0000000008.journal"], _folder.Segments.Select(Path.GetFileName));
    }

    [Fact]
    public async Task Many_may_append_while_one_reads()
    {
        using var journal = Open(segmentBytes: 10_000);
        var read = new List<LedgerEntry>();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++) journal.Append([Rows.Plain((writer * 1000) + i)]);
        })).ToList();
        while (read.Count < 4000)
        {
            read.AddRange(ReadAndConfirm(journal, most: 100));
            await Task.Yield();
            if (read.Count < 4000 && writers.TrueForAll(writer => writer.IsCompleted)) read.AddRange(ReadAndConfirm(journal));
        }

        await Task.WhenAll(writers);
        Assert.Equal(4000, read.Select(entry => entry.Asked).Distinct().Count());
        Assert.Equal(4000, read.Count);
        for (var writer = 0; writer < 4; writer++)
        {
            var own = read.Select(entry => int.Parse(entry.Asked["openai/gpt-4o-".Length..])).Where(number => number / 1000 == writer);
            Assert.Equal(Enumerable.Range(writer * 1000, 1000), own);
        }
    }
}
