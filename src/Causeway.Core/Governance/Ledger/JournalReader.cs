using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Core.Governance.Ledger;

/// <summary>Reads the records of one segment in order. What is damaged is stepped over: what follows it is not lost with it.</summary>
internal sealed class JournalReader(JournalSegment segment) : IDisposable
{
    private readonly SafeFileHandle _file = segment.Read();
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(2 * JournalRecord.Longest);
    private long _at = JournalSegment.Head;   // in the file: where the block begins
    private int _next;
    private int _end;
    private bool _isDisposed;

    /// <summary>The segment it reads.</summary>
    public JournalSegment Segment => segment;

    /// <summary>Where the next record begins.</summary>
    public long Position => _at + _next;

    /// <summary>Bytes that were no record, before the last record that was read.</summary>
    public long Damaged { get; private set; }

    /// <summary>Bytes that were no record, behind the last record that was read: at the file's end, the torn tail that a killed process leaves.</summary>
    public long Torn { get; private set; }

    /// <summary>The next record before <paramref name="end"/>; false if there is none. It holds until the next call.</summary>
    public bool TryRead(long end, out ReadOnlySpan<byte> payload)
    {
        for (; Position < end; _next++, Torn++)
        {
            var left = (int)Math.Min(end - Position, JournalRecord.Longest);
            if (_end - _next < left) Fill(end);
            if (!JournalRecord.TryFind(_block.AsSpan(_next, Math.Min(left, _end - _next)), segment.Salt, out payload)) continue;
            _next += JournalRecord.Head + payload.Length;
            Damaged += Torn;
            Torn = 0;
            return true;
        }

        payload = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
    }

    private void Fill(long end)
    {
        (_at, _next, _end) = (Position, 0, 0);
        var room = _block.AsSpan(0, (int)Math.Min(_block.Length, end - _at));
        while (_end < room.Length && RandomAccess.Read(_file, room[_end..], _at + _end) is > 0 and var count) _end += count;
    }
}
