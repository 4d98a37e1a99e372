using System.IO.Compression;
using Causeway.Dialects.Canonical;
using ZstdSharp;

namespace Causeway.Core.Pipeline;

/// <summary>Reads compressed request bodies: Codex compresses its own with zstd.</summary>
internal static class BodyCoding
{
    /// <summary>What a 415 offers.</summary>
    public const string Known = "gzip, deflate, br, zstd";

    /// <summary>The stream that decompresses <paramref name="body"/>; null if the coding is not known.</summary>
    public static Stream? Open(string coding, Stream body) => coding.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "zstd" => new DecompressionStream(body),
        _ => null,
    };

    /// <summary>Decompresses into <paramref name="target"/>, which may grow to <paramref name="limit"/> bytes: a small body may hold a huge one.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(string coding, Stream body, PooledBuffer target, long limit, CancellationToken cancel)
    {
        await using var plain = Open(coding, body)!;
        try
        {
            while (await plain.ReadAsync(target.GetMemory(16 << 10), cancel) is > 0 and var count)
            {
                target.Advance(count);
                if (target.Length > limit) return RequestBody.TooLarge(limit);
            }

            return null;
        }
        catch (Exception broken) when (broken is InvalidDataException or ZstdException or EndOfStreamException or InvalidOperationException)
        {
            return GatewayError.Invalid(null, $"the body is not the {coding} that its content-encoding says");
        }
    }
}
