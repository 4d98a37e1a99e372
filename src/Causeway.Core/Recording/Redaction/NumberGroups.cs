namespace Causeway.Core.Recording.Redaction;

/// <summary>Digits in groups with one separator between them, the same everywhere: a space, a hyphen, a dot or the like.</summary>
internal static class NumberGroups
{
    private const string Separators = " -./\u00A0\u202F\u2011";

    /// <summary>Is there one separator between two runs, and nothing else?</summary>
    public static bool IsSeparator(Scan scan, int end, int start) => start == end + 1 && Separators.Contains(scan[end]);

    /// <summary>Are the runs from <paramref name="first"/> on groups of these lengths?</summary>
    public static bool Fit(Scan scan, List<(int Start, int End)> runs, int first, ReadOnlySpan<int> lengths)
    {
        if (first + lengths.Length > runs.Count) return false;
        for (var i = 0; i < lengths.Length; i++)
        {
            var (start, end) = runs[first + i];
            if (end - start != lengths[i]) return false;
            if (i > 0 && (!IsSeparator(scan, runs[first + i - 1].End, start) || scan[start - 1] != scan[runs[first].End])) return false;
        }

        return true;
    }

    /// <summary>Does the row of groups go on before or behind these: other numbers, or letters right behind the separator where that is no space?</summary>
    public static bool GoOn(Scan scan, List<(int Start, int End)> runs, int first, int count)
    {
        var (start, last, separator) = (runs[first].Start, runs[first + count - 1].End, scan[runs[first].End]);
        return IsMore(scan, start - 1, start - 2, separator) || IsMore(scan, last, last + 1, separator);
    }

    private static bool IsMore(Scan scan, int between, int beyond, char separator)
    {
        if (scan[between] != separator) return false;
        return char.IsAsciiDigit(scan[beyond]) || (separator is '-' or '.' or '/' && char.IsAsciiLetterOrDigit(scan[beyond]) && !(separator == '.' && beyond > between));
    }
}
