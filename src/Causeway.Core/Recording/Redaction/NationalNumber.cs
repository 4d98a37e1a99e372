namespace Causeway.Core.Recording.Redaction;

/// <summary>Telephone numbers without a country code, in the groups of some countries. What looks like a table, a dump, an address or a date is none.</summary>
internal static class NationalNumber
{
    /// <summary>Groups of numbers that begin with 0, with what may stand between them. Where this is used: France; Britain, Australia, Japan; Germany, Austria, Switzerland.</summary>
    private static readonly (int[] Groups, string Separators)[] WithZero =
    [
        ([2, 2, 2, 2, 2], " .-\u00A0"),
        ([3, 4, 4], " -\u00A0"), ([2, 4, 4], " -\u00A0"), ([4, 3, 4], " -\u00A0"), ([4, 3, 3], " -\u00A0"), ([5, 3, 3], " -\u00A0"), ([3, 3, 4], " -\u00A0"),
        ([3, 3, 2, 2], " \u00A0"), ([4, 3, 2, 2], " \u00A0"), ([4, 2, 2, 2], " \u00A0"),
        ([5, 6], " \u00A0"), ([5, 5], " \u00A0"), ([4, 6], " \u00A0"), ([4, 7], " -\u00A0"), ([4, 8], " -\u00A0"), ([3, 7], " \u00A0"), ([3, 8], " \u00A0"),
    ];

    private static readonly int[] American = [3, 3, 4];
    private static readonly int[] AmericanWithOne = [1, 3, 3, 4];
    private const int FewestLocal = 5;
    private const int MostLocal = 9;
    private const int MostGroups = 5;

    /// <summary>How many runs of digits from here on are such a number; 0: they are none.</summary>
    public static int CountAt(Scan scan, List<(int Start, int End)> runs, int first)
    {
        var (start, end) = runs[first];
        if (scan[start - 1] == '(' && scan[end] == ')') return InBrackets(scan, runs, first);
        if (!PhoneDetector.IsFree(scan, start)) return 0;
        if (scan.Text[start] == '0') return scan[start + 1] == '0' ? 0 : WithSlash(scan, runs, first) is > 0 and var count ? count : Grouped(scan, runs, first);
        if (end - start == 1) return scan.Text[start] == '1' && IsAmerican(scan, runs, first, AmericanWithOne, 1) ? 4 : 0;
        return IsAmerican(scan, runs, first, American, 0) ? 3 : 0;
    }

    private static bool IsAmerican(Scan scan, List<(int Start, int End)> runs, int first, int[] groups, int area) =>
        NumberGroups.Fit(scan, runs, first, groups) && scan[runs[first].End] != '/' && scan.Text[runs[first + area].Start] >= '2' && scan.Text[runs[first + area + 1].Start] >= '2'
        && IsWhole(scan, runs, first, groups.Length);

    private static int Grouped(Scan scan, List<(int Start, int End)> runs, int first)
    {
        foreach (var (groups, separators) in WithZero)
        {
            if (!NumberGroups.Fit(scan, runs, first, groups) || !separators.Contains(scan[runs[first].End]) || !IsWhole(scan, runs, first, groups.Length)) continue;
            if (groups.Length == 2 && IsFileMode(scan.Text[runs[first].Start..runs[first].End])) continue;
            if (groups[0] == 2 && (IsHexByte(scan, runs[first].Start - 3) || IsHexByte(scan, runs[first + groups.Length - 1].End + 1))) continue;
            return groups.Length;
        }

        return 0;
    }

    /// <summary>(415) 555-2671, (030) 123 45 67.</summary>
    private static int InBrackets(Scan scan, List<(int Start, int End)> runs, int first)
    {
        var (start, end) = runs[first];
        if (!scan.IsWordStart(start - 1) || first + 1 >= runs.Count) return 0;
        var next = runs[first + 1].Start;
        if (next != end + 1 && !(next == end + 2 && scan[end + 1] == ' ')) return 0;
        if (scan.Text[start] == '0') return scan[start + 1] != '0' && end - start is >= 2 and <= 6 ? Local(scan, runs, first) : 0;
        return end - start == 3 && scan.Text[start] >= '2' && first + 2 < runs.Count && runs[first + 1].End - next == 3 && scan.Text[next] >= '2'
            && runs[first + 2].End - runs[first + 2].Start == 4 && NumberGroups.IsSeparator(scan, runs[first + 1].End, runs[first + 2].Start) && scan.IsWordEnd(runs[first + 2].End) ? 3 : 0;
    }

    /// <summary>030/1234567, 0171 / 123 45 67.</summary>
    private static int WithSlash(Scan scan, List<(int Start, int End)> runs, int first)
    {
        if (first + 1 >= runs.Count || runs[first].End - runs[first].Start is < 3 or > 5) return 0;
        return scan.Text[runs[first].End..runs[first + 1].Start] is "/" or " / " ? Local(scan, runs, first) : 0;
    }

    /// <summary>The groups behind an area code: five to nine digits.</summary>
    private static int Local(Scan scan, List<(int Start, int End)> runs, int area)
    {
        var (digits, count) = (0, 0);
        for (var i = area + 1; i < runs.Count && i <= area + MostGroups; i++)
        {
            if (i > area + 1 && (!NumberGroups.IsSeparator(scan, runs[i - 1].End, runs[i].Start) || scan[runs[i - 1].End] is '.' or '/')) break;
            digits += runs[i].End - runs[i].Start;
            if (digits > MostLocal) break;
            if (digits >= FewestLocal && scan.IsWordEnd(runs[i].End) && scan[runs[i].End] is not '/') count = i - area + 1;
        }

        return count;
    }

    private static bool IsWhole(Scan scan, List<(int Start, int End)> runs, int first, int count)
    {
        var end = runs[first + count - 1].End;
        return !NumberGroups.GoOn(scan, runs, first, count) && scan.IsWordEnd(end) && !(scan[end] is '.' or ',' or ':' or '/' && char.IsAsciiDigit(scan[end + 1]));
    }

    /// <summary>The rights of a file, as lists of files have them before a size.</summary>
    private static bool IsFileMode(ReadOnlySpan<char> digits) => digits is "0600" or "0640" or "0644" or "0660" or "0664" or "0666" or "0700" or "0711" or "0750" or "0755" or "0770" or "0775" or "0777";

    /// <summary>Do two hexadecimal digits stand here alone, one of them a letter?</summary>
    private static bool IsHexByte(Scan scan, int at) => char.IsAsciiHexDigit(scan[at]) && char.IsAsciiHexDigit(scan[at + 1]) && !char.IsAsciiLetterOrDigit(scan[at - 1]) && !char.IsAsciiLetterOrDigit(scan[at + 2])
        && !(char.IsAsciiDigit(scan[at]) && char.IsAsciiDigit(scan[at + 1]));
}
