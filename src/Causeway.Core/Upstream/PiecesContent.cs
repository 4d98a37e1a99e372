using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Causeway.Core.Upstream;

/// <summary>A JSON body sent from memory, piece by piece, without a copy. May be sent again by a retry.</summary>
internal sealed class PiecesContent : HttpContent
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _pieces;

    public PiecesContent(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        _pieces = pieces;
        Headers.ContentType = JsonType;
    }

    /// <summary>The SHA-256 of the body.</summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in _pieces) hash.AppendData(piece.Span);
        return hash.GetHashAndReset();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _pieces.Count; i++) await stream.WriteAsync(_pieces[i], cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        for (var i = 0; i < _pieces.Count; i++) length += _pieces[i].Length;
        return true;
    }
}
