using System.Globalization;
using System.Text;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>
/// Texts as <c>tsvector</c> and <c>tsquery</c>. Words are cut here as SQLite cuts them: the server's parser takes paths and addresses as one word. Only the
/// accents are taken off by the server.
/// </summary>
internal static class PostgresText
{
    private const int MostWords = 16_000;   // a position is at most 16,383, and a text at most a megabyte
    private const int MostPositions = 255;
    private const int MostLength = 40;      // letters of a word

    /// <summary>The words of a text with their places.</summary>
    public static string Vector(string text)
    {
        var places = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var at = 0;
        foreach (var word in TextQuery.Words(text))
        {
            if (++at > MostWords) break;
            var cut = Cut(word);
            if (!places.TryGetValue(cut, out var of)) places.Add(cut, of = []);
            if (of.Count < MostPositions) of.Add(at);
        }

        var vector = new StringBuilder();
        foreach (var (word, of) in places) vector.Append(CultureInfo.InvariantCulture, $"'{word}':{string.Join(',', of)} ");
        return vector.ToString();
    }

    /// <summary>What is searched for. A word is of letters and digits alone, and quoted.</summary>
    public static string Query(TextQuery query) =>
        string.Join(" & ", query.Terms.Select(term => $"({string.Join(" <-> ", term.Words.Select((word, i) => $"'{Cut(word)}'{(term.IsPrefix && i == term.Words.Count - 1 ? ":*" : "")}"))})"));

    /// <summary>An expression without its accents.</summary>
    public static string Folded(string expression) => $@"regexp_replace(normalize({expression}, NFD), '[\u0300-\u036f]', '', 'g')";

    private static string Cut(string word) => word.Length <= MostLength ? word : char.IsHighSurrogate(word[MostLength - 1]) ? word[..(MostLength - 1)] : word[..MostLength];
}
