using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>Credentials: keys and tokens with the prefixes of who gives them out, signed tokens, bearer headers, passwords in addresses, private keys.</summary>
internal sealed class SecretDetector : IDetector
{
    private static readonly SecretForm[] Forms = [.. TokenForm.All, new JsonWebToken(), new BearerToken(), new PrivateKey(), new UrlPassword(), new AwsSecret()];
    private static readonly (string Anchor, SecretForm Form)[] Anchors = [.. Forms.SelectMany(form => form.Anchors.Select(anchor => (anchor, form))).OrderByDescending(pair => pair.anchor.Length)];
    private static readonly SearchValues<string> Any = SearchValues.Create([.. Anchors.Select(pair => pair.Anchor).Distinct()], StringComparison.Ordinal);
    private static readonly (string Anchor, SecretForm Form)[][] ByFirst = [.. Enumerable.Range(0, 128).Select(c => Anchors.Where(pair => pair.Anchor[0] == c).ToArray())];

    /// <inheritdoc/>
    public string Name => "secret";

    /// <inheritdoc/>
    public void Find(ref Scan scan)
    {
        for (var at = scan.Next(Any, 0); at < scan.Text.Length;) at = scan.Next(Any, At(ref scan, at));
    }

    /// <summary>Looks at one place; where to go on from.</summary>
    private int At(ref Scan scan, int at)
    {
        foreach (var (anchor, form) in ByFirst[scan.Text[at]])
        {
            if (!scan.Text[at..].StartsWith(anchor, StringComparison.Ordinal) || !form.TryFind(ref scan, at, at + anchor.Length, out var start, out var end)) continue;
            scan.Add(start, end, Name);
            return Math.Max(end, at + 1);
        }

        return at + 1;
    }
}

/// <summary>One form of credentials: words that announce it, and what must follow.</summary>
internal abstract class SecretForm(params string[] anchors)
{
    /// <summary>Letters and digits.</summary>
    protected const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>What base64 for URLs is of.</summary>
    protected static readonly SearchValues<char> Base64Url = SearchValues.Create(Alphanumeric + "-_");

    /// <summary>One of these stands at or before it; in ASCII.</summary>
    public IReadOnlyList<string> Anchors => anchors;

    /// <summary>Is there one?</summary>
    /// <param name="scan">The text.</param>
    /// <param name="at">Where the anchor begins.</param>
    /// <param name="behind">Where it ends.</param>
    /// <param name="start">Where what is secret begins.</param>
    /// <param name="end">The place behind it.</param>
    public abstract bool TryFind(ref Scan scan, int at, int behind, out int start, out int end);

    /// <summary>Does a value look as if it came from a machine: not one word of capitals, not <c>xxxxxxxx</c>?</summary>
    protected static bool IsRandom(ReadOnlySpan<char> value)
    {
        var (seen, digits, letters) = (UInt128.Zero, 0, 0);
        foreach (var c in value[..Math.Min(value.Length, 64)])
        {
            seen |= UInt128.One << (c & 127);
            if (char.IsAsciiDigit(c)) digits++;
            else if (char.IsAsciiLetter(c)) letters++;
        }

        return UInt128.PopCount(seen) >= 6 && (digits > 0 || value.ContainsAnyInRange('a', 'z') && value.ContainsAnyInRange('A', 'Z')) && letters > 0;
    }
}
