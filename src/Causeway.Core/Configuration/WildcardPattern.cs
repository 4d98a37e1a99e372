namespace Causeway.Core.Configuration;

/// <summary>
/// A name with <c>*</c> for any run of characters; case does not matter. What stands between two stars is searched for once, from where the last
/// find ended, in whole vectors: a text of 32 KB that a client made up costs microseconds.
/// </summary>
public readonly record struct WildcardPattern(string Text)
{
    /// <summary>A pattern of each text.</summary>
    public static WildcardPattern[] All(IReadOnlyList<string> texts) => [.. texts.Select(text => new WildcardPattern(text))];

    /// <summary>Does the whole of <paramref name="name"/> fit?</summary>
    public bool Matches(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> pattern = Text;
        var star = pattern.IndexOf('*');
        if (star < 0) return name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        if (!name.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase)) return false;
        name = name[star..];
        while (true)
        {
            pattern = pattern[(star + 1)..];
            star = pattern.IndexOf('*');
            if (star < 0) return name.EndsWith(pattern, StringComparison.OrdinalIgnoreCase);
            var found = name.IndexOf(pattern[..star], StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;
            name = name[(found + star)..];
        }
    }
}
