using System.IO.Compression;

namespace Causeway.Core.Upstream;

/// <summary>Decompresses brotli. What is none ends in an <see cref="InvalidDataException"/>, as with the other codings; the framework's own stream takes it for a bug.</summary>
internal sealed class BrotliInput(Stream compressed) : Stream
{
    private readonly BrotliStream _plain = new(compressed, CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _plain.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidOperationException broken) when (broken is not ObjectDisposedException)
        {
            throw new InvalidDataException(broken.Message, broken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _plain.Dispose();
        base.Dispose(disposing);
    }
}
