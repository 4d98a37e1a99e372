using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Causeway.Hosting;

/// <summary>
/// Gives the web server 256 KB blocks in place of its 4 KB ones: a request of an agent then arrives whole in one block, and is read
/// where it lies. Idle connections hold none, and of a block only the part that was ever written to takes memory.
/// </summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}

/// <summary>A pool of pinned 256 KB blocks that keeps a bounded number of free ones.</summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockSize = 256 << 10;
    private const int MaxFree = 128;   // 32 MB

    private readonly Lock _lock = new();
    private readonly Block[] _free = new Block[MaxFree];   // a stack: the block used last is the one that caches still hold
    private int _count;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        lock (_lock)
        {
            if (_count > 0) return _free[--_count];
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            Array.Clear(_free);
            _count = 0;
        }
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (_count < MaxFree) _free[_count++] = block;
        }
    }

    /// <summary>Pinned, so that the kernel can read into it without a handle for each call.</summary>
    private sealed class Block(LargeBlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool.Return(this);
    }
}
