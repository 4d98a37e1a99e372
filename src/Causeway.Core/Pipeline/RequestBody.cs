using System.Buffers;
using System.IO.Pipelines;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Pipeline;

/// <summary>
/// A request's whole body in one piece: where the server received it if it fits in one of its blocks, else a copy in a pooled
/// array. Disposing gives either back.
/// </summary>
public sealed class RequestBody : IDisposable
{
    private PooledBuffer? _copy;
    private PipeReader? _lender;
    private SequencePosition _lentUpTo;

    /// <summary>The body; empty before it was read.</summary>
    public ReadOnlyMemory<byte> Memory { get; private set; }

    /// <summary>The body; empty before it was read.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many bytes it has.</summary>
    public int Length => Memory.Length;

    /// <summary>Reads it; the error if it has more than <paramref name="limit"/> bytes or is encoded or broken.</summary>
    public async ValueTask<GatewayError?> ReadAsync(HttpRequest request, long limit, CancellationToken cancel)
    {
        if (request.Headers.ContentEncoding is [{ } coding, ..] && !"identity".Equals(coding, StringComparison.OrdinalIgnoreCase))
            return await DecompressAsync(request, coding, limit, cancel);
        if (request.ContentLength > limit) return TooLarge(limit);
        var reader = request.BodyReader;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(cancel);
            }
            catch (Exception broken) when (broken is not (BadHttpRequestException or OperationCanceledException))
            {
                // Kestrel throws whatever it stumbles over in a broken chunk, such as an overflow of its size.
                return GatewayError.Invalid(null, "the body's framing is broken");
            }

            if (_copy is null && result.Buffer.IsSingleSegment && result.Buffer.Length <= limit)
            {
                if (result.IsCompleted) return Borrow(reader, result.Buffer);
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);   // seen, not yet taken: the rest will come after it
                continue;
            }

            _copy ??= new PooledBuffer((int)(request.ContentLength ?? result.Buffer.Length * 2));
            foreach (var segment in result.Buffer) _copy.Write(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (_copy.Length > limit) return TooLarge(limit);
            Memory = _copy.Memory;
            if (result.IsCompleted) return null;
        }
    }

    /// <summary>Puts the edited body in its place.</summary>
    public void Apply(BodyPatch patch)
    {
        var edited = new PooledBuffer(Length + 256);
        patch.WriteTo(edited);
        Dispose();
        _copy = edited;
        Memory = edited.Memory;
    }

    /// <summary>Hands the body over; it is gone from here. A body that lies in the server's own block is copied.</summary>
    public PooledBuffer Take()
    {
        var taken = _copy;
        if (taken is null)
        {
            taken = new PooledBuffer(Length);
            taken.Write(Span);
        }

        _copy = null;
        Dispose();
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Memory = default;
        _lender?.AdvanceTo(_lentUpTo);
        _lender = null;
        _copy?.Dispose();
        _copy = null;
    }

    private async ValueTask<GatewayError?> DecompressAsync(HttpRequest request, string coding, long limit, CancellationToken cancel)
    {
        if (request.Headers.ContentEncoding.Count > 1 || BodyCoding.Open(coding, Stream.Null) is not { } known)
            return new GatewayError(ErrorKind.InvalidRequest, $"content-encoding '{Shorten(coding)}' is not supported: send {BodyCoding.Known}, or plain JSON") { Status = 415 };
        await known.DisposeAsync();
        _copy = new PooledBuffer(64 << 10);
        var error = await BodyCoding.ReadAsync(coding, request.Body, _copy, limit, cancel);
        Memory = _copy.Memory;
        return error;
    }

    private GatewayError? Borrow(PipeReader reader, ReadOnlySequence<byte> buffer)
    {
        (_lender, _lentUpTo, Memory) = (reader, buffer.End, buffer.First);
        return null;
    }

    internal static GatewayError TooLarge(long limit) =>
        new(ErrorKind.RequestTooLarge, $"the body is larger than {limit >> 20} MB: raise client.max_request_body_size_mb to allow it");

    private static string Shorten(string? text) => text is { Length: > 40 } ? text[..40] + "..." : text ?? "";
}
