using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Core.Governance.Ledger;

/// <summary>One file of the journal: a mark, the salt of its checksums, and records one behind the other.</summary>
internal sealed class JournalSegment(string folder, long number, uint salt)
{
    /// <summary>Bytes before the first record.</summary>
    public const int Head = 12;

    private const string Extension = ".journal";
    private static ReadOnlySpan<byte> Mark => "CWLEDGR1"u8;

    /// <summary>Its place among the others.</summary>
    public long Number => number;

    /// <summary>What its checksums begin with.</summary>
    public uint Salt => salt;

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, number.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Its length up to the last whole record, in bytes.</summary>
    public long Length { get; set; } = Head;

    /// <summary>How many entries it holds.</summary>
    public long Entries { get; set; }

    /// <summary>Something in its middle cannot be read: it is kept when the rest of it is in the database.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The number in a file's name; null if it has none.</summary>
    public static long? NumberOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The segments of a folder, in order. A file that is none, or is of another version, is left out and named in <paramref name="strange"/>.</summary>
    public static List<JournalSegment> Find(string folder, List<string> strange)
    {
        var found = new List<JournalSegment>();
        Span<byte> head = stackalloc byte[Head];
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            using var file = Read(path);
            var length = RandomAccess.Read(file, head, 0);
            var isCutShort = length < Head;   // killed before it had a record
            if (NumberOf(path) is not { } number || (!isCutShort && !head.StartsWith(Mark))) strange.Add(path);
            else found.Add(new JournalSegment(folder, number, isCutShort ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(head[8..])) { Length = RandomAccess.GetLength(file) });
        }

        found.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return found;
    }

    /// <summary>Makes its file, with its head and without records.</summary>
    public SafeFileHandle Create(JournalWrite write)
    {
        var file = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> head = stackalloc byte[Head];
            Mark.CopyTo(head);
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Salt);
            write(file, head, 0);
            return file;
        }
        catch
        {
            file.Dispose();
            File.Delete(Path);
            throw;
        }
    }

    /// <summary>Opens its file for reading, while it may still grow.</summary>
    public SafeFileHandle Read() => Read(Path);

    /// <summary>Cuts off what is behind its last record.</summary>
    public void Truncate()
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(file, Length);
    }

    /// <summary>Its entries are in the database, or are given up: deletes the file, or lays it aside if a part of it could not be read.</summary>
    public void Delete()
    {
        if (IsDamaged) File.Move(Path, Path + ".damaged", overwrite: true);
        else File.Delete(Path);
    }

    private static SafeFileHandle Read(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}

/// <summary>Writes bytes to a place of a file.</summary>
internal delegate void JournalWrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at);
