using System.Buffers;
using System.Globalization;
using System.Text;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Fits names and ids of one API into the rules of another, always in the same way, so that a call and its result, or a tool and its
/// use turns ago, still belong together without any memory of it.
/// </summary>
public static class StableName
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>Does the name consist of 1 to <paramref name="longest"/> letters, digits, <c>_</c> and <c>-</c>?</summary>
    public static bool IsFit(string name, int longest) =>
        name.Length > 0 && name.Length <= longest && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>The name itself if it fits; else its fitting characters, cut, with a hash of the whole so that names stay distinct.</summary>
    public static string Fit(string name, int longest)
    {
        if (IsFit(name, longest)) return name;
        var text = new StringBuilder(longest);
        foreach (var c in name)
        {
            if (text.Length == longest - 9) break;
            text.Append(Allowed.Contains(c) ? c : '_');
        }

        return text.Append('_').Append(Hash(name).ToString("x8", CultureInfo.InvariantCulture)).ToString();
    }

    /// <summary>The name itself if it is short enough; else its beginning and a hash of the whole.</summary>
    public static string Shorten(string name, int longest) =>
        name.Length <= longest ? name : $"{name[..(longest - 9)]}_{Hash(name):x8}";

    /// <summary>FNV-1a: the same on every machine and in every version.</summary>
    private static uint Hash(string name)
    {
        var hash = 2166136261u;
        foreach (var unit in Encoding.UTF8.GetBytes(name)) hash = (hash ^ unit) * 16777619u;
        return hash;
    }
}
