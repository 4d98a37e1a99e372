using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Causeway.Hosting;

/// <summary>
/// Gives the web server 64 KB blocks in place of its 4 KB ones: a 100 KB request then takes two reads, not twenty-five.
/// Idle connections hold none.
/// </summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}

/// <summary>A pool of pinned 64 KB blocks that keeps a bounded number of free ones.</summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockSize = 64 << 10;
    private const int MaxFree = 256;   // 16 MB

    private readonly ConcurrentQueue<Block> _free = new();
    private int _freeCount;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryDequeue(out var block)) return new Block(this);
        Interlocked.Decrement(ref _freeCount);
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        while (_free.TryDequeue(out _)) Interlocked.Decrement(ref _freeCount);
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _freeCount) <= MaxFree) _free.Enqueue(block);
        else Interlocked.Decrement(ref _freeCount);
    }

    /// <summary>Pinned, so that the kernel can read into it without a handle for each call.</summary>
    private sealed class Block(LargeBlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool.Return(this);
    }
}
