using System.IO.Compression;
using System.Net.Http.Headers;

namespace Causeway.Core.Upstream;

/// <summary>
/// Reads upstream answers. They are decompressed here and not by <see cref="SocketsHttpHandler"/>, whose handler for it would
/// add a layer to every request although few answers are compressed.
/// </summary>
internal static class UpstreamBody
{
    /// <summary>The encodings that <see cref="Open"/> reads, as a request's Accept-Encoding says it.</summary>
    public const string AcceptEncoding = "gzip, deflate, br";

    /// <summary>The answer's body, decompressed. Reading it throws <see cref="InvalidDataException"/> if it is not what it says it is.</summary>
    public static Stream Open(HttpResponseMessage reply)
    {
        var stream = reply.Content.ReadAsStream();
        return Header(reply, "Content-Encoding") switch
        {
            null or "" => stream,
            var gzip when Is(gzip, "gzip") || Is(gzip, "x-gzip") => new GZipStream(stream, CompressionMode.Decompress),
            var deflate when Is(deflate, "deflate") => new ZLibStream(stream, CompressionMode.Decompress),
            var brotli when Is(brotli, "br") => new BrotliInput(stream),
            _ => stream,
        };
    }

    /// <summary>The content type of the answer, parameters included; empty if it has none.</summary>
    public static string MediaType(HttpResponseMessage reply) => Header(reply, "Content-Type") ?? "";

    /// <summary>A header of the content as it was sent; the typed properties would parse it first.</summary>
    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.Content.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static bool Is(string coding, string name) => coding.AsSpan().Trim().Equals(name, StringComparison.OrdinalIgnoreCase);
}
