using System.Globalization;
using System.Text;

namespace Causeway.Storage.Logs;

/// <summary>What people search for: words that must all stand in a text.</summary>
internal sealed class TextQuery
{
    /// <summary>The words; of one group they must follow each other.</summary>
    public List<TextTerm> Terms { get; } = [];

    /// <summary>Reads what people typed: words, "words that follow each other", begin*. Null: nothing was typed. What has neither letters nor digits is not searched for.</summary>
    public static TextQuery? Of(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        var query = new TextQuery();
        for (var at = 0; at < typed.Length;)
        {
            var isQuoted = typed[at] == '"';
            if (isQuoted) at++;
            var end = at;
            while (end < typed.Length && (isQuoted ? typed[end] != '"' : typed[end] != '"' && !char.IsWhiteSpace(typed[end]))) end++;
            var next = isQuoted ? Math.Min(end + 1, typed.Length) : end;
            var isPrefix = isQuoted ? next < typed.Length && typed[next] == '*' : end > at && typed[end - 1] == '*';
            var words = Words(typed.AsSpan(at, end - at));
            if (words.Count > 0) query.Terms.Add(new TextTerm(words, isPrefix));
            at = next;
            while (at < typed.Length && (char.IsWhiteSpace(typed[at]) || (isQuoted && typed[at] == '*'))) at++;
        }

        return query;
    }

    /// <summary>The words of a text, in lower case.</summary>
    public static List<string> Words(ReadOnlySpan<char> text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
                continue;
            }

            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }

        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    /// <summary>In the words of SQLite's FTS5: each word is quoted, so that none of them is an operator.</summary>
    public string ToFts5() => string.Join(" AND ", Terms.Select(term => $"\"{string.Join(' ', term.Words)}\"{(term.IsPrefix ? " *" : "")}"));

    private static bool IsOfWord(Rune rune) => rune.Value != 0xFFFD && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse
        or UnicodeCategory.NonSpacingMark;
}

/// <summary>Words that follow each other.</summary>
/// <param name="Words">The words.</param>
/// <param name="IsPrefix">The last one may go on.</param>
internal sealed record TextTerm(IReadOnlyList<string> Words, bool IsPrefix);
