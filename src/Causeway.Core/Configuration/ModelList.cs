namespace Causeway.Core.Configuration;

/// <summary>Which models something may be used for: patterns with <c>*</c> as a wildcard.</summary>
/// <param name="Allowed">Those it may; empty: all.</param>
/// <param name="Denied">Those it may not, whatever is allowed.</param>
/// <param name="DeniesAll">It may be used for none (an empty list in files of version 2).</param>
public sealed record ModelList(IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied, bool DeniesAll = false)
{
    /// <summary>All models.</summary>
    public static ModelList All { get; } = new([], []);

    /// <summary>Only these.</summary>
    public static ModelList Only(params IReadOnlyList<string> patterns) => new(patterns, []);

    /// <summary>May it be used for <paramref name="model"/>?</summary>
    public bool Allows(string model) => !DeniesAll && !Fits(Denied, model) && (Allowed.Count == 0 || Fits(Allowed, model));

    /// <summary>Does it allow <paramref name="model"/> other than by a pattern for everything?</summary>
    public bool Names(string model)
    {
        foreach (var pattern in Allowed)
        {
            if (pattern != "*" && new WildcardPattern(pattern).Matches(model)) return !Fits(Denied, model);
        }

        return false;
    }

    private static bool Fits(IReadOnlyList<string> patterns, string model)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (new WildcardPattern(patterns[i]).Matches(model)) return true;
        }

        return false;
    }

    /// <summary>Reads the two lists; in a file of version 2 an empty list of allowed ones allows none.</summary>
    internal static ModelList Read(ConfigNode allowed, ConfigNode denied, bool strictLists)
    {
        var (names, others) = (allowed.Texts(), denied.Texts());
        return names.Count + others.Count == 0 && (allowed.IsMissing || !strictLists) ? All : new ModelList(names, others, strictLists && names.Count == 0 && !allowed.IsMissing);
    }
}
