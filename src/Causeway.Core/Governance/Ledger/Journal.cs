using System.Security.Cryptography;
using Causeway.Core.Pipeline;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// Keeps ledger entries in files until they are in the database. What <see cref="Append"/> has written survives the process, however it ends: the
/// system has it. It is not made to survive a loss of power, which would cost each answer a wait for the disk. One thread reads; any may append.
/// </summary>
public sealed class Journal : IDisposable
{
    private const long DefaultSegment = 4 << 20;   // what a killed process has moved to the database already is moved again, so not much
    private const int Trial = 4096;                // bytes that there must be room for

    private readonly string _folder;
    private readonly ILogger _log;
    private readonly FileStream _inUse;
    private readonly Lock _lock = new();
    private readonly List<JournalSegment> _segments = [];   // the oldest first
    private readonly uint _salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private SafeFileHandle? _file;       // the last segment's; null: the next append begins one
    private long _lastNumber;
    private JournalReader? _reader;      // the first segment's
    private long _confirmed;             // entries of the first segment
    private bool _isClosed;

    /// <summary>Opens the journal of a folder, which is made if it is not there. What a killed process left half written is cut off.</summary>
    /// <exception cref="IOException">Another process uses it, or it cannot be written.</exception>
    public Journal(string folder, ILogger log)
    {
        (_folder, _log) = (folder, log);
        _inUse = Lock(folder);
        var strange = new List<string>();
        foreach (var segment in JournalSegment.Find(folder, strange))
        {
            if (Recover(segment)) _segments.Add(segment);
        }

        foreach (var path in strange) log.LogError("{File} is no journal that this version can read: what it holds is not in the ledger", path);
        _lastNumber = Directory.EnumerateFiles(folder).Max(JournalSegment.NumberOf) ?? 0;
    }

    /// <summary>A segment of this many bytes is followed by another.</summary>
    public long SegmentBytes { get; init; } = DefaultSegment;

    /// <summary>How many bytes it may take; beyond, the oldest entries are given up. For a journal without a database that takes them.</summary>
    public long MostBytes { get; init; } = long.MaxValue;

    /// <summary>Writes to files; tests have one that fails.</summary>
    internal JournalWrite Write { get; init; } = RandomAccess.Write;

    /// <summary>How many entries it holds that are not confirmed to be in the database.</summary>
    public long Pending
    {
        get
        {
            lock (_lock) return _segments.Sum(static segment => segment.Entries) - _confirmed;
        }
    }

    /// <summary>Writes entries, all of them or none. When it returns, they survive the process.</summary>
    /// <exception cref="IOException">They could not be written; what was there before is as it was.</exception>
    public void Append(IReadOnlyList<LedgerEntry> entries)
    {
        using var records = new PooledBuffer(512);
        for (var i = 0; i < entries.Count; i++) JournalRecord.Write(entries[i], _salt, records);
        lock (_lock)
        {
            if (_isClosed) throw new IOException("the journal is closed");
            try
            {
                if (_file is null || _segments[^1].Length + records.Length > SegmentBytes) Begin();
                Write(_file!, records.Span, _segments[^1].Length);
            }
            catch (Exception full) when (full is IOException or UnauthorizedAccessException)
            {
                CutOff();
                throw full as IOException ?? new IOException(full.Message, full);
            }

            _segments[^1].Length += records.Length;
            _segments[^1].Entries += entries.Count;
        }
    }

