using System.Buffers;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// Finds long runs of base64 in a request, which are pictures and files, by looking at one place in every few thousand: microseconds for a megabyte.
/// </summary>
internal static class Base64Runs
{
    /// <summary>Bytes of base64; what is shorter costs as text does.</summary>
    public const int Shortest = 6400;

    private const int Glance = 16;                // bytes that are looked at; words of text are shorter

    /// <summary>Base64 in its two alphabets, and the backslash that some clients write before a slash.</summary>
    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\\"u8);

    /// <summary>The next run.</summary>
    /// <param name="body">The request.</param>
    /// <param name="at">Where to go on; at first 0.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">Its length in bytes.</param>
    public static bool TryNext(ReadOnlySpan<byte> body, ref int at, out int start, out int length)
    {
        while (at + Glance <= body.Length)
        {
            var next = at + (Shortest / 2);   // so a run of this length cannot lie between two places
            if (!body.Slice(at, Glance).ContainsAnyExcept(Base64))
            {
                start = body[..at].LastIndexOfAnyExcept(Base64) + 1;
                length = body[at..].IndexOfAnyExcept(Base64) is >= 0 and var rest ? at - start + rest : body.Length - start;
                at = Math.Max(next, start + length);
                if (length >= Shortest) return true;
            }
            else
            {
                at = next;
            }
        }

        (start, length) = (body.Length, 0);
        return false;
    }
}
