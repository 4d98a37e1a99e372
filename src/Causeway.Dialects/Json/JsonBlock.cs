using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Dialects.Json;

/// <summary>
/// Where the structure is in 64 bytes of JSON, one bit a byte, lowest first. Comparing whole vectors instead of searching from
/// mark to mark makes a scan cost the same whether the text has few quotes or many.
/// </summary>
internal static class JsonBlock
{
    /// <summary>How many bytes a block has.</summary>
    public const int Size = 64;

    /// <summary>The bytes of <paramref name="block"/> that are <paramref name="wanted"/> once the bits of <paramref name="fold"/> are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(ref readonly byte block, byte wanted, byte fold = 0)
    {
        return Quarter(in block, 0, wanted, fold) | (Quarter(in block, 16, wanted, fold) << 16)
            | (Quarter(in block, 32, wanted, fold) << 32) | (Quarter(in block, 48, wanted, fold) << 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Quarter(ref readonly byte block, nuint at, byte wanted, byte fold)
    {
        var vector = Vector128.LoadUnsafe(in block, at) | Vector128.Create(fold);
        return Vector128.Equals(vector, Vector128.Create(wanted)).ExtractMostSignificantBits();
    }

    /// <summary>Tells what is inside strings, over the blocks of one text in their order.</summary>
    internal struct Strings
    {
        private bool _firstIsEscaped;
        private ulong _inside;

        /// <summary>
        /// The bytes of the next block that are inside a string, its opening quote included and its closing one not.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Next(ref readonly byte block)
        {
            var inside = Find(in block, (byte)'"');
            var backslashes = Find(in block, (byte)'\\');
            if (backslashes != 0 || _firstIsEscaped) inside &= ~Escaped(backslashes);
            if (inside == 0) return _inside;

            // Each bit becomes the parity of the quotes up to it.
            inside ^= inside << 1;
            inside ^= inside << 2;
            inside ^= inside << 4;
            inside ^= inside << 8;
            inside ^= inside << 16;
            inside ^= inside << 32;
            inside ^= _inside;
            _inside = (ulong)((long)inside >> (Size - 1));
            return inside;
        }

        private ulong Escaped(ulong backslashes)
        {
            var escaped = _firstIsEscaped ? 1UL : 0;
            _firstIsEscaped = false;
            backslashes &= ~escaped;
            while (backslashes != 0)
            {
                var at = BitOperations.TrailingZeroCount(backslashes);
                if (at == Size - 1)
                {
                    _firstIsEscaped = true;
                    break;
                }

                escaped |= 2UL << at;
                backslashes &= ~(3UL << at);
            }

            return escaped;
        }
    }
}
