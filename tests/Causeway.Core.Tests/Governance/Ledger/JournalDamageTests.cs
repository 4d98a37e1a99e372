using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance.Ledger;

/// <summary>What is left of a journal after a process was killed in the middle of a write, or a disk has changed a byte.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Journal Open() => new(_folder.Path, NullLogger.Instance);

    /// <summary>The bytes of a file with these entries, and where each of them ends.</summary>
    private (byte[] Bytes, List<int> Ends) Write(List<LedgerEntry> entries)
    {
        var ends = new List<int>();
        using (var journal = Open())
        {
            foreach (var entry in entries)
            {
                journal.Append([entry]);
                ends.Add((int)new FileInfo(_folder.Segments.Single()).Length);
            }
        }

        var bytes = File.ReadAllBytes(_folder.Segments.Single());
        File.Delete(_folder.Segments.Single());
        return (bytes, ends);
    }

    private static List<LedgerEntry> Drain(Journal journal)
    {
        var all = new List<LedgerEntry>();
        while (journal.Read(2) is { Count: > 0 } some)
        {
            all.AddRange(some);
            journal.Confirm(some.Count);
        }

        return all;
    }

    private void Put(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(Path.Combine(_folder.Path, "0000000001.journal"), bytes);

    [Fact]
    public void Cut_at_any_byte_the_whole_records_are_there_and_what_is_written_next()
    {
        var entries = Rows.Some(4);
        var (bytes, ends) = Write(entries);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Put(bytes.AsSpan(0, cut));
            var whole = entries[..ends.Count(end => end <= cut)];
            Assert.Equal(whole, Journal.ReadAll(_folder.Path));
            using (var journal = Open())
            {
                Assert.Equal(whole.Count, journal.Pending);
                if (whole.Count > 0) Assert.Equal(ends[whole.Count - 1], new FileInfo(_folder.Segments[0]).Length);
                journal.Append([Rows.Full(9)]);
                Assert.Equal([.. whole, Rows.Full(9)], Drain(journal));
            }

            Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.journal*"));   // a torn tail is no damage to keep
        }
    }

    [Fact]
    public void A_tail_of_zeros_is_cut_off()
    {
        var entries = Rows.Some(3);
        Put([.. Write(entries).Bytes, .. new byte[10_000]]);
        using var journal = Open();
        Assert.Equal(entries, Drain(journal));
    }

    [Fact]
    public void A_changed_byte_costs_the_record_that_it_is_in_and_no_other()
    {
        var entries = Rows.Some(4);
        var (bytes, ends) = Write(entries);
        for (var at = 12; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0x40;
            Put(changed);
            var hit = ends.FindIndex(end => at < end);
            using (var journal = Open()) Assert.Equal(entries.Where((_, index) => index != hit), Drain(journal));
            var kept = Directory.EnumerateFiles(_folder.Path, "*.damaged").ToList();
            Assert.Equal(hit == entries.Count - 1 ? 0 : 1, kept.Count);   // of the last one nobody knows whether it was ever finished
            kept.ForEach(File.Delete);
        }
    }

    [Fact]
    public void A_record_within_a_name_is_none()
    {
        var (inner, _) = Write(Rows.Some(1));
        var name = string.Concat(inner.Skip(12).Select(unit => (char)unit));
        var (bytes, ends) = Write([Rows.Plain(1) with { Asked = name }, Rows.Plain(2)]);
        bytes[20] ^= 1;   // now the first record is searched for others
        Put(bytes);
        using var journal = Open();
        Assert.Equal([Rows.Plain(2)], Drain(journal));
        Assert.Equal(bytes.Length, ends[1]);
    }
}
