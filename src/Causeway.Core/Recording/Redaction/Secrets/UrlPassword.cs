using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>The password in <c>scheme://user:password@host</c>. What stands for one in code, such as <c>${PASSWORD}</c>, is none.</summary>
internal sealed class UrlPassword() : SecretForm("://")
{
    private static readonly SearchValues<char> Authority = SearchValues.Create(Alphanumeric + "-._~!$&'()*+,;=%:@[]{}^");
    private static readonly SearchValues<char> Placeholder = SearchValues.Create("${}[]()");

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        var authority = scan.Text[behind..scan.EndOf(Authority, behind)];
        var (colon, host) = (authority.IndexOf(':'), authority.LastIndexOf('@'));
        (start, end) = (behind + colon + 1, behind + host);
        if (colon < 0 || host <= colon + 1 || host + 1 == authority.Length) return false;
        var password = scan.Text[start..end];
        return !password.ContainsAny(Placeholder) && password.ContainsAnyExcept("*x.%");
    }
}
