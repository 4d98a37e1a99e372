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
    /// <param name="redaction">What is done to all of it before it is kept, piece by piece: to a piece that is known it was done before.</param>
    /// <param name="pieces">Takes them.</param>
    public ReadOnlyMemory<byte> Pack(JsonTree tree, Redaction redaction, List<LogPiece> pieces)
    {
        Age();
        var body = tree.Text.Span;
        using var plain = new PooledBuffer(4096);
        var at = 0;
        foreach (var (start, length) in Find(tree))
        {
            var piece = body.Slice(start, length);
            var hash = Fingerprint.Of(piece, redaction.Salt);
            AddLiteral(plain, body[at..start], redaction);
            PackedBody.WriteReference(plain, hash);
            if (IsNew(hash)) pieces.Add(new LogPiece(hash, Edited(piece, redaction)));
            at = start + length;
        }

        AddLiteral(plain, body[at..], redaction);
        return Compress(plain);
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

    private ReadOnlyMemory<byte> Edited(ReadOnlySpan<byte> piece, Redaction redaction)
    {
        using var edited = new PooledBuffer(piece.Length + 64);
        redaction.Apply(piece, edited);
        return Compress(edited);
    }

    private static void AddLiteral(PooledBuffer plain, ReadOnlySpan<byte> bytes, Redaction redaction)
    {
        if (redaction.IsNone)
        {
            PackedBody.WriteLiteral(plain, bytes);
            return;
        }

        using var edited = new PooledBuffer(bytes.Length + 64);
        redaction.Apply(bytes, edited);
        PackedBody.WriteLiteral(plain, edited.Span);
    }

    private ReadOnlyMemory<byte> Compress(PooledBuffer plain) => _zstd.Wrap(plain.Span).ToArray();
}
