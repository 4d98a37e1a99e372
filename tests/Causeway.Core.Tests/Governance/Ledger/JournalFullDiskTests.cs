using System.Diagnostics;
using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance.Ledger;

public sealed class JournalFullDiskTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_write_that_breaks_off_anywhere_leaves_no_half_record()
    {
        var length = 0;
        for (var most = 0; most < 700; most++)
        {
            var (left, isFull) = (int.MaxValue, false);
            using var journal = new Journal(_folder.Path, NullLogger.Instance)
            {
                SegmentBytes = 500,   // some begin a file
                Write = (file, bytes, at) =>
                {
                    length = bytes.Length;
                    RandomAccess.Write(file, bytes[..Math.Min(bytes.Length, left)], at);
                    isFull = left < bytes.Length;
                    if (isFull) throw new IOException("no space left on device");
                    left -= bytes.Length;
                },
            };
            journal.Append([Rows.Full(1)]);
            left = most;
            List<LedgerEntry> expected = [Rows.Full(1)];
            try
            {
                journal.Append([Rows.Plain(2), Rows.Full(3)]);
                expected.AddRange([Rows.Plain(2), Rows.Full(3)]);
                Assert.False(isFull);
            }
            catch (IOException)
            {
                Assert.True(isFull);
            }

            Assert.Equal(expected, Journal.ReadAll(_folder.Path));
            Assert.False(journal.HasRoom());
            Assert.Equal(expected, Journal.ReadAll(_folder.Path));
            left = int.MaxValue;
            Assert.True(journal.HasRoom());
            journal.Append([Rows.Plain(4)]);
            expected.Add(Rows.Plain(4));
            Assert.Equal(expected, Journal.ReadAll(_folder.Path));
            Assert.Equal(expected.Count, journal.Pending);
            for (var some = journal.Read(1); some.Count > 0; some = journal.Read(1))
            {
                Assert.Equal(expected[0], some[0]);
                expected.RemoveAt(0);
                journal.Confirm(1);
            }

            Assert.Empty(expected);
        }

        Assert.True(length > 0);
    }

    [Fact]
    public void On_a_full_disk_it_says_so_and_goes_on_when_there_is_room()
    {
        var mount = _folder.Path;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount), "only root can mount a small disk");
        try
        {
            using (var journal = new Journal(mount, NullLogger.Instance) { SegmentBytes = 16_000 })
            {
                var written = new List<LedgerEntry>();
                Fill(journal, written);
                Assert.InRange(written.Count, 100, 1000);
                Assert.Equal(written, Journal.ReadAll(mount));
                while (written.Count > 200)
                {
                    var some = journal.Read(100);   // to the database
                    journal.Confirm(some.Count);
                    written.RemoveRange(0, some.Count);
                }

                journal.Read(1);
                Fill(journal, written);
            }

            Assert.NotEmpty(Journal.ReadAll(mount));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static void Fill(Journal journal, List<LedgerEntry> written)
    {
        var before = written.Count;
        try
        {
            while (true)
            {
                var entry = Rows.Full(written.Count);
                journal.Append([entry]);
                written.Add(entry);
            }
        }
        catch (IOException)
        {
            Assert.True(written.Count > before);
            Assert.Throws<IOException>(() => journal.Append(Rows.Some(20)));
            Assert.False(journal.HasRoom());
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
