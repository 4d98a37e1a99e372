using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>What follows <c>Bearer</c> in a header, whoever gave it out.</summary>
internal sealed class BearerToken() : SecretForm("Bearer ", "bearer ", "BEARER ")
{
    private const int Shortest = 16;

    private static readonly SearchValues<char> Chars = SearchValues.Create(Alphanumeric + "-._~+/=");

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        (start, end) = (behind, scan.IsWordStart(at) ? scan.EndOf(Chars, behind) : behind);
        while (end > start && scan[end - 1] is '.') end--;
        var token = scan.Text[start..end];
        return token.Length >= Shortest && IsRandom(token) && token.ContainsAnyInRange('0', '9') && !IsPath(token);
    }

    /// <summary>A name of something in code: <c>request.headers.auth2</c>.</summary>
    private static bool IsPath(ReadOnlySpan<char> token)
    {
        var part = 0;
        foreach (var c in token)
        {
            part = c is '.' or '/' or '-' or '_' ? 0 : part + 1;
            if (part >= Shortest) return false;
        }

        return !(token.ContainsAnyInRange('A', 'Z') && token.ContainsAnyInRange('a', 'z') && token.Length >= 2 * Shortest);
    }
}
