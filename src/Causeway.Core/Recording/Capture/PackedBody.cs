using System.Buffers.Binary;
using Causeway.Core.Pipeline;
using ZstdSharp;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// A packed body: zstd of literals and references by turns, each literal with its length before it (four bytes, little-endian), each reference the 16 bytes of a
/// piece's hash. It begins and ends with a literal, which may be empty.
/// </summary>
internal static class PackedBody
{
    private const int HashBytes = 16;
    private const int LengthBytes = 4;

    /// <summary>Larger ones are no bodies.</summary>
    private const int MostBytes = 512 << 20;

    /// <summary>Writes what stands before a reference, or at the end.</summary>
    public static void WriteLiteral(PooledBuffer plain, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(plain.GetSpan(LengthBytes), bytes.Length);
        plain.Advance(LengthBytes);
        plain.Write(bytes);
    }

    /// <summary>Writes a reference.</summary>
    public static void WriteReference(PooledBuffer plain, UInt128 hash)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(plain.GetSpan(HashBytes), hash);
        plain.Advance(HashBytes);
    }

    /// <summary>The hashes that a packed body refers to.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static List<UInt128> References(ReadOnlySpan<byte> packed)
    {
        var hashes = new List<UInt128>();
        Walk(packed, static (_, _) => { }, (_, hash) => hashes.Add(hash), (object?)null);
        return hashes;
    }

    /// <summary>The body, with pieces from <paramref name="pieces"/>, packed as they are; <c>null</c> stands for one that is gone.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>> pieces)
    {
        using var body = new PooledBuffer(4096);
        Walk(packed, static (body, literal) => body.Write(literal), (body, hash) => body.Write(pieces.TryGetValue(hash, out var piece) ? Decompress(piece.Span) : "null"u8), body);
        return body.Span.ToArray();
    }

    private static void Walk<T>(ReadOnlySpan<byte> packed, LiteralHandler<T> literal, Action<T, UInt128> reference, T state)
    {
        var rest = Decompress(packed);
        while (true)
        {
            if (rest.Length < LengthBytes) throw new InvalidDataException("a packed body ends too early");
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[LengthBytes..];
            if (length < 0 || length > rest.Length) throw new InvalidDataException("a packed body is broken");
            literal(state, rest[..length]);
            rest = rest[length..];
            if (rest.IsEmpty) return;
            if (rest.Length < HashBytes) throw new InvalidDataException("a packed body ends too early");
            reference(state, BinaryPrimitives.ReadUInt128LittleEndian(rest));
            rest = rest[HashBytes..];
        }
    }

    private static Span<byte> Decompress(ReadOnlySpan<byte> packed)
    {
        using var zstd = new Decompressor();
        try
        {
            return zstd.Unwrap(packed, MostBytes);
        }
        catch (ZstdException broken)
        {
            throw new InvalidDataException($"a packed body is broken: {broken.Message}", broken);
        }
    }

    private delegate void LiteralHandler<in T>(T state, ReadOnlySpan<byte> bytes);
}
