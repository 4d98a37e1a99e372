using System.Buffers;

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// Telephone numbers: international ones (<c>+49 30 1234567</c>, <c>0049 ...</c>) whose country has numbers of that length, and national ones in the
/// groups in which people write them. Digits in one piece without <c>+</c> are none: ids, times and counts look the same.
/// </summary>
internal sealed class PhoneDetector : IDetector
{
    private const int MostDigits = 15;   // E.164
    private const int WidestGap = 3;     // ") -"

    private static readonly SearchValues<char> Gap = SearchValues.Create(" -./()\u00A0\u202F\u2011");

    /// <inheritdoc/>
    public string Name => "phone";

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        var runs = scan.Digits();
        for (var i = 0; i < runs.Count; i++)
        {
            scan.Count(MostDigits);
            var (start, end) = runs[i];
            if (scan[start - 1] is '+' or '\uFF0B')
            {
                if (!IsOperand(scan, start - 1) && International(scan, runs, ref i, start) is > 0 and var last) scan.Add(start - 1, last, Name);
            }
            else if (scan.Text[start] == '0' && end - start > 3 && scan.Text[start + 1] == '0')
            {
                var first = i;
                if (IsFree(scan, start) && International(scan, runs, ref i, start + 2) is > 0 and var last && i > first) scan.Add(start, last, Name);
            }
            else if (end - start <= 5 && NationalNumber.CountAt(scan, runs, i) is > 0 and var count)
            {
                var open = scan[start - 1] == '(' ? 1 : 0;
                i += count - 1;
                scan.Add(start - open, runs[i].End, Name);
            }
        }
    }

    /// <summary>Nothing before it that it could be a piece of.</summary>
    internal static bool IsFree(Scan scan, int start) => scan.IsWordStart(start) && !(scan[start - 1] is '.' or '/' or '#' or '+' or '$' or '%' or '\\')
        && !(scan[start - 1] is ':' or ',' && char.IsAsciiDigit(scan[start - 2]));

    /// <summary>A plus between things that are added up.</summary>
    private static bool IsOperand(Scan scan, int plus) => !scan.IsWordStart(plus) || scan[plus - 1] is ')' or ']' or '+' or '}' or '/' or '=' || scan[plus - 1] is '"' && scan[plus - 2] is not (' ' or ':' or '=' or '\0' or ',' or '(' or '[' or '\\');

    /// <summary>The end of the longest number that begins at <paramref name="start"/>, the country code's first digit; 0 if there is none. Goes on to its last run.</summary>
    private static int International(Scan scan, List<(int Start, int End)> runs, ref int index, int start)
    {
        Span<char> digits = stackalloc char[MostDigits];
        var (count, found, last) = (0, 0, index);
        for (var i = index; i < runs.Count; i++)
        {
            var (from, to) = (Math.Max(runs[i].Start, start), runs[i].End);
            if (i > index && !IsGap(scan.Text[runs[i - 1].End..from])) break;
            if (to - from > MostDigits - count) break;
            if (to - from == 1 && scan.Text[from] == '0' && scan[from - 1] == '(' && scan[to] == ')') continue;   // +49 (0)30: not dialled
            scan.Text[from..to].CopyTo(digits[count..]);
            count += to - from;
            if (DialCodes.AreNumber(digits[..count]) && scan.IsWordEnd(to) && !(scan[to] == '.' && char.IsAsciiDigit(scan[to + 1]) && i == index)) (found, last) = (to, i);
            else if (DialCodes.AreNumber(digits[..count]) && scan[to] == '-' && char.IsAsciiDigit(scan[to + 1])) (found, last) = (to, i);
        }

        index = last;
        return found;
    }

    private static bool IsGap(ReadOnlySpan<char> between) => between.Length is > 0 and <= WidestGap && !between.ContainsAnyExcept(Gap);
}
