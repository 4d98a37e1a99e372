using System.Text.RegularExpressions;

#pragma warning disable RS0030 // an operator asks for expressions; these are of the linear kind

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// What an operator's own regular expression finds. The engine is the one without back-tracking, so that one match takes time that grows with the text and
/// not faster; and the text is taken in windows, so that many matches that each look far ahead do not add up either.
/// </summary>
internal sealed class PatternDetector : IDetector
{
    private const int Window = 8192;    // characters
    private const int Overlap = 1024;   // the longest match that is found wherever it stands

    private readonly Regex _pattern;

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It looks around or back, or is too large.</exception>
    public PatternDetector(string name, string pattern)
    {
        (Name, Pattern) = (name, pattern);
        _pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The expression.</summary>
    public string Pattern { get; }

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        for (var start = 0; ;)
        {
            var window = scan.Text[start..Math.Min(scan.Text.Length, start + Window)];
            scan.Count(window.Length);
            foreach (var match in _pattern.EnumerateMatches(window))
            {
                if (match.Length > 0) scan.Add(WholeStart(scan, start + match.Index), WholeEnd(scan, start + match.Index + match.Length), Name);
            }

            if (start + window.Length == scan.Text.Length) return;
            start += NextStart(window);
        }
    }

    /// <summary>Where the next window begins: at a line, else at a word, so that the pattern sees a beginning only where there is one.</summary>
    private static int NextStart(ReadOnlySpan<char> window)
    {
        var overlap = window[^Overlap..];
        var line = overlap.IndexOf('\n');
        var cut = line >= 0 && line < Overlap / 2 ? line : overlap[..(Overlap / 2)].IndexOf(' ');
        return window.Length - Overlap + cut + 1;
    }

    private static int WholeStart(Scan scan, int at) => char.IsLowSurrogate(scan[at]) && char.IsHighSurrogate(scan[at - 1]) ? at - 1 : at;

    private static int WholeEnd(Scan scan, int at) => char.IsLowSurrogate(scan[at]) && char.IsHighSurrogate(scan[at - 1]) ? at + 1 : at;
}
