namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// Numbers of payment cards: 13 to 19 digits, in one piece or in the groups in which cards show them, with an issuer's first digits and the right check
/// digit (Luhn). Pieces of longer numbers, of ids and of tables are none.
/// </summary>
internal sealed class CardDetector : IDetector
{
    /// <summary>The name of the kind.</summary>
    public const string Kind = "card";

    private const int Longest = 19;
    private const int Shortest = 13;

    /// <summary>How cards show their digits; those of more groups first.</summary>
    private static readonly int[][] Layouts = [[4, 4, 4, 4, 3], [4, 4, 4, 4], [4, 3, 3, 3], [4, 6, 5], [4, 6, 4], [6, 13]];

    /// <inheritdoc/>
    public string Name => Kind;

    /// <summary>Is a JSON number one?</summary>
    public static bool IsCard(ReadOnlySpan<byte> number)
    {
        if (number.Length is < Shortest or > Longest || number.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        Span<char> digits = stackalloc char[number.Length];
        for (var i = 0; i < digits.Length; i++) digits[i] = (char)number[i];
        return CardNumber.IsValid(digits);
    }

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        var runs = scan.Digits();
        for (var i = 0; i < runs.Count; i++)
        {
            var (start, end) = runs[i];
            if (end - start is >= Shortest and <= Longest)
            {
                if (IsAlone(scan, start, end) && CardNumber.IsValid(scan.Text[start..end])) scan.Add(start, end, Name);
                scan.Count(end - start);
            }
            else if (end - start is 4 or 6 && Groups(ref scan, i) is > 0 and var count)
            {
                scan.Add(start, runs[i + count - 1].End, Name);
                i += count - 1;
            }
        }
    }

    /// <summary>How many groups from here on are a card's; 0: they are none.</summary>
    private static int Groups(ref Scan scan, int first)
    {
        var runs = scan.Digits();
        if (first + 1 >= runs.Count || !NumberGroups.IsSeparator(scan, runs[first].End, runs[first + 1].Start)) return 0;
        Span<char> digits = stackalloc char[Longest];
        foreach (var layout in Layouts)
        {
            scan.Count(Longest);
            if (!NumberGroups.Fit(scan, runs, first, layout) || NumberGroups.GoOn(scan, runs, first, layout.Length)) continue;
            var length = 0;
            for (var i = 0; i < layout.Length; i++)
            {
                scan.Text[runs[first + i].Start..runs[first + i].End].CopyTo(digits[length..]);
                length += layout[i];
            }

            if (CardNumber.IsValid(digits[..length]) && IsAlone(scan, runs[first].Start, runs[first + layout.Length - 1].End)) return layout.Length;
        }

        return 0;
    }

    /// <summary>Not a piece of a word, a fraction, or an id with dashes.</summary>
    private static bool IsAlone(Scan scan, int start, int end) =>
        scan.IsWordStart(start) && scan.IsWordEnd(end) && !(scan[start - 1] == '.' && char.IsAsciiDigit(scan[start - 2])) && !(scan[end] == '.' && char.IsAsciiDigit(scan[end + 1]));
}
