using System.Text;

namespace Causeway.Storage;

/// <summary>Texts as databases can keep them.</summary>
internal static class StoredText
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// The text without what a database refuses or cuts off: the character 0 and halves of surrogate pairs, which a client may well put into a
    /// model's name, become U+FFFD.
    /// </summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || IsPlain(text)) return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) result.Append(rune.Value == 0 ? new Rune(Replacement) : rune);   // halves come as U+FFFD
        return result.ToString();
    }

    private static bool IsPlain(string text)
    {
        foreach (var letter in text)
        {
            if (letter == 0 || char.IsSurrogate(letter)) return false;
        }

        return true;
    }
}
