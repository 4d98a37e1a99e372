namespace Causeway.Core.Recording.Redaction;

/// <summary>Makes one list of what several detectors found in a text.</summary>
internal static class Findings
{
    private const string Mark = "[redacted:";
    private const int LongestMark = 60;

    private static readonly Comparison<Finding> ByPlace = (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End);

    /// <summary>What stands before the name of what was taken out.</summary>
    public static ReadOnlySpan<byte> MarkStart => "[redacted:"u8;

    /// <summary>The longest name that a detector may have, so that its marks are known again.</summary>
    public const int LongestName = 40;

    /// <summary>The findings in order of place. What overlaps becomes one, by the name of the first; what lies within a mark stays.</summary>
    public static List<Finding> InOrder(ReadOnlySpan<char> text, List<Finding> found)
    {
        if (found.Count == 0) return found;
        if (text.Contains(Mark, StringComparison.Ordinal)) RemoveMarked(text, found);
        found.Sort(ByPlace);
        var count = 0;
        for (var i = 0; i < found.Count; i++)
        {
            var finding = found[i];
            if (count > 0 && finding.Start < found[count - 1].End) found[count - 1] = found[count - 1] with { End = Math.Max(found[count - 1].End, finding.End) };
            else found[count++] = finding;
        }

        found.RemoveRange(count, found.Count - count);
        return found;
    }

    private static void RemoveMarked(ReadOnlySpan<char> text, List<Finding> found)
    {
        var kept = 0;
        for (var i = 0; i < found.Count; i++)
        {
            if (!IsWithinMark(text, found[i])) found[kept++] = found[i];
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    private static bool IsWithinMark(ReadOnlySpan<char> text, Finding finding)
    {
        var floor = Math.Max(0, finding.Start - LongestMark);
        var start = text[floor..Math.Min(text.Length, finding.Start + Mark.Length)].LastIndexOf(Mark, StringComparison.Ordinal);
        if (start < 0) return false;
        var name = text[(floor + start + Mark.Length)..];
        var length = name[..Math.Min(name.Length, LongestName + 1)].IndexOf(']');
        return length > 0 && finding.End <= floor + start + Mark.Length + length + 1 && finding.Start >= floor + start;
    }
}
