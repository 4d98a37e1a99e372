namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// International bank account numbers: a country that has them, as many characters as it gives them, and the right check digits (ISO 13616, modulo 97);
/// in one piece or in groups of four.
/// </summary>
internal sealed class IbanDetector : IDetector
{
    private const int Longest = 34;
    private const int GroupSize = 4;

    /// <summary>The lengths by country. Source: the IBAN registry of SWIFT.</summary>
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.Ordinal)
    {
        ["NO"] = 15, ["BE"] = 16, ["BI"] = 27, ["DK"] = 18, ["FO"] = 18, ["FI"] = 18, ["FK"] = 18, ["GL"] = 18, ["NL"] = 18, ["SD"] = 18, ["MK"] = 19, ["SI"] = 19,
        ["AT"] = 20, ["BA"] = 20, ["EE"] = 20, ["KZ"] = 20, ["LT"] = 20, ["LU"] = 20, ["MN"] = 20, ["XK"] = 20, ["CH"] = 21, ["HR"] = 21, ["LI"] = 21, ["LV"] = 21,
        ["BG"] = 22, ["BH"] = 22, ["CR"] = 22, ["DE"] = 22, ["GB"] = 22, ["GE"] = 22, ["IE"] = 22, ["ME"] = 22, ["RS"] = 22, ["VA"] = 22,
        ["AE"] = 23, ["GI"] = 23, ["IL"] = 23, ["IQ"] = 23, ["OM"] = 23, ["SO"] = 23, ["TL"] = 23, ["AD"] = 24, ["CZ"] = 24, ["ES"] = 24, ["MD"] = 24, ["PK"] = 24,
        ["RO"] = 24, ["SA"] = 24, ["SE"] = 24, ["SK"] = 24, ["TN"] = 24, ["VG"] = 24, ["LY"] = 25, ["PT"] = 25, ["ST"] = 25, ["IS"] = 26, ["TR"] = 26,
        ["DJ"] = 27, ["FR"] = 27, ["GR"] = 27, ["IT"] = 27, ["MC"] = 27, ["MR"] = 27, ["SM"] = 27, ["AL"] = 28, ["AZ"] = 28, ["BY"] = 28, ["CY"] = 28, ["DO"] = 28,
        ["GT"] = 28, ["HU"] = 28, ["LB"] = 28, ["NI"] = 28, ["PL"] = 28, ["SV"] = 28, ["BR"] = 29, ["EG"] = 29, ["PS"] = 29, ["QA"] = 29, ["UA"] = 29,
        ["JO"] = 30, ["KW"] = 30, ["MU"] = 30, ["YE"] = 30, ["MT"] = 31, ["SC"] = 31, ["LC"] = 32, ["RU"] = 33, ["HN"] = 28,
    };

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> LengthOf = Lengths.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public string Name => "iban";

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        var past = 0;
        foreach (var (digits, end) in scan.Digits())
        {
            var start = digits - 2;
            if (end - digits < 2 || start < past || !char.IsAsciiLetterUpper(scan[start]) || !char.IsAsciiLetterUpper(scan[start + 1])) continue;
            if (!LengthOf.TryGetValue(scan.Text.Slice(start, 2), out var length) || !scan.IsWordStart(start)) continue;
            if (EndOf(ref scan, start, length) is not (> 0 and var last)) continue;
            scan.Add(start, last, Name);
            past = last;
        }
    }

    /// <summary>The end of a number of this length; 0 if it is none.</summary>
    private static int EndOf(ref Scan scan, int start, int length)
    {
        scan.Count(Longest);
        Span<char> number = stackalloc char[Longest];
        var (count, at) = (0, start);
        for (var isGrouped = false; count < length; at++)
        {
            var c = scan[at];
            if (char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) number[count++] = c;
            else if (c is not (' ' or '\u00A0') || count == 0 || count % GroupSize != 0 || (count > GroupSize && !isGrouped) || scan[at - 1] == c) return 0;
            else isGrouped = true;
        }

        return scan.IsWordEnd(at) && Remainder(number[..count]) == 1 ? at : 0;
    }

    /// <summary>The number modulo 97, with its first four characters at its end and letters as 10 to 35.</summary>
    private static int Remainder(ReadOnlySpan<char> number)
    {
        var rest = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var c = number[(i + GroupSize) % number.Length];
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }

        return rest;
    }
}
