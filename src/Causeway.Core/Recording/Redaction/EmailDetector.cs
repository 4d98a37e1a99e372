using System.Buffers;

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// E-mail addresses: a name, <c>@</c>, and a domain whose last label is of letters. Addresses of Git (<c>git@host</c>), files such as
/// <c>icon@2x.png</c>, units such as <c>user@1.service</c> and calls such as <c>a@b.mean()</c> are none.
/// </summary>
internal sealed class EmailDetector : IDetector
{
    private const int LongestName = 64;   // RFC 5321
    private const int LongestDomain = 253;
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly SearchValues<char> At = SearchValues.Create('@', '\uFF20');
    private static readonly char[] Accented = [.. Enumerable.Range(0xC0, 0x250 - 0xC0).Concat(Enumerable.Range(0x370, 0x530 - 0x370)).Select(c => (char)c).Where(char.IsLetter)];
    private static readonly SearchValues<char> NameChars = SearchValues.Create([.. Plain, .. "._%+-", .. Accented]);
    private static readonly SearchValues<char> DomainChars = SearchValues.Create([.. Plain, .. ".-", .. Accented]);

    /// <summary>Last labels that are those of files and units. Those that countries have, too (<c>py</c>, <c>rs</c>), are not among them.</summary>
    private static readonly HashSet<string> NoDomains = new(
        ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "scss", "less", "html", "htm", "json", "jsonc", "yaml", "yml", "toml", "xml", "txt", "log", "lock", "csv",
         "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "vue", "svelte", "rb", "go", "java", "kt", "cpp", "hpp", "swift", "php", "sql", "map",
         "tar", "gz", "tgz", "zip", "jar", "whl", "exe", "dll", "pdf", "service", "socket", "timer", "target", "mount", "slice", "device", "path", "scope"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> IsNoDomain = NoDomains.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public string Name => "email";

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        for (var at = scan.Next(At, 0); at < scan.Text.Length; at = scan.Next(At, at + 1))
        {
            var start = StartOfName(ref scan, at);
            if (start == at || IsGit(scan, start, at)) continue;
            var end = EndOfDomain(ref scan, at + 1);
            if (end > at + 1 && scan[end] is not ('(' or '@')) scan.Add(start, end, Name);
        }
    }

    private static int StartOfName(ref Scan scan, int at)
    {
        var start = scan.StartOf(NameChars, at, LongestName);
        while (start < at && scan[start] is '.' or '-' or '+' or '%') start++;
        return scan[at - 1] == '.' ? at : start;
    }

    /// <summary>A user of a server of Git: in addresses of repositories all are the same.</summary>
    private static bool IsGit(Scan scan, int start, int at) => at - start == 3 && scan.Text[start..at].Equals("git", StringComparison.OrdinalIgnoreCase);

    /// <summary>The end of the domain that begins here; where it begins if it is none.</summary>
    private static int EndOfDomain(ref Scan scan, int start)
    {
        var end = Math.Min(scan.EndOf(DomainChars, start), start + LongestDomain);
        while (end > start && scan[end - 1] is '.' or '-') end--;
        var domain = scan.Text[start..end];
        return IsDomain(domain, domain.LastIndexOf('.')) ? end : start;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain, int dot)
    {
        if (dot <= 0 || domain[0] is '.' or '-') return false;
        var last = domain[(dot + 1)..];
        if (last.Length is < 2 or > 63 || domain.Contains("..", StringComparison.Ordinal)) return false;
        if (last.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var c in last)
        {
            if (!char.IsLetter(c)) return false;
        }

        var scale = domain.Length > 1 && char.IsAsciiDigit(domain[0]) && domain[1] == 'x' && (domain.Length == 2 || domain[2] == '.');   // icon@2x.png
        return !scale && !IsNoDomain.Contains(last);
    }
}
