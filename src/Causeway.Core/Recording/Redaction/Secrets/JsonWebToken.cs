namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>Signed or encrypted tokens (JWT): three or five parts of base64 with dots between, the first an object.</summary>
internal sealed class JsonWebToken() : SecretForm("eyJ")
{
    private const int ShortestPart = 10;
    private const int MostParts = 5;

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        (start, end) = (at, scan.IsWordStart(at) ? scan.EndOf(Base64Url, at) : at);
        if (end - at < ShortestPart) return false;
        var parts = 1;
        for (; parts < MostParts && scan[end] == '.'; parts++)
        {
            var next = scan.EndOf(Base64Url, end + 1);
            if (next - end - 1 < ShortestPart && parts < 3) return false;
            if (next == end + 1) break;
            end = next;
        }

        return parts >= 3;
    }
}
