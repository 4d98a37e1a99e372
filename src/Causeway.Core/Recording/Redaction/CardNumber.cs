using System.Globalization;

namespace Causeway.Core.Recording.Redaction;

/// <summary>Which digits are those of a card.</summary>
internal static class CardNumber
{
    /// <summary>The first digits that issuers have (from, to), and the lengths of their numbers. Source: ISO/IEC 7812 ranges as the networks publish them.</summary>
    private static readonly (int From, int To, int[] Lengths)[] Issuers =
    [
        (4, 4, [13, 16, 19]),                                         // Visa
        (51, 55, [16]), (2221, 2720, [16]),                           // Mastercard
        (34, 34, [15]), (37, 37, [15]),                               // American Express
        (6011, 6011, [16, 19]), (644, 649, [16, 19]), (65, 65, [16, 19]),   // Discover
        (300, 305, [14]), (36, 36, [14]), (38, 39, [14, 16]),         // Diners Club
        (3528, 3589, [16, 17, 18, 19]),                               // JCB
        (62, 62, [16, 17, 18, 19]), (81, 81, [16]),                   // UnionPay
        (5018, 5018, [16, 18, 19]), (5020, 5020, [16, 18, 19]), (5038, 5038, [16, 18, 19]), (5893, 5893, [16, 18, 19]),   // Maestro
        (6304, 6304, [16, 18, 19]), (6759, 6759, [16, 18, 19]), (6761, 6763, [16, 18, 19]),
        (2200, 2204, [16, 17, 18, 19]),                               // Mir
    ];

    /// <summary>Does an issuer have such numbers, and is the check digit right?</summary>
    public static bool IsValid(ReadOnlySpan<char> digits) => HasIssuer(digits) && HasCheckDigit(digits);

    private static bool HasIssuer(ReadOnlySpan<char> digits)
    {
        foreach (var (from, to, lengths) in Issuers)
        {
            var width = from < 10 ? 1 : from < 100 ? 2 : from < 1000 ? 3 : 4;
            var first = int.Parse(digits[..width], CultureInfo.InvariantCulture);
            if (first >= from && first <= to && lengths.AsSpan().Contains(digits.Length)) return true;
        }

        return false;
    }

    /// <summary>Luhn's sum: every second digit from the right counts twice.</summary>
    private static bool HasCheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1) digit = digit > 4 ? (2 * digit) - 9 : 2 * digit;
            sum += digit;
        }

        return sum % 10 == 0;
    }
}
