using System.Buffers.Binary;
using System.Numerics;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// A ledger entry among others in a file: <c>length (4 bytes, little-endian) | checksum (4) | payload</c>. The checksum is the CRC-32C of length
/// and payload, begun with the file's salt. The salt is a secret: the name of a model, which clients choose, cannot hold what looks like a record.
/// </summary>
internal static class JournalRecord
{
    /// <summary>Bytes before the payload.</summary>
    public const int Head = 8;

    /// <summary>Most bytes of a record.</summary>
    public const int Longest = 64 << 10;

    /// <summary>Appends an entry.</summary>
    public static void Write(LedgerEntry entry, uint salt, PooledBuffer output)
    {
        var room = output.GetSpan(Head + JournalPayload.MostBytes(entry));
        var length = JournalPayload.Write(entry, room[Head..]);
        if (Head + length > Longest) throw new ArgumentException($"an entry of {length} bytes", nameof(entry));
        BinaryPrimitives.WriteInt32LittleEndian(room, length);
        BinaryPrimitives.WriteUInt32LittleEndian(room[4..], Checksum(salt, length, room.Slice(Head, length)));
        output.Advance(Head + length);
    }

    /// <summary>Finds the record that <paramref name="bytes"/> begin with; false if they do not begin with a whole and undamaged one.</summary>
    public static bool TryFind(ReadOnlySpan<byte> bytes, uint salt, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < Head) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is <= 0 or > Longest - Head || length > bytes.Length - Head) return false;
        var found = bytes.Slice(Head, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum(salt, length, found)) return false;
        payload = found;
        return true;
    }

    private static uint Checksum(uint salt, int length, ReadOnlySpan<byte> payload)
    {
        var sum = BitOperations.Crc32C(~salt, (uint)length);
        for (; payload.Length >= 8; payload = payload[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        foreach (var unit in payload) sum = BitOperations.Crc32C(sum, unit);
        return ~sum;
    }
}
