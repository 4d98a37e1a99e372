using System.Globalization;

namespace Causeway.Core.Recording.Redaction;

/// <summary>The country codes of telephone numbers, and how many digits follow them.</summary>
internal static class DialCodes
{
    /// <summary>Codes of one and two digits (ITU-T E.164), with the fewest and the most digits of their national numbers.</summary>
    private static readonly Dictionary<int, (int Least, int Most)> Short = new()
    {
        [1] = (10, 10), [7] = (10, 10), [20] = (8, 10), [27] = (9, 9), [30] = (10, 10), [31] = (9, 9), [32] = (8, 9), [33] = (9, 9), [34] = (9, 9), [36] = (8, 9),
        [39] = (8, 11), [40] = (9, 9), [41] = (9, 9), [43] = (7, 13), [44] = (9, 10), [45] = (8, 8), [46] = (7, 10), [47] = (8, 8), [48] = (9, 9), [49] = (7, 13),
        [51] = (8, 9), [52] = (10, 11), [53] = (8, 8), [54] = (10, 11), [55] = (10, 11), [56] = (9, 9), [57] = (10, 10), [58] = (10, 10), [60] = (8, 10), [61] = (9, 9),
        [62] = (8, 12), [63] = (8, 10), [64] = (8, 10), [65] = (8, 8), [66] = (8, 9), [81] = (9, 10), [82] = (8, 10), [84] = (9, 10), [86] = (10, 11), [90] = (10, 10),
        [91] = (10, 10), [92] = (9, 10), [93] = (9, 9), [94] = (9, 9), [95] = (8, 10), [98] = (10, 10),
    };

    private const int LeastOfLong = 7;
    private const int MostOfLong = 10;

    /// <summary>Is this an international number, from the country code on?</summary>
    public static bool AreNumber(ReadOnlySpan<char> digits)
    {
        if (digits.Length < 9 || digits[0] == '0') return false;
        for (var width = 1; width <= 2; width++)
        {
            if (!Short.TryGetValue(int.Parse(digits[..width], CultureInfo.InvariantCulture), out var length)) continue;
            return digits.Length - width >= length.Least && digits.Length - width <= length.Most && (digits[0] != '1' || (digits[1] >= '2' && digits[4] >= '2'));
        }

        return digits[0] is '2' or '3' or '4' or '5' or '6' or '8' or '9' && digits.Length - 3 is >= LeastOfLong and <= MostOfLong;   // codes of three digits
    }
}
