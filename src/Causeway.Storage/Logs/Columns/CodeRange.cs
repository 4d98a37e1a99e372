using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Storage.Logs.Columns;

/// <summary>Finds the places whose code lies between two bounds, sixteen bytes at a time.</summary>
internal static class CodeRange
{
    /// <summary>Takes the places away from <paramref name="mask"/> whose code is below <paramref name="least"/> or above <paramref name="most"/>.</summary>
    public static void Narrow<T>(ReadOnlySpan<T> codes, T least, T most, RowMask mask) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (low, high) = (Vector128.Create(least), Vector128.Create(most));
        var words = mask.Words;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == 0) continue;
            var bits = 0UL;
            ref var at = ref MemoryMarshal.GetReference(codes[(64 * i)..]);
            for (var j = 0; j < 64; j += Vector128<T>.Count)
            {
                var some = Vector128.LoadUnsafe(ref at, (nuint)j);
                var fits = Vector128.GreaterThanOrEqual(some, low) & Vector128.LessThanOrEqual(some, high);
                bits |= (ulong)fits.ExtractMostSignificantBits() << j;
            }

            words[i] &= bits;
        }
    }

    /// <summary>Keeps the places of <paramref name="mask"/> whose code is one of those that are allowed.</summary>
    public static void Narrow(ReadOnlySpan<ushort> codes, ReadOnlySpan<bool> allowed, RowMask mask)
    {
        var words = mask.Words;
        for (var i = 0; i < words.Length; i++)
        {
            var bits = 0UL;
            for (var word = words[i]; word != 0; word &= word - 1)
            {
                var bit = BitOperations.TrailingZeroCount(word);
                if (allowed[codes[(64 * i) + bit]]) bits |= 1UL << bit;
            }

            words[i] = bits;
        }
    }
}
