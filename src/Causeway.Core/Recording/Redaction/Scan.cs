using System.Buffers;

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// One text that detectors look through, and what they found. All that they read, they read by its methods, which count: a test holds that the work
/// grows with the text and not faster.
/// </summary>
internal ref struct Scan(ReadOnlySpan<char> text, List<Finding> found, List<(int Start, int End)> digits)
{
    private const string ShortEscapes = "nrtbf";
    private const int LongEscape = 6;   // \u003c

    private bool _hasDigits;

    /// <summary>The text, with the escapes of JSON undone. Text within it may have escapes of its own.</summary>
    public ReadOnlySpan<char> Text { get; } = text;

    /// <summary>How many characters were looked at.</summary>
    public long Work { get; private set; }

    /// <summary>A character; NUL outside of the text.</summary>
    public readonly char this[int at] => (uint)at < (uint)Text.Length ? Text[at] : '\0';

    /// <summary>The runs of digits 0 to 9, in their order.</summary>
    public List<(int Start, int End)> Digits()
    {
        if (_hasDigits) return digits;
        digits.Clear();
        _hasDigits = true;
        Work += Text.Length;
        for (var at = 0; Text[at..].IndexOfAnyInRange('0', '9') is >= 0 and var next;)
        {
            var start = at + next;
            var length = Text[start..].IndexOfAnyExceptInRange('0', '9');
            at = length < 0 ? Text.Length : start + length;
            digits.Add((start, at));
        }

        return digits;
    }

    /// <summary>The next place of any of these; the end of the text if there is none.</summary>
    public int Next(SearchValues<char> any, int from) => Counted(from, Text[from..].IndexOfAny(any));

    /// <summary>The next place of any of these words; the end of the text if there is none.</summary>
    public int Next(SearchValues<string> any, int from) => Counted(from, Text[from..].IndexOfAny(any));

    /// <summary>The next place of a word; the end of the text if there is none.</summary>
    public int Next(ReadOnlySpan<char> word, int from) => Counted(from, Text[from..].IndexOf(word, StringComparison.Ordinal));

    /// <summary>The end of the run of such characters that begins at <paramref name="from"/>, or what of it is looked at.</summary>
    public int EndOf(SearchValues<char> run, int from, int most = int.MaxValue)
    {
        var rest = Text[from..];
        if (rest.Length > most) rest = rest[..most];
        var length = rest.IndexOfAnyExcept(run);
        if (length < 0) length = rest.Length;
        Work += length + 1;
        return from + length;
    }

    /// <summary>The start of the run of such characters that ends before <paramref name="end"/>; of at most <paramref name="most"/>.</summary>
    public int StartOf(SearchValues<char> run, int end, int most)
    {
        var floor = Math.Max(0, end - most);
        var last = Text[floor..end].LastIndexOfAnyExcept(run);
        var start = floor + last + 1;
        Work += end - start + 1;
        return AfterEscape(start, end);
    }

    /// <summary>Counts characters that were read one by one.</summary>
    public void Count(int characters) => Work += characters;

    /// <summary>Does a word begin here? Not behind a letter, a digit, <c>_</c> or <c>-</c>; but the last letter of an escape such as <c>\n</c> is none.</summary>
    public readonly bool IsWordStart(int at) => at <= 0 || !IsWord(Text[at - 1]) || EndsEscape(at);

    /// <summary>Does a word end here? A hyphen goes on with it if something follows.</summary>
    public readonly bool IsWordEnd(int at) => at >= Text.Length || !IsWord(Text[at]) || (Text[at] == '-' && (at + 1 == Text.Length || Text[at + 1] == '-' || !IsWord(Text[at + 1])));

    /// <summary>Notes what is to be taken out.</summary>
    public readonly void Add(int start, int end, string name) => found.Add(new Finding(start, end, name));

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' || c > '\x7f' && char.IsLetter(c);

    private readonly bool EndsEscape(int at) =>
        (at >= 2 && Text[at - 2] == '\\' && ShortEscapes.Contains(Text[at - 1])) || (at >= LongEscape && IsLongEscape(at - LongEscape));

    /// <summary>Where a run really begins that seems to begin with the rest of an escape.</summary>
    private readonly int AfterEscape(int start, int end)
    {
        if (start == 0 || start >= end || Text[start - 1] != '\\') return start;
        return IsLongEscape(start - 1) ? Math.Min(end, start + LongEscape - 1) : ShortEscapes.Contains(Text[start]) ? start + 1 : start;
    }

    private readonly bool IsLongEscape(int at)
    {
        if (at + LongEscape > Text.Length || Text[at] != '\\' || Text[at + 1] != 'u') return false;
        foreach (var c in Text.Slice(at + 2, 4))
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }

        return true;
    }

    private int Counted(int from, int found)
    {
        var at = found < 0 ? Text.Length : from + found;
        Work += at - from + 1;
        return at;
    }
}
