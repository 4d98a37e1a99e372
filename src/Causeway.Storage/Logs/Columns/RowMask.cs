using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Storage.Logs.Columns;

/// <summary>Some of a block's rows: a bit for each place.</summary>
internal sealed class RowMask
{
    private readonly ulong[] _words = new ulong[Block.Size / 64];

    /// <summary>The bits, 64 in a word, the first place lowest.</summary>
    public Span<ulong> Words => _words;

    /// <summary>How many rows.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>None at all?</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>All places.</summary>
    public static RowMask Full()
    {
        var mask = new RowMask();
        mask._words.AsSpan().Fill(ulong.MaxValue);
        return mask;
    }

    /// <summary>A copy; all places of null.</summary>
    public static RowMask Copy(RowMask? other)
    {
        if (other is null) return Full();
        var mask = new RowMask();
        other._words.CopyTo(mask._words, 0);
        return mask;
    }

    /// <summary>Those that <see cref="ToBytes"/> wrote.</summary>
    public static RowMask Of(ReadOnlySpan<byte> bytes)
    {
        var mask = new RowMask();
        bytes[..Math.Min(bytes.Length, Block.Size / 8)].CopyTo(MemoryMarshal.AsBytes(mask._words.AsSpan()));
        return mask;
    }

    /// <summary>Is it there?</summary>
    public bool Has(int place) => (_words[place >> 6] & (1UL << place)) != 0;

    /// <summary>Adds one.</summary>
    public void Add(int place) => _words[place >> 6] |= 1UL << place;

    /// <summary>Takes one away.</summary>
    public void Remove(int place) => _words[place >> 6] &= ~(1UL << place);

    /// <summary>Keeps only those that are also in the other.</summary>
    public void And(RowMask other)
    {
        for (var i = 0; i < _words.Length; i++) _words[i] &= other._words[i];
    }

    /// <summary>Writes the places in ascending order; how many.</summary>
    public int Places(Span<ushort> places)
    {
        var count = 0;
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1) places[count++] = (ushort)((i << 6) + BitOperations.TrailingZeroCount(word));
        }

        return count;
    }

    /// <summary>As it is stored.</summary>
    public byte[] ToBytes() => MemoryMarshal.AsBytes(_words.AsSpan()).ToArray();
}
