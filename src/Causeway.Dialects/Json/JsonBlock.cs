using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Dialects.Json;

/// <summary>
/// Where the structure is in 64 bytes of JSON, one bit a byte, lowest first. Comparing whole vectors instead of searching from
/// mark to mark makes a scan cost the same whether the text has few quotes or many.
/// </summary>
/// <param name="Quotes">The quotation marks, escaped ones too.</param>
/// <param name="Backslashes">The backslashes.</param>
/// <param name="Brackets">The braces and brackets, those inside strings too.</param>
internal readonly record struct JsonBlock(ulong Quotes, ulong Backslashes, ulong Brackets)
{
    /// <summary>How many bytes a block has.</summary>
    public const int Size = 64;

    /// <summary>Looks at the first 64 of <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentException">There are fewer than 64.</exception>
    public static JsonBlock Of(ReadOnlySpan<byte> bytes)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector128<byte>>(bytes[..Size]);
        ulong quotes = 0, backslashes = 0, brackets = 0;
        for (var i = 0; i < vectors.Length; i++)
        {
            var vector = vectors[i];
            var shift = i * Vector128<byte>.Count;
            quotes |= (ulong)Vector128.Equals(vector, Vector128.Create((byte)'"')).ExtractMostSignificantBits() << shift;
            backslashes |= (ulong)Vector128.Equals(vector, Vector128.Create((byte)'\\')).ExtractMostSignificantBits() << shift;

            // '[' and '{', and ']' and '}', differ in the bit 0x20 alone, and no other byte becomes one of them by it.
            var folded = vector | Vector128.Create((byte)0x20);
            var either = Vector128.Equals(folded, Vector128.Create((byte)'{')) | Vector128.Equals(folded, Vector128.Create((byte)'}'));
            brackets |= (ulong)either.ExtractMostSignificantBits() << shift;
        }

        return new JsonBlock(quotes, backslashes, brackets);
    }

    /// <summary>Tells what is inside strings, over the blocks of one text in their order.</summary>
    internal struct Strings
    {
        private bool _firstIsEscaped;
        private ulong _inside;

        /// <summary>The bytes of the next block that are inside a string, its opening quote included and its closing one not.</summary>
        public ulong Next(JsonBlock block)
        {
            var inside = block.Quotes & ~Escaped(block.Backslashes);

            // Each bit becomes the parity of the quotes up to it.
            for (var shift = 1; shift < Size; shift <<= 1) inside ^= inside << shift;
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