    /// <summary>Can more be written? Tries it, and takes away what it has written.</summary>
    public bool HasRoom()
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            try
            {
                if (_file is null) Begin();
                Write(_file!, new byte[Trial], _segments[^1].Length);
                return true;
            }
            catch (Exception full) when (full is IOException or UnauthorizedAccessException)
            {
                return false;
            }
            finally
            {
                CutOff();
            }
        }
    }

    /// <summary>The next entries, at most so many; none if there are none for now. Those that it gave before must be confirmed.</summary>
    public IReadOnlyList<LedgerEntry> Read(int most)
    {
        var entries = new List<LedgerEntry>();
        while (First() is var (segment, end, isWritten))
        {
            _reader ??= new JournalReader(segment);
            while (entries.Count < most && _reader.TryRead(end, out var payload))
            {
                if (JournalPayload.Read(payload) is { } entry) entries.Add(entry);
                else segment.IsDamaged = true;
            }

            if (entries.Count > 0 || isWritten) break;
            Finish(segment);
        }

        return entries;
    }

    /// <summary>So many of the entries that were read are in the database: they need not be kept.</summary>
    public void Confirm(int count)
    {
        lock (_lock) _confirmed += count;
    }

    /// <summary>All entries in the files of a folder, also while a process writes to them.</summary>
    public static IEnumerable<LedgerEntry> ReadAll(string folder)
    {
        foreach (var segment in JournalSegment.Find(folder, []))
        {
            using var reader = new JournalReader(segment);
            while (reader.TryRead(segment.Length, out var payload))
            {
                if (JournalPayload.Read(payload) is { } entry) yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            _file?.Dispose();
            _file = null;
        }

        if (_segments is [var last] && last.Entries == _confirmed) Finish(last);
        _reader?.Dispose();
        _inUse.Dispose();
    }

    /// <summary>Keeps other processes away, until this one ends in whatever way.</summary>
    private static FileStream Lock(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }

        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
        catch (IOException taken) when (taken.HResult is 11 or 35 or unchecked((int)0x80070020))   // EAGAIN of Linux and of macOS, a sharing violation of Windows
        {
            throw new IOException($"another process uses {folder} ({taken.Message})", taken);
        }
    }

    /// <summary>Takes over a segment of an earlier process; false if it holds nothing.</summary>
    private bool Recover(JournalSegment segment)
    {
        using (var reader = new JournalReader(segment))
        {
            while (reader.TryRead(segment.Length, out _)) segment.Entries++;
            if (reader.Damaged > 0) _log.LogError("{File} is damaged: {Bytes} bytes of it could not be read", segment.Path, reader.Damaged);
            if (reader.Torn > 0) _log.LogInformation("{File} ends with {Bytes} bytes of a record that was not finished", segment.Path, reader.Torn);
            segment.IsDamaged = reader.Damaged > 0;
            segment.Length = reader.Position - reader.Torn;
        }

        if (segment.Entries > 0) segment.Truncate();
        else segment.Delete();
        return segment.Entries > 0;
    }

    private void Begin()
    {
        var segment = new JournalSegment(_folder, _lastNumber + 1, _salt);
        var file = segment.Create(Write);
        _file?.Dispose();
        _file = file;
        _lastNumber++;
        _segments.Add(segment);
        while (_segments.Count > 1 && _segments.Sum(static all => all.Length) > MostBytes - SegmentBytes)
        {
            _log.LogWarning("{Entries} entries of the ledger are given up: the journal has no more room, and no database takes them", _segments[0].Entries);
            Finish(_segments[0]);
        }
    }

    /// <summary>Takes away what may have been written of a record.</summary>
    private void CutOff()
    {
        if (_file is null) return;
        try
        {
            RandomAccess.SetLength(_file, _segments[^1].Length);
        }
        catch (IOException)
        {
            _file.Dispose();   // what is behind the last record of this file is none, and the next one is in another
            _file = null;
        }
    }

    /// <summary>The oldest segment, how far it may be read, and whether it is still written to; null if there is none.</summary>
    private (JournalSegment Segment, long End, bool IsWritten)? First()
    {
        lock (_lock) return _segments.Count == 0 ? null : (_segments[0], _segments[0].Length, _segments.Count == 1 && _file is not null);
    }

    /// <summary>The oldest segment is needed no longer.</summary>
    private void Finish(JournalSegment segment)
    {
        segment.IsDamaged |= _reader is { Damaged: > 0 } or { Torn: > 0 };
        _reader?.Dispose();
        _reader = null;
        lock (_lock)
        {
            _segments.Remove(segment);
            _confirmed = 0;
        }

        try
        {
            segment.Delete();
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            _log.LogWarning("{File} could not be deleted: {Problem}", segment.Path, kept.Message);
        }
    }
}
