using System.Security.Cryptography;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Log;
using Causeway.Dialects.Json;
using ZstdSharp;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// Packs bodies for the log. A conversation's requests repeat each other: what stands in the lists of a body's outermost members (messages, tools, system
/// prompts) is kept once, as pieces that are known by their hashes, so that a session of a hundred requests takes hardly more room than its last one. For one thread.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class BodyPacker(TimeProvider time) : IDisposable
{
    /// <summary>Smaller ones are not worth a row of their own.</summary>
    private const int LeastPiece = 256;

    private const int MostKnown = 20_000;
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(30);

    private readonly byte[] _mark = [(byte)'"', .. RandomNumberGenerator.GetBytes(20).Select(static random => (byte)('a' + (random % 26))), (byte)'"'];   // JSON that nobody can know
    private readonly Compressor _zstd = new(level: 1);
    private HashSet<UInt128> _known = [];
    private HashSet<UInt128> _knownBefore = [];
    private long _since = time.GetTimestamp();

    /// <summary>Forgets which pieces are in the store: they may not have come there.</summary>
    public void Forget()
    {
        _known.Clear();
        _knownBefore.Clear();
    }

    /// <summary>Packs a body in one.</summary>
    public ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> body)
    {
        using var plain = new PooledBuffer(body.Length + 8);
        PackedBody.WriteLiteral(plain, body);
        return Compress(plain);
    }

    /// <summary>Packs a JSON body; new pieces of it are added to <paramref name="pieces"/>.</summary>
    /// <param name="tree">The body, parsed.</param>
    /// <param name="edit">What is done to all of it before it is kept, piece by piece: to a piece that is known it was done before.</param>
    /// <param name="pieces">Takes them.</param>
    public ReadOnlyMemory<byte> Pack(JsonTree tree, ContentEdit edit, List<LogPiece> pieces)
    {
        Age();
        var body = tree.Text.Span;
        using var frame = new PooledBuffer(4096);   // the body with a mark in the place of each piece
        var (hashes, at) = (new List<UInt128>(), 0);
        foreach (var (start, length) in Find(tree))
        {
            var piece = body.Slice(start, length);
            var hash = Fingerprint.Of(piece, edit.Salt);
            hashes.Add(hash);
            if (IsNew(hash)) pieces.Add(new LogPiece(hash, Edited(piece, edit)));
            frame.Write(body[at..start]);
            frame.Write(_mark);
            at = start + length;
        }

        frame.Write(body[at..]);
        using var edited = new PooledBuffer(frame.Length + 64);
        edit.Apply(frame.Span, edited);
        if (edited.Span.Count(_mark) == hashes.Count) return Packed(edited.Span, hashes);
        edited.Clear();   // somebody's pattern fits the mark, too
        edit.Apply(body, edited);
        return Pack(edited.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    /// <summary>The places of the pieces of a body, in order.</summary>
    private static List<(int Start, int Length)> Find(JsonTree tree)
    {
        var places = new List<(int, int)>();
        foreach (var member in tree.RootElement.EnumerateObject())
        {
            var value = member.Value;
            if (value.Place.Length < LeastPiece) continue;
            if (value.ValueKind != System.Text.Json.JsonValueKind.Array) places.Add(value.Place);
            else foreach (var item in value.EnumerateArray())
            {
                if (item.Place.Length >= LeastPiece) places.Add(item.Place);
            }
        }

        return places;
    }

    private bool IsNew(UInt128 hash) => !_knownBefore.Contains(hash) && _known.Add(hash);

    /// <summary>What was sent long ago is sent again now and then, so that the store knows that it is still needed.</summary>
    private void Age()
    {
        if (_known.Count < MostKnown && time.GetElapsedTime(_since) < KnownFor) return;
        (_knownBefore, _known, _since) = (_known, [], time.GetTimestamp());
    }

    private ReadOnlyMemory<byte> Edited(ReadOnlySpan<byte> piece, ContentEdit edit)
    {
        using var edited = new PooledBuffer(piece.Length + 64);
        edit.Apply(piece, edited);
        return Compress(edited);
    }

    /// <summary>The frame, with references in the place of marks.</summary>
    private ReadOnlyMemory<byte> Packed(ReadOnlySpan<byte> frame, List<UInt128> hashes)
    {
        using var plain = new PooledBuffer(frame.Length + 64);
        foreach (var hash in hashes)
        {
            var end = frame.IndexOf(_mark);
            PackedBody.WriteLiteral(plain, frame[..end]);
            PackedBody.WriteReference(plain, hash);
            frame = frame[(end + _mark.Length)..];
        }

        PackedBody.WriteLiteral(plain, frame);
        return Compress(plain);
    }

    private ReadOnlyMemory<byte> Compress(PooledBuffer plain) => _zstd.Wrap(plain.Span).ToArray();
}
