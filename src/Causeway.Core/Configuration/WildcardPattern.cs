namespace Causeway.Core.Configuration;

/// <summary>A name with <c>*</c> for any run of characters; case does not matter. Matching takes linear time for each star.</summary>
public readonly record struct WildcardPattern(string Text)
{
    /// <summary>Does the pattern hold a star at all?</summary>
    public bool HasStar => Text.Contains('*');

    /// <summary>Does the whole of <paramref name="name"/> fit?</summary>
    public bool Matches(string name)
    {
        var (p, n, star, retry) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < Text.Length && Text[p] == '*')
            {
                star = p++;
                retry = n;
            }
            else if (p < Text.Length && char.ToLowerInvariant(Text[p]) == char.ToLowerInvariant(name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (p < Text.Length && Text[p] == '*') p++;
        return p == Text.Length;
    }
}
